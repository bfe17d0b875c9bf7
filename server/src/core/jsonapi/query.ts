import { invalidParameter } from '../problems.ts'
import { shownValue } from '../shown-value.ts'
import { cleanText } from '../text.ts'
import { canonicalKey } from './key-spelling.ts'

export interface Pair {
  /** Canonical name: dashes, lower case, without a trailing `[]`. */
  name: string
  value: string
  /** The pair as it stood in the URL. */
  raw: string
}

/** The query of a request, read as contract §1.1 and §1.7 say. */
export interface Query {
  /** The text behind the `?`, as received. */
  readonly text: string
  readonly pairs: readonly Pair[]
  /** Last value of a parameter; blank counts as absent. */
  get(...names: string[]): string | undefined
  /** `true` and `1` only. */
  flag(name: string): boolean
  /** All members of a comma-separated, repeated or `[]` list; undefined when absent or only blank. */
  list(...names: string[]): string[] | undefined
  /** Members of an id list as numbers; members that can name no row are dropped. 422 for text that is no number. */
  ids(...names: string[]): number[] | undefined
}

/** The value of a hexadecimal digit, or NaN. */
function hexOf(byte: number | undefined): number {
  if (byte === undefined) return Number.NaN
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN
}

/** Decodes a name or value: `+` is a space, invalid escapes are taken literally, bytes are read as UTF-8. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  if (!/%[0-9a-f]{2}/i.test(spaced)) return cleanText(spaced)
  // Not decodeURIComponent: an error for each of 60,000 broken escapes would take a second.
  const bytes = Buffer.from(spaced, 'utf8')
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] === 0x25 ? hexOf(bytes[i + 1]) * 16 + hexOf(bytes[i + 2]) : Number.NaN
    if (Number.isNaN(byte)) {
      bytes[length++] = bytes[i] as number
    } else {
      bytes[length++] = byte
      i += 2
    }
  }
  return cleanText(bytes.toString('utf8', 0, length))
}

/** `NaN`, `null` and `undefined` come from JavaScript clients that joined a hole; they match nothing. */
const HOLES = new Set(['nan', 'null', 'undefined'])

/** Parses an id member: a positive safe integer, 0 for one that can match nothing, undefined for text. */
export function parseIdMember(member: string): number | undefined {
  const text = member.trim()
  if (HOLES.has(text.toLowerCase())) return 0
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const id = Number(text)
  return Number.isSafeInteger(id) && id > 0 ? id : 0
}

const nameOf = (text: string): string => {
  const name = canonicalKey(text.trim())
  return name.endsWith('[]') ? name.slice(0, -2) : name
}

/** A parameter that came some other way than in a query. */
export const pairOf = (name: string, value: string): Pair => ({
  name: nameOf(name),
  value: cleanText(value),
  raw: `${encodeURIComponent(cleanText(name))}=${encodeURIComponent(cleanText(value))}`,
})

/** Names and values of a urlencoded text, a form or a query; never throws. */
export function parsePairs(text: string): Pair[] {
  return text.split('&').flatMap((raw): Pair[] => {
    if (raw === '') return []
    const equals = raw.indexOf('=')
    const name = nameOf(decode(equals === -1 ? raw : raw.slice(0, equals)))
    const value = equals === -1 ? '' : decode(raw.slice(equals + 1))
    return [{ name, value, raw }]
  })
}

/** Reads the text behind `?`; never throws. Bytes that Node hands over as Latin-1 are read as UTF-8. */
export function parseQuery(text: string): Query {
  return queryOf(text, parsePairs(/[\x80-\xff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text))
}

/** A query of these parameters. */
export function queryOf(text: string, pairs: readonly Pair[]): Query {
  const query: Query = {
    text,
    pairs,
    get(...names) {
      for (const name of names) {
        const found = pairs.findLast((pair) => pair.name === name && pair.value.trim() !== '')
        if (found) return found.value
      }
      return undefined
    },
    flag: (name) => ['true', '1'].includes(query.get(name)?.trim().toLowerCase() ?? ''),
    list(...names) {
      const members = pairs
        .filter((pair) => names.includes(pair.name))
        .flatMap((pair) => pair.value.split(','))
        .map((member) => member.trim())
        .filter((member) => member !== '')
      return members.length === 0 ? undefined : members
    },
    ids(...names) {
      return query.list(...names)?.flatMap((member) => {
        const id = parseIdMember(member)
        if (id === undefined) {
          throw invalidParameter(
            names[0] as string,
            `${names[0]} must be a comma-separated list of ids; ${shownValue(member)} is not a number`,
          )
        }
        return id === 0 ? [] : [id]
      })
    },
  }
  return query
}
