import { searchOnwards } from '../../core/search-onwards.ts'

const CLOSERS: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '[': ']', '{': '}', '<': '>' }

/**
 * Replaces what stands between quotes or brackets, marks included. `isWanted` is asked with the opening mark, the length
 * inside and where it begins; brackets that it declines are looked into. An apostrophe inside a word opens nothing.
 */
export function replaceSpans(
  text: string,
  isWanted: (open: string, length: number, at: number) => boolean,
  replace: (span: string) => string,
): string {
  const ends: Record<string, (from: number) => number> = {}
  let replaced = ''
  let copied = 0
  for (let at = 0; at < text.length; at++) {
    const open = text[at] as string
    const closer = CLOSERS[open]
    if (closer === undefined || (open === "'" && at > 0 && /\w/.test(text[at - 1] as string))) continue
    ends[closer] ??= searchOnwards(text, closer)
    const end = ends[closer](at + 1)
    if (end === text.length) continue
    if (!isWanted(open, end - at - 1, at)) {
      // What closes a quotation opens none.
      if (open === closer) at = end
      continue
    }
    replaced += text.slice(copied, at) + replace(text.slice(at, end + 1))
    copied = end + 1
    at = end
  }
  return replaced + text.slice(copied)
}
