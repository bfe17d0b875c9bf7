import { answering, array, ref } from '../../core/resource/json-schema.ts'
import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import { createField, deleteField, updateField, VALUE_EDITORS } from './custom-fields.actions.ts'
import { customFieldsList } from './custom-fields.list.ts'
import { prepareTestrailImport } from './prepare-testrail-import.ts'

const PATH = '/projects/:project_id/custom_fields'
export const customFieldsRoutes: ResourceRoutes = {
  list: customFieldsList,
  routes: [
    ...readRoutes(customFieldsList, {
      path: PATH,
      access: 'member',
      summaries: ['List custom fields', 'Show a custom field'],
    }),
    { method: 'POST', path: PATH, access: 'customization', summary: 'Create a custom field', handle: createField },
    {
      method: 'POST',
      path: `${PATH}/prepare_testrail_import`,
      access: 'customization',
      summary: 'Make the six fields that the TestRail importer needs',
      id: 'prepareTestrailImport',
      body: null,
      answer: answering(array(ref('CustomField'))),
      handle: prepareTestrailImport,
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: ['customization', ...VALUE_EDITORS],
      summary: 'Update a custom field',
      handle: updateField,
    },
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      access: 'customization',
      summary: 'Delete a custom field and its values',
      handle: deleteField,
    },
  ],
}
