import { replaceSpans } from './spans.ts'

/**
 * Assertions: what they compare are values, which differ where the failure is the same; and what a framework prints for
 * every assertion says nothing by itself.
 */

/** Around a value that an assertion expects: it counts, but says nothing by itself. */
const FROM = '\u0001'
const TO = '\u0002'

/** A value that was received: it is another one in the next run. */
const RECEIVED = '<received>'
/** A value that was expected: it stands in the test. */
const expected = (value: string) => `${FROM}${value.replace(/[\u0001\u0002]/g, '')}${TO}`

const MARKS_ASSERTION =
  /\bexpect(?:ed|ing)?\b|\bassert|[!=]==?|\bbut (?:was|got|found|the)\b|\bgot\b|\bwant\b|\bto (?:be|equal|have|include|contain|match|deep)|\bequal to\b|\b(?:not|should) (?:be|equal|contain)/i

const EXPECTED_LABEL =
  /^(?:[-+] )?(?:expected(?! to\b)|want|right|rhs|not found|pattern|to [a-z ]{1,40})\b[^:<]{0,30}:\s*(?!$)/i
const RECEIVED_LABEL =
  /^(?:[-+] )?(?:received|actual(?:ly)?|got|but(?: was| got| could not find)?|expecting(?: actual)?|was|left|lhs|found|which is|collection|string|resolved to value|obtained)\b[^:<]{0,30}:\s*/i

/** Where the values of a sentence become those that are expected, and those that were received. */
const TURNS =
  /( to | [!=]==? | identical to | matches expected | equal to | contains? (?:value )?|\bexpected:? ?)|( but | got | in | received | actual | found |\bexpected (?=['"`[{\d]))/i

/** Elements of a page and names in backticks are what the sentence is about. */
const isSubject = (value: string) => /^["'`]<|^`/.test(value)

/** Values as they are written, quoted or in brackets, of a bounded length. */
function withoutValues(text: string, isExpected: boolean): string {
  const isValue = (open: string, length: number) => open !== '<' && length <= 500
  return replaceSpans(text, isValue, (value) => {
    if (isSubject(value)) return value
    return isExpected ? expected(value) : RECEIVED
  })
}

/** A sentence of an assertion with its values marked. */
function markSentence(line: string): string {
  if (/ called\b/.test(line)) return line
  let marked = ''
  let isExpected = false
  for (const part of line.split(TURNS)) {
    if (part === undefined) continue
    const [, to, from] = TURNS.exec(part) ?? []
    if (to !== undefined && to.length === part.length) isExpected = !/^expected/i.test(to) || /:/.test(to)
    else if (from !== undefined && from.length === part.length) isExpected = false
    marked += withoutValues(part, isExpected)
  }
  return marked
}

const BARE = /^(?:[\w-]{1,80}|[-+]?\d[\d.,]*)$/

/** `open != paid`: a comparison of two words. */
function markComparison(line: string): string | undefined {
  const found = / (?:[!=]==?|[<>]=?) /.exec(line)
  if (found === null) return undefined
  const right = line.slice(found.index + found[0].length)
  const before = line.slice(0, found.index)
  const from = before.lastIndexOf(' ') + 1
  const left = before.slice(from)
  if (!BARE.test(left) || !BARE.test(right)) return undefined
  return `${before.slice(0, from)}${RECEIVED}${found[0]}${expected(right)}`
}

const TO_BRACKET = /\b(?:expected:? ?|(?:but was|but found|actual):? ?)$/i

/** `expected: <3> but was: <2>`, `expected [3] but found [2]`. */
function markBracketed(line: string): string {
  const labelOf = (at: number) => TO_BRACKET.exec(line.slice(Math.max(0, at - 12), at))?.[0]
  let isExpected = false
  const isValue = (open: string, _: number, at: number) => {
    if (line.startsWith('<gateway>', at)) return false
    const label = open === '<' || (open === '[' && line.includes('] but found [')) ? labelOf(at) : undefined
    isExpected = label?.toLowerCase().startsWith('expected') ?? false
    return label !== undefined
  }
  return replaceSpans(line, isValue, (value) =>
    isExpected ? expected(value.slice(1, -1).replace(/[[\]]/g, '')) : RECEIVED,
  )
}

/** Marks the values of a line that compares: those expected count, those received are replaced. */
export function markValues(line: string): string {
  if (!MARKS_ASSERTION.test(line) && !RECEIVED_LABEL.test(line)) return line
  const sentence = markBracketed(line)
  if (sentence !== line) return sentence
  const label = EXPECTED_LABEL.exec(line)?.[0]
  if (label !== undefined) return `${label.trim()} ${expected(line.slice(label.length))}`
  const other = RECEIVED_LABEL.exec(line)?.[0]
  if (other !== undefined) return `${other.trim()} ${RECEIVED}`
  return markComparison(line) ?? markSentence(line)
}

/** Lines that belong to an assertion and stand below its first: what was expected, and of what. */
export const isDetail = (line: string): boolean =>
  EXPECTED_LABEL.test(line) ||
  RECEIVED_LABEL.test(line) ||
  /^(?:Locator|Value of|Snapshot(?: name)?):/.test(line) ||
  /^(?:CHECK|REQUIRE)\w*\( /.test(line)

/** The lines of a difference that tell what was expected, where it says which those are. */
export function expectedOfDiff(lines: readonly string[]): string[] {
  let sign = ''
  const found: string[] = []
  for (const line of lines) {
    if (/^(?:- Expected|--- Expected|- Snapshot)\b|\(-want \+got\)|^\+ actual - expected/.test(line)) sign = '-'
    else if (/^\+ expected - actual/.test(line)) sign = '+'
    else if (sign !== '' && line.startsWith(sign) && !/^(?:\+ Received|\+\+\+|---)/.test(line)) {
      found.push(expected(line.slice(1).trim()))
    }
  }
  return found
}

const DIFF_BEGINS =
  /^(?:- Expected|\+ Received|--- Expected|- Snapshot)\b|\(-want \+got\)|^\+ (?:actual - expected|expected - actual)/

/** The lines above a difference. */
export function aboveDiff(lines: readonly string[]): string[] {
  const at = lines.findIndex((line) => DIFF_BEGINS.test(line))
  if (at === -1) return [...lines]
  // Go says what differs in the same line.
  return lines.slice(0, lines[at]?.includes('want') ? at + 1 : at)
}

/** A line of a difference: it counts only by `expectedOfDiff`. */
export const isOfDiff = (line: string): boolean => /^(?:[-+?](?:\s|['"\d{[])|@@|--- |\+\+\+ )/.test(line)

const VOCABULARY = new Set(
  `a an and any are as at be been but by called did do does for from got had has have in is it its no nor not of on only
   or that the there these they this to was were which with would you
   assertion check compare compared comparison contain contained containing contains could deep deeply defined differ
   differed difference differing differs element elements empty equal equality equals error errors evaluated exact exactly
   exception exist exists expansion expect expectation expected expecting expression fail failed failing failure failures
   false falsy find following found greater identical include included includes including index instance item items key
   keys left length less list loosely match matched matches matching member members missing multiple near nil none
   null number object objects op own pos position properties property raised received reference require results right same
   satisfy set shallow should size strict strictly string strings test tests than threw throw thrown throws times true
   truthy two type undefined unexpected unwrap using value values want wanted where memory invalid address pointer
   dereference runtime panic out range option object.is nan unexpectedly actual actually raise failed.`.split(/\s+/),
)

const withoutMarked = (line: string) =>
  line
    .split(FROM)
    .map((part, index) => (index === 0 ? part : part.slice(part.indexOf(TO) + 1)))
    .join(' ')

/** Whether a normalised line has a word of its own. */
export function isTelling(line: string): boolean {
  if (line.includes('<gateway>')) return true
  if (/^expect\([^()]{0,60}(?:\(\))?\)/.test(line)) return false
  const bare = withoutMarked(line).replace(/<[a-z ]{1,20}>/g, ' ')
  for (const [word] of bare.matchAll(/\p{L}[\p{L}\p{N}_.]*/gu)) {
    const lower = word.toLowerCase()
    if (!VOCABULARY.has(lower) && !VOCABULARY.has(lower.replace(/\.$/, '')) && !lower.includes('assert')) return true
  }
  return false
}

/** Without the values that were expected. */
export const withoutExpected = (line: string): string => withoutMarked(line).replace(/ +/g, ' ').trim()

/** Without the marks around values. */
export const unmarked = (text: string): string => text.replace(/[\u0001\u0002]/g, '')
