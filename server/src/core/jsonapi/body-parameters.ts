import { MAX_PARAMETER_NAME } from '../limits.ts'
import { isObject } from './key-spelling.ts'
import { decodeBytes, type ParsedJson, type Path, parseJson, startsObject } from './lenient-json.ts'
import { type Pair, pairOf, parsePairs, type Query, queryOf } from './query.ts'

/** A JSON object, or undefined for whatever else bytes are; never throws. */
export const tryObject = (bytes: Buffer) => (startsObject(bytes) ? objectFrom(() => parseJson(bytes)) : undefined)

/** What `parse` answers when it is a JSON object; undefined for whatever else, and when it throws. */
export function objectFrom(parse: () => ParsedJson): ParsedJson | undefined {
  try {
    const json = parse()
    return isObject(json.value) ? json : undefined
  } catch {
    return undefined
  }
}

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)

/** Members of an object as parameters: those of inner objects as `outer[inner]`, arrays with commas between. */
function pairsOf(json: ParsedJson, object: object, path: Path = []): Pair[] {
  // Numbers keep the digits that were sent.
  const text = (value: unknown, at: Path) => (typeof value === 'number' ? json.literalAt(at) : String(value))
  const members = (list: unknown[], at: Path): string[] =>
    list.flatMap((value, index) => {
      if (Array.isArray(value)) return members(value, [...at, index])
      return isScalar(value) ? [text(value, [...at, index])] : []
    })
  return Object.entries(object).flatMap(([key, value]): Pair[] => {
    const at = [...path, key]
    const [outer = '', ...inner] = at
    const name = `${outer}${inner.map((each) => `[${each}]`).join('')}`
    if (name.length > MAX_PARAMETER_NAME) return []
    if (isObject(value)) return pairsOf(json, value, at)
    if (Array.isArray(value)) return [pairOf(name, members(value, at).join(','))]
    return isScalar(value) ? [pairOf(name, text(value, at))] : []
  })
}

/** Whether a body without JSON is read as a form: it says so, or says nothing. */
const isForm = (contentType: string) =>
  contentType.trim() === '' || contentType.trim().toLowerCase().startsWith('application/x-www-form-urlencoded')

/**
 * The query of a GET together with its body, a JSON object or a urlencoded form, whose members count as if they stood
 * in the query, which wins; any other body is ignored (contract §1.1). A token is no parameter: it would go out again
 * in links.
 */
export function withBodyParameters(query: Query, bytes: Buffer, contentType: string): Query {
  const json = tryObject(bytes)
  const text = decodeBytes(bytes).trim()
  const isJson = json !== undefined || text.startsWith('{') || text.startsWith('[') || text.startsWith('"')
  const form = isJson || !isForm(contentType) ? [] : parsePairs(text).map(({ name, value }) => pairOf(name, value))
  const sent = json ? pairsOf(json, json.value as object) : form
  const known = new Set(query.pairs.flatMap(({ name, value }) => (value.trim() === '' ? [] : name)))
  const more = sent.filter(({ name }) => name !== 'api-token' && !known.has(name))
  return more.length === 0 ? query : queryOf(query.text, [...query.pairs, ...more])
}
