import { filled, flag, longText, name, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** Contract §4.1 and §7.2. */
export const projects = defineResource({
  type: 'projects',
  path: 'projects',
  noun: 'project',
  table: 'projects',
  scope: 'account',
  attributes: {
    name: name('C*U'),
    'created-at': timestamp('-', filled),
    'automation-support': flag('CU', true),
    'enable-delete-issues': flag('CU', true),
    'time-management-support': flag('CU', true),
    'assign-to-group': flag('CU', false),
    'mainline-branches': shortText('CU', {
      max: 1000,
      about: ['Branches whose builds others are compared with; null = main, master, trunk, develop, release/*', 'main'],
    }),
    'queue-branches': shortText('CU', {
      max: 1000,
      about: ['Branches of merge queues; null = those of GitHub, GitLab, Trunk and bors', 'gh-readonly-queue/*'],
    }),
    codeowners: longText('CU', {
      about: ['Who owns which files, in the syntax of CODEOWNERS', '/src/cart/ @shop/cart'],
    }),
  },
})
