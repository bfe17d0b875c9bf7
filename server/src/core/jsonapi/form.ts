import { apiError } from '../errors.ts'
import { MAX_FORM_FIELDS, MAX_FORM_TEXT } from '../limits.ts'
import { decodeBytes } from './lenient-json.ts'
import { parsePairs } from './query.ts'

const AMPERSAND = 0x26

/** Whether a form has too many fields; looks at no more of it than it must. */
function hasTooMany(bytes: Buffer): boolean {
  let fields = 1
  let at = bytes.indexOf(AMPERSAND)
  while (at !== -1 && fields <= MAX_FORM_FIELDS) {
    fields++
    at = bytes.indexOf(AMPERSAND, at + 1)
  }
  return fields > MAX_FORM_FIELDS
}

/** The pairs of a urlencoded form in a body. Throws 413 over the limits. */
export function parseForm(bytes: Buffer): ReturnType<typeof parsePairs> {
  if (bytes.length > MAX_FORM_TEXT || hasTooMany(bytes)) {
    throw apiError('too_large', {
      title: `A urlencoded form has at most ${MAX_FORM_FIELDS} fields and ${MAX_FORM_TEXT / 1024 / 1024} MiB`,
      detail: 'Send long texts as files of a multipart form, or the whole as JSON.',
    })
  }
  return parsePairs(decodeBytes(bytes).trim())
}

/** Whether a Content-Type names a form of several parts. */
export const isMultipart = (contentType: string): boolean => /^\s*multipart\//i.test(contentType)
