// What XML 1.0 does not allow in a document: control characters (ESC of coloured output), lone surrogates, two
// non-characters.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const REFERENCE = /&#(x[0-9a-f]+|[0-9]+);/gi
const REFERENCE_PAIR = /&#(x[0-9a-f]+|[0-9]+);&#(x[0-9a-f]+|[0-9]+);/gi

/** Replaces forbidden characters by U+FFFD and reports how many there were. */
export function replaceForbidden(text: string, count: (n: number) => void): string {
  let found = 0
  const clean = text.replace(FORBIDDEN, () => {
    found++
    return '\ufffd'
  })
  if (found > 0) count(found)
  return clean
}

function codeOf(reference: string): number {
  return /^x/i.test(reference) ? Number.parseInt(reference.slice(1), 16) : Number(reference)
}

const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff
const isForbidden = (code: number) =>
  code > 0x10ffff ||
  isHigh(code) ||
  isLow(code) ||
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(String.fromCodePoint(code))
const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff

/**
 * Resolves numeric references that the XML parser left alone because the character is forbidden: `&#27;` becomes U+FFFD
 * (counted), and two references that spell a surrogate pair, as some Java writers do, become the character.
 */
export function replaceForbiddenReferences(text: string, count: (n: number) => void): string {
  const paired = text.replace(REFERENCE_PAIR, (whole, first: string, second: string) =>
    isHigh(codeOf(first)) && isLow(codeOf(second)) ? String.fromCharCode(codeOf(first), codeOf(second)) : whole,
  )
  return paired.replace(REFERENCE, (whole, reference: string) => {
    if (!isForbidden(codeOf(reference))) return whole
    count(1)
    return '\ufffd'
  })
}
