import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { isMultipart } from '../../core/jsonapi/form.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { MAX_FILES } from '../../core/limits.ts'
import { createProblems, inside, invalidAt } from '../../core/problems.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import {
  contentTypeOf,
  readFiles,
  safeFileName,
  type UploadedFile,
} from '../../resources/attachments/attachments.rules.ts'
import { attachmentRows, insertAttachments, storeFiles } from '../../resources/attachments/attachments.store.ts'
import { pathParts } from './attachments.ts'
import type { WantedRow } from './imports.list.ts'
import { imports } from './imports.resource.ts'
import { countAttachment, everyWantedFile, wantedFileCame } from './imports.store.ts'
import { readForm } from './read-form.ts'

/** A file that is sent for those that want it, by what reports call it. */
interface Offered extends UploadedFile {
  path: string
}

/** Throws 400 for a form that ends before its files do: they are the clients' to send again. */
async function offeredInForm(context: Context): Promise<Offered[]> {
  const { form, bytes, contentType, spool } = context.raw
  const offered: Offered[] = []
  const source = form ? createReadStream(form.path) : Readable.from([bytes ?? Buffer.alloc(0)])
  await readForm(source, contentType, {
    // One too many is refused below.
    files: MAX_FILES + 1,
    async onFile(path, content) {
      const writer = await spool?.start()
      const chunks: Buffer[] = []
      try {
        for await (const chunk of content) {
          if (writer) await writer.write(chunk)
          else chunks.push(chunk)
        }
      } catch {
        throw apiError('malformed_body', { title: `The form ends before the file ${path.slice(0, 200)} does` })
      }
      const name = safeFileName(path)
      const taken = writer ? await writer.end() : Buffer.concat(chunks)
      offered.push({ path, name, contentType: contentTypeOf(name), content: taken })
    },
  })
  return offered
}

function offeredInJson(context: Context): Offered[] {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const members = sent.values.files
  const place = inside(sent.place, 'files')
  if (!Array.isArray(members) || members.length === 0) {
    throw invalidAt(place, 'Files must be an array of objects with path and content_encoded')
  }
  const paths = members.map((member, index) => {
    const path = isObject(member) ? member.path : undefined
    if (typeof path === 'string' && path !== '') return path
    problems.at(inside(inside(place, index), 'path'), "Path can't be blank")
    return ''
  })
  const files = readFiles(
    members.map((member, index) => (isObject(member) ? { filename: paths[index], ...member } : member)),
    place,
    { problems, files: context.files },
  )
  problems.throwIfAny()
  return files.map((file, index) => ({ ...file, path: paths[index] as string }))
}

/** The wanted files that an offered one is: by its whole path, else by the longest end that both share. */
function wantedBy({ path }: Offered, wanted: readonly WantedRow[]): WantedRow[] {
  const parts = pathParts(path)
  const exact = wanted.filter((file) => file.path === path)
  if (exact.length > 0) return exact
  return wanted.filter((file) => {
    const own = pathParts(file.path)
    const length = Math.min(own.length, parts.length)
    return length > 0 && own.slice(-length).join('/') === parts.slice(-length).join('/')
  })
}

/**
 * `POST imports/:id/files.json`: attaches files to the runs that want them. The same path and bytes again change
 * nothing (contract §10.1).
 */
export async function addFiles(context: Context): Promise<Answer> {
  const projectId = context.project.id
  const row = await mustFind(context.reader, imports, projectId, context.id())
  const offered = isMultipart(context.raw.contentType) ? await offeredInForm(context) : offeredInJson(context)
  if (offered.length === 0) throw invalidAt({ pointer: '/data' }, 'This request holds no file')
  if (offered.length > MAX_FILES)
    throw invalidAt({ pointer: '/data' }, `At most ${MAX_FILES} files are accepted in one request`)
  const wanted = await everyWantedFile(context.reader, projectId, row.id)
  const pairs = offered.map((file) => ({ file, wanted: wantedBy(file, wanted) }))
  const problems = createProblems()
  for (const { file } of pairs) {
    const size = Buffer.isBuffer(file.content) ? file.content.length : file.content.size
    if (size > context.files.maxBytes) {
      problems.at(
        { pointer: '/data' },
        `${file.path} is too large: at most ${context.files.maxBytes / 1024 / 1024} MiB are accepted`,
      )
    }
  }
  problems.throwIfAny()
  const used = pairs.filter(({ wanted: by }) => by.length > 0)
  const stored = await storeFiles(
    context,
    used.map(({ file }) => file),
  )
  return context.write(
    async (tx) => {
      let attached = 0
      const now = await everyWantedFile(tx, projectId, row.id)
      const current = new Map(now.map((file) => [file.position, file]))
      for (const [index, { wanted: by }] of used.entries()) {
        const file = stored[index]
        if (file === undefined) continue
        for (const each of by) {
          const known = current.get(each.position)
          if (known === undefined || known.hash === file.hash) continue
          const rows = attachmentRows(tx, {
            projectId,
            entity: 'run',
            entityId: each.run_id,
            files: [{ ...file, name: each.name }],
            now: context.now,
          })
          await insertAttachments(tx, rows)
          await wantedFileCame(tx, each, file.hash)
          await countAttachment(tx, projectId, each.run_id)
          attached++
        }
      }
      const left = (await everyWantedFile(tx, projectId, row.id)).filter(({ hash }) => hash === null).length
      const unwanted = pairs.filter(({ wanted: by }) => by.length === 0).map(({ file }) => file.path)
      return { body: { data: { attached, unwanted, wanted: left } } }
    },
    { ids: used.reduce((sum, { wanted: by }) => sum + by.length, 0) },
  )
}
