import { answering, array, closed, text } from '../../core/resource/json-schema.ts'
import { parameter } from '../../engine/parameter.ts'
import { listing, type ResourceRoutes, showing } from '../../engine/resource-routes.ts'
import { createQuarantine, deleteQuarantine, listNames, updateQuarantine } from './quarantines.actions.ts'
import { quarantinesList } from './quarantines.list.ts'

const PATH = '/projects/:project_id/quarantines'

export const quarantinesRoutes: ResourceRoutes = {
  list: quarantinesList,
  routes: [
    { method: 'GET', path: PATH, access: 'tests_view', summary: 'List quarantines', handle: listing(quarantinesList) },
    {
      method: 'POST',
      path: PATH,
      access: 'tests_editor',
      summary: 'Put a test into quarantine',
      handle: createQuarantine,
    },
    {
      method: 'GET',
      path: `${PATH}/names`,
      access: 'tests_view',
      summary: 'Name the tests that are in quarantine, in the words of a test tool',
      id: 'listQuarantinedNames',
      parameters: [
        parameter('format', 'lines, pytest (node ids), playwright (for --grep-invert) or junit (class#name)'),
      ],
      answer: answering(closed({ format: text, names: array(text) })),
      handle: listNames,
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show a quarantine',
      handle: showing(quarantinesList),
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'tests_editor',
      summary: 'Update a quarantine',
      handle: updateQuarantine,
    },
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      access: 'tests_editor',
      summary: 'End a quarantine',
      handle: deleteQuarantine,
    },
  ],
}
