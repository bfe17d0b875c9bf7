import {
  answering,
  array,
  closed,
  object,
  ref,
  sendingAttributes,
  text,
  whole,
} from '../../core/resource/json-schema.ts'
import { listing, type ResourceRoutes } from '../../engine/resource-routes.ts'
import { addFiles } from './add-files.ts'
import type { IntakeSettings } from './delivery.ts'
import { listRefusals, showImport, updateImport } from './imports.actions.ts'
import { importsList } from './imports.list.ts'
import { IMPORT_PARAMETERS } from './parameters.ts'
import { receiveImport } from './receive-import.ts'

const PATH = '/projects/:project_id/imports'

const REFUSAL = closed({ file: text, line: whole, name: text, reason: text })

/** A receipt with what stands beside it. */
const RECEIPT = {
  ...closed({ data: ref('Import'), meta: closed({ refusals: array(ref('Refusal')), notes: array(text) }) }),
}

/** Imports, with the limits that an operator sets. */
export const importsRoutes = (settings: IntakeSettings): ResourceRoutes => ({
  list: importsList,
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'tests_view',
      summary: 'List imports of reports',
      handle: listing(importsList),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'runs',
      summary: 'Import reports of test results',
      description:
        'The body is a report as it is, a zip or tar.gz of reports and attachments, or multipart/form-data with parameters as fields and any number of either. Content-Encoding may be gzip or zstd. With an Idempotency-Key an import that was interrupted goes on where it stopped.',
      id: 'createImport',
      takesReport: true,
      parameters: IMPORT_PARAMETERS,
      body: null,
      answer: RECEIPT,
      schemas: { Refusal: REFUSAL },
      handle: (context) => receiveImport(context, settings),
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'tests_view',
      summary: 'Show the receipt of an import',
      answer: RECEIPT,
      handle: showImport,
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: 'runs',
      summary: 'Say whether an import is set aside as an outage',
      handle: (context) => updateImport(context, settings.shardTimeout),
    },
    {
      method: 'GET',
      path: `${PATH}/:id/refusals`,
      access: 'tests_view',
      summary: 'List the cases of an import that were not stored',
      id: 'listImportRefusals',
      pageOf: ref('Refusal'),
      handle: listRefusals,
    },
    {
      method: 'POST',
      path: `${PATH}/:id/files`,
      access: 'runs',
      summary: 'Send files that reports of an import name',
      id: 'addImportFiles',
      takesForm: true,
      body: sendingAttributes(
        { files: array(object({ path: text, content_encoded: text }, ['path', 'content_encoded'])) },
        ['files'],
      ),
      answer: answering(closed({ attached: whole, unwanted: array(text), wanted: whole })),
      handle: addFiles,
    },
  ],
})
