import { apiError } from '../errors.ts'
import { decodeBytes } from './lenient-json.ts'
import { parsePairs } from './query.ts'

/** A urlencoded form may be so large, in bytes, and hold so many fields: results of megabytes belong into files. */
const MAX_FORM = 8 * 1024 * 1024
const MAX_FIELDS = 1_000

const AMPERSAND = 0x26

/** Whether a form has too many fields; looks at no more of it than it must. */
function hasTooMany(bytes: Buffer): boolean {
  let fields = 1
  let at = bytes.indexOf(AMPERSAND)
  while (at !== -1 && fields <= MAX_FIELDS) {
    fields++
    at = bytes.indexOf(AMPERSAND, at + 1)
  }
  return fields > MAX_FIELDS
}

/** The pairs of a urlencoded form in a body. Throws 413 over the limits. */
export function parseForm(bytes: Buffer): ReturnType<typeof parsePairs> {
  if (bytes.length > MAX_FORM || hasTooMany(bytes)) {
    throw apiError('too_large', {
      title: `A urlencoded form has at most ${MAX_FIELDS} fields and ${MAX_FORM / 1024 / 1024} MiB`,
      detail: 'Send long texts as files of a multipart form, or the whole as JSON.',
    })
  }
  return parsePairs(decodeBytes(bytes).trim())
}

/** Whether a Content-Type names a form of several parts. */
export const isMultipart = (contentType: string): boolean => /^\s*multipart\//i.test(contentType)
