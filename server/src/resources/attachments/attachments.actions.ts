import { type Element, oneElement, sideList } from '../../core/jsonapi/body.ts'
import { MAX_FILES } from '../../core/limits.ts'
import { createProblems, type Problems } from '../../core/problems.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { deleteRow } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { signLink } from '../../engine/signed-link.ts'
import { finderIn, nameEntity, requireEntity, requireRight } from '../../features/entities/name-entity.ts'
import { attachments } from './attachments.resource.ts'
import { CARRIERS, type Carrier, readFiles, type UploadedFile } from './attachments.rules.ts'
import { attachmentRows, insertAttachments, storeFiles } from './attachments.store.ts'

/** The files of a body, at least one of them. */
function filesOf(element: Element, { files }: Context, problems: Problems): UploadedFile[] {
  const place = { pointer: '/data/files' }
  const { members, place: at } = sideList(element, 'files', problems) ?? { members: [], place }
  if (members.length === 0) problems.at(place, "Files can't be blank: send at least one")
  if (members.length > MAX_FILES) problems.at(place, `At most ${MAX_FILES} files are accepted in one request`)
  return problems.list.length === 0 ? readFiles(members, at, { problems, files }) : []
}

/** `POST attachments.json`: at least one file; answers an array in input order. */
export async function createAttachments(context: Context): Promise<Answer> {
  const element = oneElement(context.body())
  const named = nameEntity(context, {
    find: finderIn(context, element),
    allowed: CARRIERS,
    right: 'edit',
    source: (key) => ({ pointer: `/${key}` }),
  })
  const problems = createProblems()
  const files = filesOf(element, context, problems)
  const stored = problems.list.length === 0 ? await storeFiles(context, files) : []
  return context.write(
    async (tx) => {
      const projectId = context.project.id
      await requireEntity(tx, projectId, named, { lock: true })
      problems.throwIfAny()
      const rows = attachmentRows(tx, { projectId, ...named, files: stored, now: context.now })
      await insertAttachments(tx, rows)
      return { show: 'attachments', ids: rows.map((row) => row.id) }
    },
    { ids: stored.length },
  )
}

async function findAttachment(context: Context, right: 'view' | 'edit') {
  const row = await mustFind(context.reader, attachments, context.project.id, context.id())
  requireRight(context, row.entity as Carrier, right)
  return row
}

/** `GET attachments/:id.json`: the metadata. */
export async function showAttachment(context: Context): Promise<Answer> {
  const { id } = await findAttachment(context, 'view')
  return { show: 'attachments', id }
}

/** `GET attachments/:id` without `.json`: the way to the bytes, signed with this key (contract §4.7). */
export const downloadAttachment =
  (signingKey: string) =>
  async (context: Context): Promise<Answer> => {
    const { id } = await findAttachment(context, 'view')
    const link = { accountId: context.caller.accountId, projectId: context.project.id, id }
    return { redirect: `${context.baseUrl}/files/${signLink(link, signingKey, context.now)}` }
  }

export async function deleteAttachment(context: Context): Promise<Answer> {
  return context.write(async (tx) => {
    const { id } = await findAttachment({ ...context, project: context.project, reader: tx }, 'edit')
    await deleteRow(tx, 'attachments', context.project.id, id)
    return { body: renderDeleted(attachments, id) }
  })
}
