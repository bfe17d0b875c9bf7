import { BY_ID } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { comments } from './comments.resource.ts'

export const commentsList: ResourceList = {
  resource: comments,
  order: BY_ID,
  sortable: { taken: ['entity', 'entity-id'] },
  filters: [],
}
