import mime from 'mime'
import { sha256 } from '../../core/hash.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { type WordWith, wordsWith } from '../../core/kinds.ts'
import { MAX_FILE_NAME, MAX_FILES } from '../../core/limits.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import { array, type JsonSchema, object, ref } from '../../core/resource/json-schema.ts'
import { decodeBase64 } from '../../core/scalars.ts'
import { cleanText, cut, isLongerThan, lengthOf } from '../../core/text.ts'
import type { Context } from '../../engine/route.ts'
import type { FileOnDisk } from '../../storage/blob-store.ts'

export type Carrier = WordWith<'attachments'>

/** The entities that carry attachments, in the order of contract §4.7. */
export const CARRIERS: readonly Carrier[] = [...new Set<Carrier>(['requirement', 'issue', ...wordsWith('attachments')])]

/** Uploaded files as bodies hold them. */
export const FILE_SCHEMAS: Record<string, JsonSchema> = {
  File: object(
    {
      filename: { type: 'string', examples: ['one.log'] },
      content_encoded: { type: 'string', description: 'The bytes as base64', examples: ['aGVsbG8='] },
    },
    ['content_encoded'],
  ),
  Files: object({ data: array(ref('File')) }),
}

/** An uploaded file, decoded: in memory, or on disk when it is large. */
export interface UploadedFile {
  name: string
  contentType: string
  content: Buffer | FileOnDisk
}

export const sizeOf = ({ content }: UploadedFile) => (Buffer.isBuffer(content) ? content.length : content.size)

export const hashOf = ({ content }: UploadedFile) => (Buffer.isBuffer(content) ? sha256(content) : content.hash)

/** Adds a problem when a file is larger than `maxBytes`. */
export function checkSize(file: UploadedFile, maxBytes: number, at: Pointer, problems: Problems): void {
  if (sizeOf(file) <= maxBytes) return
  problems.at(at, `The file ${file.name} is too large: at most ${maxBytes / 1024 / 1024} MiB are accepted`)
}

/** A file name without path parts, cut to 255 characters with its suffix kept; blank → `file` (contract §1.16). */
export function safeFileName(sent: unknown): string {
  const path = cleanText(typeof sent === 'string' || typeof sent === 'number' ? String(sent) : '')
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).trim()
  if (!base || base === '.' || base === '..') return 'file'
  if (lengthOf(base) <= MAX_FILE_NAME) return base
  const suffix = /\.[^.]{1,20}$/.exec(base)?.[0] ?? ''
  return cut(base, MAX_FILE_NAME - lengthOf(suffix)) + suffix
}

export const contentTypeOf = (name: string) => mime.getType(name) ?? 'application/octet-stream'

/** Reads `{"filename", "content_encoded"}` members; problems name the member. */
export function readFiles(
  members: unknown[],
  place: Pointer,
  { problems, files: { taken, maxBytes } }: { problems: Problems; files: Context['files'] },
): UploadedFile[] {
  if (members.length > MAX_FILES) {
    problems.at(place, `At most ${MAX_FILES} files are accepted in one request; ${members.length} were sent`)
    return []
  }
  return members.flatMap((member, index) => {
    const at = inside(place, index)
    if (!isObject(member)) {
      problems.at(at, 'A file must be an object with filename and content_encoded')
      return []
    }
    const file = canonicalKeys(member)
    const content = file['content-encoded']
    if (typeof content !== 'string') {
      problems.at(inside(at, 'content_encoded'), "Content encoded can't be blank: send the file as base64 text")
      return []
    }
    const decoded = taken.get(content) ?? decodeBase64(content)
    if (decoded === undefined) {
      problems.at(inside(at, 'content_encoded'), 'Content encoded is not valid base64')
      return []
    }
    const name = safeFileName(file.filename)
    const read = { name, contentType: contentTypeOf(name), content: decoded }
    checkSize(read, maxBytes, inside(at, 'content_encoded'), problems)
    return [read]
  })
}

/** A text that was cut to fit its attribute, whole, as a file (contract §1.11). */
export function textFile(attribute: string, text: string): UploadedFile {
  return { name: `${attribute}.txt`, contentType: 'text/plain', content: Buffer.from(text) }
}

/** A long text of a result is never refused: it is cut, and the whole becomes a file (contract §1.11). */
export function fitText(text: string | null, max: number, attribute: string, files: UploadedFile[]): string | null {
  if (text === null || !isLongerThan(text, max)) return text
  files.push(textFile(attribute, text))
  return cut(text, max)
}
