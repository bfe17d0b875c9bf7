/** Parses JSON, mending what real producers get wrong; null when it is no JSON even so. */
export function parseJson(text: string): { value: unknown; mended: boolean } | null {
  try {
    return { value: JSON.parse(text), mended: false }
  } catch {
    try {
      return { value: JSON.parse(mend(text)), mended: true }
    } catch {
      return null
    }
  }
}

const WORDS = /-?\b(?:NaN|Infinity|undefined)\b/g

/**
 * Python writes `NaN` and `Infinity`, shell scripts raw control characters, Windows paths single backslashes, and
 * templates a comma after the last element.
 */
function mend(text: string): string {
  const pieces: string[] = []
  let outside = 0
  let i = 0
  while (i < text.length) {
    if (text[i] !== '"') {
      i++
      continue
    }
    pieces.push(mendOutside(text.slice(outside, i)), '"')
    let from = ++i
    while (i < text.length && text[i] !== '"') {
      const code = text.charCodeAt(i)
      if (code < 0x20) {
        pieces.push(text.slice(from, i), `\\u${code.toString(16).padStart(4, '0')}`)
        from = ++i
      } else if (code !== 0x5c) i++
      else if (isEscape(text, i + 1)) i += 2
      else {
        pieces.push(text.slice(from, i), '\\\\')
        from = ++i
      }
    }
    pieces.push(text.slice(from, i), i < text.length ? '"' : '')
    outside = ++i
  }
  pieces.push(mendOutside(text.slice(outside)))
  return pieces.join('')
}

function mendOutside(text: string): string {
  return text.replace(WORDS, 'null').replace(/,(?=\s*[\]}])/g, '')
}

function isEscape(text: string, at: number): boolean {
  const character = text[at]
  if (character === 'u') return /^[0-9a-f]{4}$/i.test(text.slice(at + 1, at + 5))
  return character !== undefined && '"\\/bfnrt'.includes(character)
}
