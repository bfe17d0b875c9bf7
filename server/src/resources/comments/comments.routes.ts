import type { ResourceRoutes } from '../../engine/resource-routes.ts'
import { entityParameters, listOnEntity } from '../../features/entities/name-entity.ts'
import { createComment, deleteComment } from './comments.actions.ts'
import { commentsList } from './comments.list.ts'
import { COMMENTED } from './comments.resource.ts'

const PATH = '/projects/:project_id/comments'
export const commentsRoutes: ResourceRoutes = {
  list: commentsList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'entity',
      summary: 'List comments of an entity',
      parameters: entityParameters(COMMENTED),
      sample: { query: 'entity=test&entity-id=70' },
      handle: (context) => listOnEntity(commentsList, context, COMMENTED),
    },
    { method: 'POST', path: PATH, access: 'entity', summary: 'Comment on an entity', handle: createComment },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'entity', summary: 'Delete a comment', handle: deleteComment },
  ],
}
