import { BY_ID } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { gates } from './gates.resource.ts'

export const gatesList: ResourceList = { resource: gates, order: BY_ID, filters: [] }
