import { createReadStream } from 'node:fs'
import { sha256 } from '../../core/hash.ts'
import { isMultipart } from '../../core/jsonapi/form.ts'
import { type Pair, pairOf } from '../../core/jsonapi/query.ts'
import { MAX_IMPORT_ENTRIES } from '../../core/limits.ts'
import { cleanText } from '../../core/text.ts'
import type { FileOnDisk } from '../../storage/blob-store.ts'
import { createDecodedLimit } from '../../storage/decoded-limit.ts'
import type { Spool } from '../../storage/spool.ts'
import { readForm } from './read-form.ts'
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
async function takeForm(
  body: FileOnDisk,
  contentType: string,
  spool: Spool,
): Promise<{ fields: Pair[]; files: SentFile[]; leftOut: LeftOut[] }> {
  const form = { fields: [] as Pair[], files: [] as SentFile[], leftOut: [] as LeftOut[] }
  await readForm(createReadStream(body.path), contentType, {
    files: MAX_IMPORT_ENTRIES,
    onField: (name, value) => void form.fields.push(pairOf(name, value)),
    onTooMany: () =>
      void form.leftOut.push({ name: 'the form', problem: `it has more than ${MAX_IMPORT_ENTRIES} files` }),
    async onFile(sentName, bytes) {
      const name = nameOf(sentName)
      const writer = await spool.start()
      try {
        for await (const chunk of bytes) await writer.write(chunk)
      } catch {
        form.leftOut.push({ name, problem: 'the form ended before the file did' })
      }
      form.files.push({ name, file: await writer.end() })
    },
  })
  return form
}

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
    ? await takeForm(body, o.contentType, o.spool)
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
