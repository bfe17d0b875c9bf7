import { randomUUID } from 'node:crypto'
import { apiError } from '../../core/errors.ts'
import { queryOf } from '../../core/jsonapi/query.ts'
import { KEY_LIFETIME, readIdempotencyKey } from '../../engine/idempotency.ts'
import type { Answer, Context } from '../../engine/route.ts'
import type { IdentityOptions } from '../matching/identity.ts'
import { ownersIn } from './codeowners.ts'
import { type IntakeSettings, Notes, takenOver } from './delivery.ts'
import { parseDisposition } from './disposition.ts'
import { tryOut } from './dry-run.ts'
import { type ImportRecord, importByKey } from './imports.store.ts'
import { type Inspection, inspect, namesOfOthers } from './inspect.ts'
import { Likeness } from './likeness.ts'
import { type OpenedBody, openBody } from './open-body.ts'
import { readParameters } from './parameters.ts'
import { metaOf } from './receipt.ts'
import { storeDelivery } from './store-delivery.ts'

/** `POST imports.json` (contract §10.1). */
export async function receiveImport(context: Context, settings: IntakeSettings): Promise<Answer> {
  const { form, spool } = context.raw
  if (form === undefined || spool === undefined || form.size === 0) {
    throw apiError('malformed_body', {
      title: 'This request needs a report as its body, and none was sent',
      detail:
        'Send the file as it is (curl --data-binary @report.xml), or several as multipart/form-data, zip or tar.gz.',
    })
  }
  // The answer may find nobody any more; what arrived whole is stored all the same.
  const release = spool.hold()
  try {
    const sentName = parseDisposition(context.header('content-disposition'))
    const filename = context.query.get('filename')?.trim() || sentName || 'report'
    const { maxImportBytes: maxBytes } = settings
    const body = await openBody(form, { contentType: context.raw.contentType, filename, spool, maxBytes })
    const query = queryOf(context.query.text, [...context.query.pairs, ...body.fields])
    const parameters = readParameters(query, sentName)
    const key = readIdempotencyKey(context.header('idempotency-key'))
    const { dryRun: _, format, ...identifying } = parameters
    const parametersText = JSON.stringify({ ...identifying, format: format?.name })
    const known = key === undefined ? undefined : await findKnown(context, key, { body, parametersText })
    if (known?.finished_at != null) {
      return { show: 'imports', id: known.id, meta: await metaOf(context, known), replayed: true }
    }
    const identity: IdentityOptions = {
      namespace: parameters.namespace,
      variant: parameters.variant,
      identityProperty: parameters.identityProperty,
      variantBy: parameters.variantBy,
    }
    const inspection = await inspect(body.files, {
      reader: context.reader,
      projectId: context.project.id,
      format: parameters.format,
      timezone: parameters.timezone,
      identity,
    })
    if (inspection.reports.length === 0) throw await nothingRecognised(inspection, body)
    const owners = await ownersIn(inspection.codeowners, context.project.codeowners)
    const notes = new Notes()
    noteWhatWasFound(notes, inspection, body)
    const owner = randomUUID()
    const delivery = {
      context,
      settings,
      body,
      parameters,
      inspection,
      identity,
      owners,
      notes,
      likeness: new Likeness(),
      key,
      parametersText,
      owner,
    }
    return parameters.dryRun ? await tryOut(delivery) : await storeDelivery(delivery, known)
  } finally {
    release()
  }
}

/** The import that was sent under a key before: 422 when it was another one, 409 while it is being stored. */
async function findKnown(
  context: Context,
  key: string,
  { body, parametersText }: { body: OpenedBody; parametersText: string },
): Promise<ImportRecord | undefined> {
  const known = await importByKey(context.reader, {
    projectId: context.project.id,
    tokenId: context.caller.tokenId,
    key,
    since: context.now - KEY_LIFETIME,
  })
  if (known === undefined) return undefined
  if (known.content_hash !== body.hash || known.parameters !== parametersText) {
    throw apiError('invalid', {
      title: 'This Idempotency-Key was used for another import: its files or parameters differ',
      detail: 'Use a new key for a new delivery; a re-run of a CI job is one.',
    })
  }
  if (known.finished_at === null && known.lease_until > Date.now()) throw takenOver()
  return known
}

async function nothingRecognised({ others }: Inspection, { leftOut }: OpenedBody): Promise<Error> {
  const lines = [...(await namesOfOthers(others, 20, '')), ...leftOut.map(({ name, problem }) => `${name}: ${problem}`)]
  return apiError('invalid', {
    title: `Nothing in this import is a result file that Assay knows: ${lines[0] ?? 'it holds no file'}`,
    // A control character in an error is shown as what it is, a line end too.
    detail: [...lines.slice(1), 'The guide to formats says what is read; format= says how to read a file']
      .join('. ')
      .concat('.'),
  })
}

function noteWhatWasFound(notes: Notes, { reports }: Inspection, { leftOut }: OpenedBody): void {
  const several = reports.length > 1
  for (const { sent, notes: own, cut } of reports) {
    const prefix = several ? `${sent.name}: ` : ''
    for (const text of own) notes.add(`${prefix}${text}`)
    if (cut !== null) notes.add(`${prefix}it ends early, and what stands before that is stored: ${cut}`)
  }
  for (const { name, problem } of leftOut) notes.add(`${name}: ${problem}`)
}
