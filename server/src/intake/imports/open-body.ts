import { createReadStream } from 'node:fs'
import { Busboy } from '@fastify/busboy'
import { apiError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import { isMultipart } from '../../core/jsonapi/form.ts'
import { type Pair, pairOf } from '../../core/jsonapi/query.ts'
import { MAX_FORM_FIELDS, MAX_FORM_TEXT, MAX_IMPORT_ENTRIES } from '../../core/limits.ts'
import { cleanText } from '../../core/text.ts'
import type { FileOnDisk } from '../../storage/blob-store.ts'
import { createDecodedLimit } from '../../storage/decoded-limit.ts'
import type { Spool } from '../../storage/spool.ts'
import { type LeftOut, type SentFile, unpack } from './unpack.ts'

/** An import as it was sent, unpacked. */
export interface OpenedBody {
  /** Fields of a form, which are parameters. */
  fields: Pair[]
  files: SentFile[]
  leftOut: LeftOut[]
  /** Of names and bytes of all files, whatever the body around them was. */
  hash: string
}

/** The fields and files of a multipart form. What a form that ends early has brought counts, and is named. */
async function readForm(
  body: FileOnDisk,
  contentType: string,
  spool: Spool,
): Promise<{ fields: Pair[]; files: SentFile[]; leftOut: LeftOut[] }> {
  const form = { fields: [] as Pair[], files: [] as SentFile[], leftOut: [] as LeftOut[] }
  let parser: InstanceType<typeof Busboy>
  try {
    const limits = { fieldSize: MAX_FORM_TEXT, fields: MAX_FORM_FIELDS, files: MAX_IMPORT_ENTRIES }
    parser = new Busboy({ headers: { 'content-type': contentType }, limits, preservePath: true })
  } catch {
    throw apiError('malformed_body', { title: 'The body is called multipart, but its Content-Type names no boundary' })
  }
  // One file after the other: a form may have a hundred thousand, and each is open while it is written.
  let taken = Promise.resolve()
  parser.on('field', (name: string, value: string) => form.fields.push(pairOf(name, value)))
  parser.on('filesLimit', () => {
    form.leftOut.push({ name: 'the form', problem: `it has more than ${MAX_IMPORT_ENTRIES} files` })
  })
  parser.on('file', (field: string, stream: NodeJS.ReadableStream, filename: string | undefined) => {
    const place = form.files.push({ name: nameOf(filename || field), file: NOTHING }) - 1
    // Told of when the file has its turn.
    stream.on('error', () => {})
    const take = async () => {
      const writer = await spool.start()
      const sent = form.files[place] as SentFile
      try {
        for await (const chunk of stream) await writer.write(chunk as Buffer)
      } catch {
        form.leftOut.push({ name: sent.name, problem: 'the form ended before the file did' })
      }
      sent.file = await writer.end()
    }
    taken = taken.then(take)
    // The rest of the form is read all the same, or it would never end.
    taken.catch(() => stream.resume())
  })
  await new Promise<void>((resolve, reject) => {
    parser.on('finish', resolve)
    parser.on('error', () => resolve())
    createReadStream(body.path).on('error', reject).pipe(parser)
  })
  await taken
  return form
}

const NOTHING: FileOnDisk = { path: '', hash: '', size: 0 }

/** The name of a file of a form: no part of it leads anywhere else. */
function nameOf(sent: string | undefined): string {
  const parts = cleanText(sent ?? '')
    .replaceAll('\\', '/')
    .split('/')
  return parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/') || 'report'
}

/**
 * Opens the body of an import: a report as it is, an archive, or a form with parameters and any number of either.
 * Throws 413 over the limit of unpacked bytes.
 */
export async function openBody(
  body: FileOnDisk,
  o: { contentType: string; filename: string; spool: Spool; maxBytes: number },
): Promise<OpenedBody> {
  const form = isMultipart(o.contentType)
    ? await readForm(body, o.contentType, o.spool)
    : { fields: [], files: [{ name: o.filename, file: body }], leftOut: [] }
  const limit = createDecodedLimit({ most: o.maxBytes, sent: () => body.size })
  const unpacking = { spool: o.spool, limit, entries: { left: MAX_IMPORT_ENTRIES }, leftOut: form.leftOut }
  const files: SentFile[] = []
  for (const sent of form.files) {
    for await (const file of unpack(sent, unpacking)) files.push(file)
  }
  const parts = files.map(({ name, file }) => [name, file.hash])
  return { fields: form.fields, files, leftOut: form.leftOut, hash: sha256(JSON.stringify(parts)) }
}
