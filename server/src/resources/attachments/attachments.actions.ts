import { apiError } from '../../core/errors.ts'
import { listIn } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { createProblems, invalidAt } from '../../core/problems.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { findById } from '../../db/store.ts'
import type { Answer, Context } from '../../http/route.ts'
import { listRows, notFound, type scoped, showRow } from '../../http/show-rows.ts'
import { nameEntity, requireEntity, requireRight } from '../shared/name-entity.ts'
import { attachments } from './attachments.resource.ts'
import { attachmentsRoom } from './attachments.room.ts'
import { CARRIERS, type Carrier, readFiles } from './attachments.rules.ts'
import { attachmentRows, insertAttachments, storeFiles } from './attachments.store.ts'
import { signLink } from './signed-link.ts'

const MAX_FILES = 1000

export async function listAttachments(context: Context): Promise<Answer> {
  const { entity, entityId } = nameEntity(context, {
    find: (key) => context.query.get(key),
    allowed: CARRIERS,
    right: 'view',
    where: 'query',
  })
  await requireEntity(context.reader, context.project.id, entity, entityId)
  const room = {
    ...attachmentsRoom,
    filters: [
      (listing: ReturnType<typeof scoped>) =>
        listing.where('t.entity', '=', entity).where('t.entity_id', '=', entityId),
    ],
  }
  return { page: await listRows(room, context) }
}

/** `POST attachments.json`: at least one file; answers an array in input order. */
export async function createAttachments(context: Context): Promise<Answer> {
  const { top } = context.body()
  if (!isObject(top.data)) {
    throw apiError('malformed_body', {
      title: 'The request body must have a "data" object',
      source: { pointer: '/data' },
    })
  }
  const data = canonicalKeys(top.data)
  const attributes = isObject(data.attributes) ? canonicalKeys(data.attributes) : {}
  const find = (key: string) => top[key] ?? data[key] ?? attributes[key] ?? context.query.get(key)
  const { entity, entityId } = nameEntity(context, { find, allowed: CARRIERS, right: 'edit', where: 'body' })
  const sent = data.files ?? attributes.files
  const place = { pointer: '/data/files' }
  const { members, place: at } = sent === undefined || sent === null ? { members: [], place } : listIn(sent, place)
  if (members.length === 0) throw invalidAt(place, "Files can't be blank: send at least one")
  if (members.length > MAX_FILES) throw invalidAt(place, `At most ${MAX_FILES} files are accepted in one request`)
  const problems = createProblems()
  const files = readFiles(members, at, problems)
  await requireEntity(context.reader, context.project.id, entity, entityId)
  problems.throwIfAny()
  const stored = await storeFiles(context, files)
  return context.write(stored.length, async (tx) => {
    const projectId = context.project.id
    await requireEntity(tx, projectId, entity, entityId)
    const rows = attachmentRows(tx, { projectId, entity, entityId, files: stored, now: context.now })
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
  if (context.jsonSuffix) return { body: await showRow(attachmentsRoom, context) }
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
