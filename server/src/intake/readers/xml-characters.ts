// What can be told of a place in a document by looking at what follows. Where a part of it ends too early to tell, the
// answer is null, unless the part is the last one.

export const QUOTE = 34
export const AMPERSAND = 38
export const APOSTROPHE = 39
export const SLASH = 47
export const LESS = 60
export const EQUALS = 61
export const GREATER = 62
export const QUESTION = 63
export const EXCLAMATION = 33
export const OPENING_BRACKET = 91
export const CLOSING_BRACKET = 93
const [TAB, NEWLINE, RETURN, SPACE, HASH, SEMICOLON] = [9, 10, 13, 32, 35, 59]

/** How far we look for what decides. */
export const LOOK_AHEAD = 1000
const LONGEST_REFERENCE = 20

/** What XML 1.0 does not allow in a document: control characters (ESC of coloured output), lone surrogates. */
export const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu
const KNOWN_REFERENCE = /^&(?:amp|lt|gt|quot|apos);$/
const CHARACTER_REFERENCE = /^&#(?:x([0-9a-f]{1,8})|(\d{1,10}));$/i

export const isSpace = (code: number) => code === SPACE || code === NEWLINE || code === TAB || code === RETURN
export const isNameStart = (code: number) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58
export const isName = (code: number) => isNameStart(code) || code === 45 || code === 46 || (code >= 48 && code <= 57)
const isAttributeName = (code: number) => isName(code) || code >= 0x80
export const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff
const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff

function isCharacter(code: number): boolean {
  if (code < 0x20) return code === TAB || code === NEWLINE || code === RETURN
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff)
}

export interface Reference {
  /** Where it ends; one further than the `&` when it is none. */
  to: number
  /** What is to stand in its place; undefined where it may stay. */
  by?: string
  /** What a person should know. */
  note?: string
  /** It stands for a character that XML forbids. */
  isForbidden?: boolean
}

/** The reference at an `&`. */
export function readReference(text: string, at: number, isLast: boolean): Reference | null {
  const to = endOfReference(text, at, isLast)
  if (to === null) return null
  const whole = text.slice(at, to)
  if (KNOWN_REFERENCE.test(whole)) return { to }
  const code = codeOf(whole)
  if (code === undefined) {
    const note = whole.endsWith(';') ? 'An unknown entity is read as text' : 'A raw & is read as text'
    return { to: at + 1, by: '&amp;', note }
  }
  if (isCharacter(code)) return { to }
  if (!isHigh(code)) return { to, by: '\ufffd', isForbidden: true }
  // Some Java writers spell a pair of surrogates as two references.
  if (to >= text.length && !isLast) return null
  const second = text.charCodeAt(to) === AMPERSAND ? endOfReference(text, to, isLast) : to
  if (second === null) return null
  const low = codeOf(text.slice(to, second))
  if (low !== undefined && isLow(low)) return { to: second, by: String.fromCharCode(code, low) }
  return { to, by: '\ufffd', isForbidden: true }
}

function endOfReference(text: string, at: number, isLast: boolean): number | null {
  for (let place = at + 1; place < at + LONGEST_REFERENCE; place++) {
    if (place >= text.length) return isLast ? at + 1 : null
    const code = text.charCodeAt(place)
    if (code === SEMICOLON) return place === at + 1 ? at + 1 : place + 1
    if (!isName(code) && !(code === HASH && place === at + 1)) break
  }
  return at + 1
}

function codeOf(reference: string): number | undefined {
  const found = CHARACTER_REFERENCE.exec(reference)
  if (!found) return undefined
  return found[1] === undefined ? Number(found[2]) : Number.parseInt(found[1], 16)
}

/** Whether the quote at a place ends the value of its attribute: it does before ` name=`, `>`, `/>` and `?>`. */
export function endsValue(text: string, at: number, isLast: boolean): boolean | null {
  const limit = at + LOOK_AHEAD
  let place = at + 1
  const skip = (belongs: (code: number) => boolean) => {
    const start = place
    while (place < limit && place < text.length && belongs(text.charCodeAt(place))) place++
    return place > start
  }
  const isUnclear = () => place >= text.length && !isLast
  const isSpaced = skip(isSpace)
  if (isUnclear()) return null
  const code = text.charCodeAt(place)
  if (code === GREATER || place >= limit || place >= text.length) return true
  if (code === SLASH || code === QUESTION) {
    place++
    return isUnclear() ? null : text.charCodeAt(place) === GREATER
  }
  if (!isSpaced || !isAttributeName(code)) return false
  skip(isAttributeName)
  skip(isSpace)
  return isUnclear() ? null : text.charCodeAt(place) === EQUALS || place >= limit
}
