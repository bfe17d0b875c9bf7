import { array, closed, ref, sendingAttributes, whole } from '../../core/resource/json-schema.ts'
import type { ResourceRoutes } from '../../engine/resource-routes.ts'
import { createRename, deleteRename, listRenames } from './renames.actions.ts'
import { renamesList } from './renames.list.ts'

const PATH = '/projects/:project_id/builds/:id/renames'

/** Tests of a build that are new under another name. */
export const renamesRoutes = ({ shardTimeout }: { shardTimeout: number }): ResourceRoutes => ({
  list: renamesList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List tests of a build that were renamed, or may have been',
      id: 'listRenames',
      parameters: renamesList.filters.flatMap(({ parameters = [] }) => parameters),
      pageOf: ref('Rename'),
      answer: closed({ data: array(ref('Rename')), links: { type: 'object' }, meta: { type: 'object' } }),
      handle: listRenames,
    },
    {
      method: 'POST',
      path: PATH,
      access: 'tests_editor',
      summary: 'Join two tests that are one under another name',
      id: 'joinTests',
      body: sendingAttributes({ from: whole, to: whole }, ['from', 'to']),
      handle: (context) => createRename(context, shardTimeout),
    },
    {
      method: 'DELETE',
      path: `${PATH}/:pair`,
      access: 'tests_editor',
      summary: 'Part two tests that were joined',
      id: 'partTests',
      handle: (context) => deleteRename(context, shardTimeout),
    },
  ],
})
