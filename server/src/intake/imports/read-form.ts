import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import { apiError } from '../../core/errors.ts'
import { MAX_FORM_FIELDS, MAX_FORM_TEXT } from '../../core/limits.ts'

interface FormParts {
  /** Files that are taken at most. */
  files: number
  onField?(name: string, value: string): void
  /** A file by what it is called, or by the name of its field; reading it fails where the form ends before the file. */
  onFile(name: string, bytes: AsyncIterable<Buffer>): Promise<void>
  onTooMany?(): void
}

/**
 * Reads a multipart form to its end, or to where it breaks off. Its files come one after the other: there may be a
 * hundred thousand, and each is open while it is written. Throws 400 without a boundary, and what `onFile` throws.
 */
export async function readForm(source: Readable, contentType: string, parts: FormParts): Promise<void> {
  let parser: InstanceType<typeof Busboy>
  try {
    const limits = { fieldSize: MAX_FORM_TEXT, fields: MAX_FORM_FIELDS, files: parts.files }
    parser = new Busboy({ headers: { 'content-type': contentType }, limits, preservePath: true })
  } catch {
    throw apiError('malformed_body', { title: 'The body is called multipart, but its Content-Type names no boundary' })
  }
  let taken = Promise.resolve()
  let [files, isBroken] = [0, false]
  parser.on('field', (name: string, value: string) => parts.onField?.(name, value))
  parser.on('filesLimit', () => parts.onTooMany?.())
  parser.on('file', (field: string, stream: NodeJS.ReadableStream, filename: string | undefined) => {
    const place = ++files
    // Where the form breaks off its last file ends like one that is whole, and may fail before it has its turn.
    stream.on('error', () => {
      isBroken = true
    })
    const bytes = async function* () {
      for await (const chunk of stream) yield chunk as Buffer
      if (isBroken && place === files) throw new Error('the form ends before the file does')
    }
    taken = taken.then(() => parts.onFile(filename || field, bytes()))
    // The rest of the form is read all the same, or it would never end.
    taken.catch(() => stream.resume())
  })
  await new Promise<void>((resolve, reject) => {
    parser.on('finish', resolve)
    parser.on('error', () => {
      isBroken = true
      resolve()
    })
    source.on('error', reject).pipe(parser)
  })
  await taken
}
