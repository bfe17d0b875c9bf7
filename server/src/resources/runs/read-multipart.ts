import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Busboy } from '@fastify/busboy'
import { apiError } from '../../core/errors.ts'
import { canonicalKey } from '../../core/jsonapi/key-spelling.ts'
import { MAX_FILES, MAX_FORM_FIELDS, MAX_FORM_TEXT } from '../../core/limits.ts'
import { cleanText } from '../../core/text.ts'
import type { Context } from '../../engine/route.ts'
import type { Spool, SpoolWriter } from '../../storage/spool.ts'
import { contentTypeOf, safeFileName, type UploadedFile } from '../attachments/attachments.rules.ts'

/** What a form holds: fields by canonical name, and files in their order. */
export interface Form {
  fields: Map<string, string>
  files: UploadedFile[]
}

/** Parts up to this size stay in memory. */
const SMALL = 64 * 1024

const isResultFile = (name: string | undefined) => canonicalKey(name ?? '').startsWith('result-files')

/** The text in the first brackets of a name, as agents send that of a file: `result_files[a.log]`. */
function inBrackets(name: string): string | undefined {
  const [, inner] = name.split('[', 2)
  return inner?.includes(']') ? inner.split(']', 1)[0] : undefined
}

/** Reads a part into memory, or into the spool when there is one and the part is large. */
function readPart(stream: NodeJS.ReadableStream, spool: Spool | undefined) {
  let chunks: Buffer[] = []
  let size = 0
  let writer: SpoolWriter | undefined
  let writing = Promise.resolve()
  let hasEnded = false

  async function flush(to: Spool): Promise<void> {
    writer ??= await to.start()
    const waiting = chunks
    chunks = []
    for (const chunk of waiting) await writer.write(chunk)
  }

  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    if (spool === undefined || size <= SMALL) return
    stream.pause()
    writing = writing.then(() => flush(spool)).finally(() => stream.resume())
    // Seen by `content`; until then it must not end the process.
    writing.catch(() => {})
  })
  // A body that ends inside a part: without a listener it would end the process. What did arrive is kept.
  stream.on('error', () => {})
  stream.on('end', () => {
    hasEnded = true
  })
  return {
    /** Once the form was read: the whole part, or undefined when it has no end. */
    async content(): Promise<UploadedFile['content'] | undefined> {
      for (let before: unknown; !hasEnded && before !== writing; await nextTurn()) {
        before = writing
        await writing
      }
      await writing
      if (!hasEnded) return undefined
      return writer ? writer.end() : Buffer.concat(chunks)
    },
  }
}

/** Reads a multipart form; parts named `result_files…` are files. A body with no part at all is an empty form. */
export async function readMultipart(
  { bytes, form: onDisk, contentType, spool }: Context['raw'],
  form: Form,
): Promise<void> {
  const length = onDisk?.size ?? bytes?.length ?? 0
  const parts: { name: string; part: ReturnType<typeof readPart> }[] = []
  let parser: InstanceType<typeof Busboy>
  try {
    // The size of a body is limited already; a text that is long becomes a file of the run.
    parser = new Busboy({
      headers: { 'content-type': contentType },
      limits: { fieldSize: Math.min(length, MAX_FORM_TEXT), fields: MAX_FORM_FIELDS, files: MAX_FILES },
      isPartAFile: (name, _type, filename) => filename !== undefined || isResultFile(name),
    })
  } catch {
    return
  }
  let isCut = false
  parser.on('field', (name: string, value: string, _nameCut: boolean, valueCut: boolean) => {
    isCut ||= valueCut
    form.fields.set(canonicalKey(name), cleanText(value))
  })
  parser.on('file', (name: string, stream: NodeJS.ReadableStream, filename: string | undefined) => {
    if (isResultFile(name)) {
      const safe = safeFileName(filename || inBrackets(name))
      parts.push({ name: safe, part: readPart(stream, spool) })
    } else {
      stream.on('error', () => {}).resume()
    }
  })
  await new Promise<void>((resolve, reject) => {
    parser.on('finish', resolve)
    parser.on('error', () => resolve())
    const source = onDisk ? createReadStream(onDisk.path) : Readable.from([bytes])
    source.on('error', reject).pipe(parser)
  })
  if (isCut) {
    throw apiError('too_large', {
      title: `A field of a form has at most ${MAX_FORM_TEXT / 1024 / 1024} MiB`,
      detail: 'Send long texts as files of the form.',
    })
  }
  for (const { name, part } of parts) {
    const content = await part.content()
    if (content) form.files.push({ name, contentType: contentTypeOf(name), content })
  }
}
