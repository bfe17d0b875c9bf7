import { errorIn, type Span } from './ptql-error.ts'

export type TokenKind = 'word' | 'keyword' | 'string' | 'number' | 'date' | 'cfkey' | 'symbol' | 'end'

/** One token of a query. `value` is what it means: a string without its quotes, a keyword in upper case. */
export interface Token extends Span {
  kind: TokenKind
  value: string
}

/** Reserved words: a field or value that bears such a name is quoted (contract §2). */
const KEYWORDS = new Set(
  (
    'AND OR NOT LINKED TO WHERE VIEW CONTAINS LIKE IN LAST NEXT BETWEEN IS EMPTY NULL TRUE FALSE ' +
    'CURRENT_USER TODAY NOW'
  ).split(' '),
)

const SPACE = /\s+/uy
const STRING = /"(?:\\["'\\]|\\(?!["'\\])|""|[^"\\])*"(?!")|'(?:\\["'\\]|\\(?!["'\\])|''|[^'\\])*'(?!')/uy
const DATE = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\p{L}\d_:-])/iuy
const NUMBER = /-?\d+(?:\.\d+)?(?![\p{L}\d_])/uy
const CUSTOM_FIELD = /(?:---f-|___f_)\d+(?![\p{L}\d_-])/iuy
const WORD = /[\p{L}_][\p{L}\d_-]*/uy
const SYMBOL = /<=|>=|<>|!=|[=<>(),#/]/uy

/** What a quoted string says: `\"`, `\'`, `\\` and a doubled quote escape; any other backslash stands for itself. */
function unquoted(text: string): string {
  const quote = text.charAt(0)
  return text.slice(1, -1).replaceAll(/\\(["'\\])|""|''/g, (pair, escaped?: string) => {
    if (escaped !== undefined) return escaped
    return pair === quote + quote ? quote : pair
  })
}

const RULES: [RegExp, (text: string) => { kind: TokenKind; value: string }][] = [
  [STRING, (text) => ({ kind: 'string', value: unquoted(text) })],
  [CUSTOM_FIELD, (text) => ({ kind: 'cfkey', value: text })],
  [DATE, (text) => ({ kind: 'date', value: text })],
  [NUMBER, (text) => ({ kind: 'number', value: text })],
  [
    WORD,
    (text) => {
      const upper = text.toUpperCase()
      return KEYWORDS.has(upper) ? { kind: 'keyword', value: upper } : { kind: 'word', value: text }
    },
  ],
  [SYMBOL, (text) => ({ kind: 'symbol', value: text })],
]

function matchAt(rule: RegExp, query: string, at: number): string | undefined {
  rule.lastIndex = at
  return rule.exec(query)?.[0]
}

/** Splits a query into tokens, the last of kind `end`. Throws a PtqlError for what is no token. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = []
  let position = 0
  let at = 0
  const advance = (text: string) => {
    at += text.length
    position += [...text].length
  }
  for (;;) {
    advance(matchAt(SPACE, query, at) ?? '')
    if (at >= query.length) break
    let found: Token | undefined
    for (const [rule, read] of RULES) {
      const text = matchAt(rule, query, at)
      if (text === undefined) continue
      found = { ...read(text), text, position }
      break
    }
    if (found === undefined) {
      const character = String.fromCodePoint(query.codePointAt(at) as number)
      const quoted = character === '"' || character === "'"
      const near = quoted ? query.slice(at) : character
      throw errorIn(
        query,
        { position, text: near },
        quoted ? 'this text has no closing quote' : `${character} has no meaning here; quote text that holds it`,
      )
    }
    tokens.push(found)
    advance(found.text)
  }
  tokens.push({ kind: 'end', value: '', text: '', position })
  return tokens
}
