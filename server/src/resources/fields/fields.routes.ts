import type { Route } from '../../engine/route.ts'
import { listFields } from './fields.actions.ts'

/** System and custom fields of a project in one flat list; no resource of its own (contract §4.5). */
export const FIELDS_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/projects/:project_id/fields',
    access: 'customization',
    summary: 'List system and custom fields (flat items)',
    handle: listFields,
  },
]
