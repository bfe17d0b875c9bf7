import { parsePairs } from '../core/jsonapi/query.ts'

/** No word or id of the API is as long: what is may be a token that was put in the wrong place. */
const LONG_SEGMENT = /[^/]{32,}/g

/** So many characters of a target are logged; a query may have 256 KB. */
const LOGGED = 2_000

/** What tokens of ours, and most others, look like inside a longer text. */
const TOKEN_LIKE = /[\w+/~-]{32,}/g

const HIDDEN = '***'

/** A path that may be shown: without the token of a download link, or any that was put into it by mistake. */
export const shownPath = (path: string): string => path.replace(LONG_SEGMENT, HIDDEN)

/** Parameters that are secrets whatever they look like: tokens, and what an identity provider sends people back with. */
const SECRETS: ReadonlySet<string> = new Set(['api-token', 'code', 'state'])

/** A request target that may be logged: no value of a secret, however spelled, and nothing that looks like a token. */
export function shownTarget(target: string): string {
  const mark = target.indexOf('?')
  if (mark === -1) return shownPath(target.slice(0, LOGGED))
  // The pair that is cut goes: its rest is what would tell a token.
  const query = target.slice(mark + 1)
  const end = query.length > LOGGED ? Math.max(0, query.lastIndexOf('&', LOGGED)) : query.length
  const pairs = parsePairs(query.slice(0, end)).map(({ name, raw }) => {
    const [key = '', ...value] = raw.split('=')
    if (SECRETS.has(name)) return `${key}=${HIDDEN}`
    return [key, ...value].join('=').replace(TOKEN_LIKE, HIDDEN)
  })
  const rest = end < query.length ? `… (${query.length - end} characters more)` : ''
  return `${shownPath(target.slice(0, Math.min(mark, LOGGED)))}?${pairs.join('&')}${rest}`
}

/** What is logged of an error: never the values, rows and addresses that libraries attach to theirs. */
export function shownError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error }
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(cause === undefined ? {} : { cause: shownError(cause) }),
  }
}
