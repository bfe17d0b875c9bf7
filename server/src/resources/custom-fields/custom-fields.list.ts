import { BY_ID } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { completeFields } from '../../features/custom-fields/custom-fields.store.ts'
import { customFields } from './custom-fields.resource.ts'

export const customFieldsList: ResourceList = {
  resource: customFields,
  order: BY_ID,
  filters: [],
  complete: completeFields,
}
