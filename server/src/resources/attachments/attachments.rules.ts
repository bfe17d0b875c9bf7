import mime from 'mime'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { inside, type Place, type Problems } from '../../core/problems.ts'
import { decodeBase64 } from '../../core/scalars.ts'
import { cleanText, cut, lengthOf } from '../../core/text.ts'

/** The entities that carry attachments (contract §4.7). */
export const CARRIERS = ['requirement', 'issue', 'test', 'step', 'testset', 'instance', 'run', 'step-run'] as const

export type Carrier = (typeof CARRIERS)[number]

/** An uploaded file, decoded. */
export interface UploadedFile {
  name: string
  contentType: string
  bytes: Buffer
}

const MAX_NAME = 255

/** A file name without path parts, cut to 255 characters with its suffix kept; blank → `file` (contract §1.16). */
export function safeFileName(sent: unknown): string {
  const base = cleanText(typeof sent === 'string' || typeof sent === 'number' ? String(sent) : '')
    .split(/[\\/]/)
    .at(-1)
    ?.trim()
  if (!base || base === '.' || base === '..') return 'file'
  if (lengthOf(base) <= MAX_NAME) return base
  const suffix = /\.[^.]{1,20}$/.exec(base)?.[0] ?? ''
  return cut(base, MAX_NAME - lengthOf(suffix)) + suffix
}

export const contentTypeOf = (name: string) => mime.getType(name) ?? 'application/octet-stream'

/** Reads `{"filename", "content_encoded"}` members; problems name the member. */
export function readFiles(members: unknown[], place: Place, problems: Problems): UploadedFile[] {
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
    const bytes = decodeBase64(content)
    if (bytes === undefined) {
      problems.at(inside(at, 'content_encoded'), 'Content encoded is not valid base64')
      return []
    }
    const name = safeFileName(file.filename)
    return [{ name, contentType: contentTypeOf(name), bytes }]
  })
}

/** A text that was cut to fit its attribute, whole, as a file (contract §1.11). */
export function textFile(attribute: string, text: string): UploadedFile {
  return { name: `${attribute}.txt`, contentType: 'text/plain', bytes: Buffer.from(text) }
}
