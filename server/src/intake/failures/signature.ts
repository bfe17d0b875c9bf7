import { hash } from 'node:crypto'
import { MAX_FAILURE } from '../../core/limits.ts'
import { cut } from '../../core/text.ts'
import type { Attempt } from '../readers/model.ts'

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

/** Characters of a message and of a stack that are looked at. */
const LOOKED_AT = 20_000

// linear: each is anchored at a character that it consumes, and no two neighbouring parts match the same character.
const ANSI = /\u001b\[[0-9;:?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'"<>)\]]+/gi, '<url>'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>'],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b/g, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<address>'],
  [/\b(?:localhost|[a-z][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60}){1,8}):\d{2,5}\b/gi, '<address>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/@[0-9a-f]{5,16}\b/g, '@<hex>'],
  [/(?:[A-Za-z]:)?(?:[\\/][\w.@+~ -]{1,200}){2,}/g, '<path>'],
  [/\b(?=[a-z_-]*\d)(?=[\w-]{12,})[\w-]+\b/gi, '<id>'],
  [/\d+(?:[.,]\d+)*(?:\s?(?:ms|milliseconds?|s|sec|seconds?|m|min|minutes?|µs|ns)\b)?/g, '<n>'],
]

/** First lines that frameworks print for every assertion: they say nothing by themselves. */
const GENERIC =
  /^(?:(?:error|assertionerror|assertion failed|assertion error|java\.lang\.assertionerror|assert|assertionfailederror|comparisonfailure)(?:\s*\[[\w]+\])?:?\s*)*(?:expect\(.{0,200}\).{0,100}|expected values to be .{0,200}|assertion failed.{0,20}|assert(?:ion)?error:?|failed|failure|error:?|test failed\.?|failed asserting that .{0,20}|the expression evaluated to a falsy value:?)?$/i
const TELLING = /^\s*(?:[-+]\s|expected|received|actual|got|want|but was|value of|assert |left|right|e\s{2,})/i

/** A text without colours and without what changes from run to run. */
export function normalise(text: string): string {
  let plain = text.replace(ANSI, '')
  for (const [pattern, placeholder] of PLACEHOLDERS) plain = plain.replace(pattern, placeholder)
  return shortQuotes(plain)
    .replace(/[ \t]+/g, ' ')
    .trim()
}

/** Long quoted values are values. */
const shortQuotes = (text: string): string => text.replace(/"[^"\n]{40,}"|'[^'\n]{40,}'|`[^`\n]{40,}`/g, '<value>')

const linesOf = (text: string): string[] =>
  text
    .slice(0, LOOKED_AT)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** The lines of a message that tell what went wrong: the first three, and behind a generic first one what was expected. */
function tellingLines(message: string, details: string): string[] {
  const own = linesOf(message.replace(ANSI, ''))
  const lines = own.length > 0 ? own : linesOf(details.replace(ANSI, '')).filter((line) => !isFrame(line))
  const first = lines.slice(0, 3)
  if (!GENERIC.test(first[0] ?? '')) return first
  const more = [...lines.slice(1), ...linesOf(details.replace(ANSI, ''))].filter((line) => TELLING.test(line))
  return [...new Set([...first, ...more.slice(0, 4)])]
}

const FRAMES: readonly RegExp[] = [
  // JavaScript: at name (file:1:2), at file:1:2
  /^\s*at (?:async )?(?:(?<name>[^()]{1,200}) )?\(?(?<file>[^()\s]{1,300}?):\d+(?::\d+)?\)?$/,
  // Java: at a.b.C.method(File.java:12)
  /^\s*at (?<name>[\w.$<>/]{1,300})\((?<file>[\w$.-]{1,200}\.(?:java|kt|scala|groovy)):\d+\)$/,
  // Python: File "x.py", line 3, in name
  /^\s*File "(?<file>[^"]{1,300})", line \d+, in (?<name>\S{1,200})/,
  // pytest: tests/test_cart.py:12: AssertionError
  /^(?<file>[^\s:]{1,300}\.py):\d+: (?<name>)/,
  // Ruby: ./spec/cart_spec.rb:3:in `block'
  /^\s*(?:# )?(?<file>[^\s:]{1,300}\.rb):\d+(?::in [`'](?<name>[^'`]{1,200})')?/,
  // .NET: at A.B.C() in /x/y.cs:line 3
  /^\s*at (?<name>[^()]{1,300})\([^()]{0,300}\) in (?<file>.{1,300}):line \d+$/,
  // PHP, Go, C and others: /path/file.ext:12
  /^\s*(?:#\d+ )?(?<file>[^\s:()]{1,300}\.(?:php|go|c|cc|cpp|cxx|h|hpp|rs|swift|dart|exs?|erl|lua|m|kt|ts|js|tsx|jsx|mjs)):\d+(?<name>)/,
]

const FOREIGN =
  /node_modules|node:|internal\/|site-packages|dist-packages|\/vendor\/|\/gems\/|\/rubygems\/|<anonymous>|\/usr\/(?:lib|local\/lib|share)|^(?:java|javax|jdk|sun|org\.junit|org\.testng|org\.gradle|org\.apache\.maven|org\.hamcrest|org\.assertj|kotlin|scala|groovy|junit)\.|^System\.|^NUnit\.|^Xunit\.|^Microsoft\.|\/(?:_pytest|unittest|pluggy)\/|phpunit\/|\/go\/src\/|\/rustc\//i

const isFrame = (line: string) => FRAMES.some((pattern) => pattern.test(line))

/** The innermost place of the test itself in a stack: file and function, without line numbers. */
export function innermostFrame(details: string): string {
  for (const line of linesOf(details.replace(ANSI, ''))) {
    for (const pattern of FRAMES) {
      const { file, name = '' } = pattern.exec(line)?.groups ?? {}
      if (file === undefined) continue
      if (FOREIGN.test(line.replace(/^\s*at (?:async )?/, '')) || FOREIGN.test(file)) break
      const base = file.replaceAll('\\', '/').split('/').slice(-2).join('/')
      return `${base} ${name.replace(/\d+/g, '<n>').trim()}`.trim()
    }
  }
  return ''
}

const digest = (text: string) => hash('sha256', text, 'hex').slice(0, 16)

/** What a failed attempt has in common with others; `test` stands for those that say nothing at all. */
export function signatureOf({ type, message = '', details = '' }: Attempt, test: string): Signature {
  const lines = tellingLines(message, details)
  const kind = type === undefined || type.trim() === '' ? null : cut(type.trim(), 255)
  const title = cut((lines[0] ?? kind ?? 'Failed without a message').replace(ANSI, '').trim(), MAX_FAILURE.title)
  if (lines.length === 0 && kind === null) {
    const own = digest(`nothing ${test}`)
    return { cause: own, signature: own, kind, title }
  }
  const said = lines.map((line) => normalise(line)).join('\n')
  const cause = digest(`${kind === null ? '' : normalise(kind)}\n${said}`)
  const frame = innermostFrame(details === '' ? message : details)
  return { cause, signature: digest(`${cause}\n${frame === '' ? '' : normalise(frame)}`), kind, title }
}
