import { hash } from 'node:crypto'
import { MAX_FAILURE } from '../../core/limits.ts'
import { cut } from '../../core/text.ts'
import type { Attempt } from '../readers/model.ts'
import {
  aboveDiff,
  expectedOfDiff,
  isDetail,
  isOfDiff,
  isTelling,
  markValues,
  unmarked,
  withoutExpected,
} from './assertions.ts'
import { keepStatus, normalise } from './normalise.ts'
import { placeOf } from './place.ts'
import { plainLines, sayingLines } from './plain-lines.ts'

/** What makes failures the same (contract §11.1). */
export interface Signature {
  /** Of type and message, without what changes from run to run: one outage is one cause. */
  cause: string
  /** Cause and the innermost place in the test: two assertions of one test are two failures. */
  signature: string
  /** Type of the exception. */
  kind: string | null
  title: string
}

const digest = (text: string) => hash('sha256', text, 'hex').slice(0, 16)

/** `KeyError: `, `java.lang.IllegalStateException: ` in front of a message. */
const PREFIX =
  /^([A-Za-z_][\w.$\\]{0,150}?(?:Error|Exception|Failure|Failed|Timeout|Warning|Assertion|Fault)|Error|Failed|panic|thrown)(?: \[\w{1,60}\])? ?: /

const PLAIN_KINDS = new Set(
  `error errors exception fail failed failure aggregateerror comparisonfailure equalexception trueexception falseexception
   nullexception notnullexception containsexception xunitexception cypresserror nullpointerexception
   nullreferenceexception indexoutofboundsexception arrayindexoutofboundsexception indexerror typeerror panic
   thrown`.split(/\s+/),
)

/** A line that is a type, and nothing else. */
const ALONE = /^[A-Za-z_][\w.$\\]{0,150}(?:Error|Exception|Failure)$/

/** Types that say nothing but that it failed, and those of the faults that any code has. */
function saysNothing(kind: string): boolean {
  const lower = kind.toLowerCase()
  if (
    lower === '' ||
    PLAIN_KINDS.has(lower) ||
    /^(?:assert|check|require|expect|multiplefailures|test failure)/.test(lower)
  )
    return true
  return (
    lower.includes('assertion') ||
    lower === 'testfailedexception' ||
    lower.includes('expectation') ||
    /^to[A-Z]/.test(kind)
  )
}

/** A type by its last name, which is the same whatever reports it. */
const shortKind = (kind: string) => kind.replace(/^.*[.\\:/$]/, '')

/** Parts a line from the types in front of it. */
function withoutPrefix(line: string): [text: string, kind: string | undefined] {
  if (ALONE.test(line)) return ['', line]
  let [text, kind]: [string, string | undefined] = [line, undefined]
  for (let i = 0; i < 3; i++) {
    const found = PREFIX.exec(text)
    if (found === null) break
    if (kind === undefined || saysNothing(shortKind(kind))) kind = found[1] as string
    text = text.slice(found[0].length).trim()
  }
  return [text, kind]
}

/** Lines with a meaning: the first three, and what was expected where those are what every assertion says. */
interface Said {
  raw: string[]
  lines: string[]
  kind: string | undefined
  telling: boolean
}

/** A server that should have answered and was away: that is no fault of the test. */
const isAway = (lines: readonly string[]) =>
  lines.some((line) => /^(?:expected|want)\b[^:]{0,40}: ?<?20[0-4]>?$/i.test(line)) &&
  lines.some((line) => /^(?:received|actual|got|but was)\b[^:]{0,40}: ?<?50[234]>?$/i.test(line))

const meaning = (line: string) => normalise(markValues(keepStatus(line)))

function said(message: readonly string[], details: readonly string[]): Said {
  const saying = sayingLines(message)
  const below = sayingLines(details)
  const first = saying.length > 0 ? saying : below
  let kind: string | undefined
  const read = (lines: readonly string[]) =>
    lines.flatMap((line) => {
      const [text, found] = withoutPrefix(line)
      if (found !== undefined && (kind === undefined || saysNothing(shortKind(kind)))) kind = found
      return text === '' ? [] : [text]
    })
  const own = aboveDiff(read(first.slice(0, 12))).filter((line) => !isOfDiff(line) || line.startsWith('- waiting'))
  let raw = own.slice(0, 3)
  let lines = raw.map(meaning)
  if (!lines.some(isTelling)) {
    // It is what every assertion says: then what it says below counts.
    const more = [...own.slice(3), ...aboveDiff(read(below.slice(0, 60)))]
    const wanted = raw.length === 0 || lines.every((line) => !/[<\u0001]/.test(line) && !/^expect\(/.test(line))
    const extra = more.filter((line) => (wanted ? !isOfDiff(line) : isDetail(line)))
    const known = new Set(lines)
    for (const line of extra) {
      const marked = meaning(line)
      if (known.has(marked) || known.size >= 6) continue
      known.add(marked)
      raw.push(line)
    }
    lines = [...known]
    if (isAway([...own, ...more])) lines.push('<gateway>')
    const diff = expectedOfDiff([...message, ...details].slice(0, 200))
    if (!lines.some(isTelling)) lines.push(...diff.slice(0, 4).map(normalise))
  }
  raw = [...new Set(raw)]
  return { raw, lines, kind, telling: lines.some(isTelling) }
}

/** What a failed attempt says of itself, before it is known which test it is of. */
export interface FailureRead extends Pick<Signature, 'kind' | 'title'> {
  text: string
  /** Whether the text tells this failure from what any assertion might print. */
  isOwn: boolean
  /** Where it was; `TEST` in it stands for the test. */
  place: string
}

const TEST = '\u0000'

/** Reads a failed attempt: the long part of `signatureOf`, which needs nothing stored. */
export function readFailure({ type, message = '', details = '' }: Attempt): FailureRead {
  const [above, below] = [plainLines(message), plainLines(details)]
  const { raw, lines, kind: found, telling } = said(above, below)
  const given = type?.slice(0, 1_000).trim() ?? ''
  const named = given !== '' && !saysNothing(shortKind(given)) ? given : (found ?? given)
  const kind = given !== '' ? cut(given, 255) : found === undefined ? null : cut(found, 255)
  const title = cut(raw[0] ?? kind ?? 'Failed without a message', MAX_FAILURE.title)
  const short = shortKind(named)
  const place = placeOf(below, above, TEST)
  // The code says which assertion it is: then what it expects is a value as well.
  const meanings = lines.map(place.hasCode ? withoutExpected : unmarked)
  const text = `${saysNothing(short) ? '' : normalise(short)}\n${meanings.join('\n')}`
  return { text, isOwn: telling || !saysNothing(short), place: place.text, kind, title }
}

/**
 * What a failed attempt has in common with others; `test` stands for the place of those that name none. A message that
 * any assertion might print says nothing of the cause: then the place is part of it.
 */
export function signatureOf({ text, isOwn, kind, title, ...read }: FailureRead, test: string): Signature {
  const place = read.place.replaceAll(TEST, test)
  const cause = digest(isOwn ? text : `${text.toLowerCase()}\n${place}`)
  return { cause, signature: digest(`${cause}\n${place}`), kind, title }
}
