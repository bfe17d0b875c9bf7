import { listIn, oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, invalidAt } from '../../core/problems.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { findById } from '../../db/store.ts'
import type { Answer, Context } from '../../http/route.ts'
import { notFound } from '../../http/show-rows.ts'
import { finderIn, nameEntity, requireEntity, requireRight } from '../shared/name-entity.ts'
import { attachments } from './attachments.resource.ts'
import { CARRIERS, type Carrier, readFiles } from './attachments.rules.ts'
import { attachmentRows, insertAttachments, storeFiles } from './attachments.store.ts'
import { signLink } from './signed-link.ts'

const MAX_FILES = 1000

/** `POST attachments.json`: at least one file; answers an array in input order. */
export async function createAttachments(context: Context): Promise<Answer> {
  const element = oneElement(context.body())
  const named = nameEntity(context, {
    find: finderIn(context, element),
    allowed: CARRIERS,
    right: 'edit',
    source: (key) => ({ pointer: `/${key}` }),
  })
  const sent = element.beside.files ?? element.sent.values.files
  const place = { pointer: '/data/files' }
  const { members, place: at } = sent === undefined || sent === null ? { members: [], place } : listIn(sent, place)
  if (members.length === 0) throw invalidAt(place, "Files can't be blank: send at least one")
  if (members.length > MAX_FILES) throw invalidAt(place, `At most ${MAX_FILES} files are accepted in one request`)
  const problems = createProblems()
  const files = readFiles(members, at, problems)
  await requireEntity(context.reader, context.project.id, named)
  problems.throwIfAny()
  const stored = await storeFiles(context, files)
  return context.write(stored.length, async (tx) => {
    const projectId = context.project.id
    await requireEntity(tx, projectId, named, { lock: true })
    const rows = attachmentRows(tx, { projectId, ...named, files: stored, now: context.now })
    await insertAttachments(tx, rows)
    return { show: 'attachments', ids: rows.map((row) => row.id) }
  })
}

async function findAttachment(context: Context, right: 'view' | 'edit') {
  const row = await findById(context.reader, 'attachments', context.project.id, context.id())
  if (!row) throw notFound(attachments)
  requireRight(context, row.entity as Carrier, right)
  return row
}

/** `GET attachments/:id` is the download, with `.json` the metadata: the suffix alone decides (contract §4.7). */
export async function showAttachment(context: Context): Promise<Answer> {
  const { id } = await findAttachment(context, 'view')
  if (context.jsonSuffix) return { show: 'attachments', id }
  const link = { accountId: context.caller.accountId, projectId: context.project.id, id }
  return { redirect: `${context.baseUrl}/files/${signLink(link, context.signingKey, context.now)}` }
}

export async function deleteAttachment(context: Context): Promise<Answer> {
  return context.write(0, async (tx) => {
    const { id } = await findAttachment({ ...context, project: context.project, reader: tx }, 'edit')
    await tx.db.deleteFrom('attachments').where('project_id', '=', context.project.id).where('id', '=', id).execute()
    return { body: renderDeleted(attachments, id) }
  })
}
