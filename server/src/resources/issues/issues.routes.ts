import { object, ref, sendingAttributes, sentId, text } from '../../core/resource/json-schema.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { describeClone } from '../../features/entities/clone-entity.ts'
import { UPDATED_BY } from '../../features/entities/named-entity.ts'
import { updateIntegrationIssue } from './integration-issue.ts'
import { cloneIssue, createFlatIssue, createIssue, updateIssue } from './issues.actions.ts'
import { issuesList } from './issues.list.ts'
import { issues } from './issues.resource.ts'
import { deleteIssue, updateIssueStatus } from './move-issue.ts'

const PATH = '/projects/:project_id/issues'
export const issuesRoutes: ResourceRoutes = {
  list: issuesList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'issues_view',
      summary: 'List issues',
      handle: listing(issuesList),
    },
    { method: 'POST', path: PATH, access: 'issues_editor', summary: 'Create an issue', handle: createIssue },
    {
      method: 'POST',
      path: '/issues',
      access: 'any',
      summary: 'Create an issue from a flat body with project_id',
      id: 'createFlatIssue',
      namesProject: true,
      body: { ...object({ project_id: sentId, name: text, author_id: sentId }), additionalProperties: true },
      answer: ref('IssueAnswer'),
      handle: createFlatIssue,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'issues_view',
      summary: 'Show an issue',
      handle: showing(issuesList),
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'issues_editor',
      summary: 'Update an issue',
      attributes: UPDATED_BY,
      handle: updateIssue,
    },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'issues_admin', summary: 'Delete an issue', handle: deleteIssue },
    {
      method: 'POST',
      path: `${PATH}/:id/clone`,
      access: 'issues_editor',
      summary: 'Clone an issue',
      ...describeClone(issues),
      handle: cloneIssue,
    },
    {
      method: 'PUT',
      path: `${PATH}/:id/update_status`,
      access: 'issues_status_modifier',
      summary: 'Move an issue along the workflow',
      id: 'updateIssueStatus',
      body: sendingAttributes({ 'status-name': text, 'user-id': sentId }, ['status-name']),
      answer: ref('IssueAnswer'),
      handle: updateIssueStatus,
    },
    // Served under both spellings of the v1 root (contract §6.2).
    ...['/api/v1', '/api'].map((root) => ({
      method: 'PUT' as const,
      path: `${root}/integration_issues/:id`,
      atRoot: true,
      tokenInBody: true,
      access: 'any' as const,
      summary: 'v1 change of an issue by the plug-in of a tracker',
      id: 'updateIntegrationIssue',
      undocumented: root === '/api',
      body: object({ integration_issue: object({ external_id: sentId, description: text, status: text }) }),
      bodyOptional: true,
      answer: ref('IssueAnswer'),
      handle: updateIntegrationIssue,
    })),
  ],
}
