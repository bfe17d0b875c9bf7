import { BY_ID, type Listing } from '../../db/list.ts'
import type { Room } from '../../http/room.ts'
import { listRows, showRow } from '../../http/show-rows.ts'
import { createField, updateField } from './custom-fields.actions.ts'
import { customFields } from './custom-fields.resource.ts'
import { completeFields } from './custom-fields.store.ts'

export const customFieldsRoom: Room = {
  resource: customFields,
  order: BY_ID,
  select: ({ db }) => db.selectFrom('custom_fields as t').selectAll('t') as unknown as Listing,
  filters: [],
  complete: completeFields,
  routes: [
    {
      method: 'GET',
      path: '/projects/:project_id/custom_fields',
      access: 'customization',
      summary: 'List custom fields',
      handle: async (context) => ({ page: await listRows(customFieldsRoom, context) }),
    },
    {
      method: 'POST',
      path: '/projects/:project_id/custom_fields',
      access: 'customization',
      summary: 'Create a custom field',
      handle: createField,
    },
    {
      method: 'GET',
      path: '/projects/:project_id/custom_fields/:id',
      access: 'customization',
      summary: 'Show a custom field',
      handle: async (context) => ({ body: await showRow(customFieldsRoom, context) }),
    },
    {
      method: 'PUT',
      path: '/projects/:project_id/custom_fields/:id',
      access: 'customization',
      summary: 'Update a custom field',
      handle: updateField,
    },
  ],
}
