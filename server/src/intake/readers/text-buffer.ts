/** Longer output of one attempt is cut off. */
const LONGEST = 16 * 1024 * 1024

export interface TextBuffer {
  add(text: string): void
  /** All of it; undefined when there is nothing but blanks. */
  text(): string | undefined
}

/** Gathers what a test writes, piece by piece, up to a limit. */
export function createTextBuffer(longest = LONGEST): TextBuffer {
  const pieces: string[] = []
  let size = 0
  return {
    add(text) {
      if (size >= longest) return
      const fits = size + text.length <= longest
      pieces.push(fits ? text : `${text.slice(0, longest - size)}\n[cut off after ${longest} characters]`)
      size += text.length
    },
    text() {
      const whole = pieces.length === 1 ? (pieces[0] as string) : pieces.join('')
      return whole.trim() === '' ? undefined : whole
    },
  }
}
