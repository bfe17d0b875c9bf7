import { BY_ID } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { attachments } from './attachments.resource.ts'

export const attachmentsList: ResourceList = {
  resource: attachments,
  order: BY_ID,
  filters: [],
}
