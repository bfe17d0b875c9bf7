import type { Range, TextTest } from './condition.ts'

/** LIKE without backtracking: `%` any text, `_` one code point, nothing else special (contract §2). */
export function matchesPattern(text: string, pattern: string): boolean {
  const [characters, wanted] = [[...text], [...pattern]]
  let [at, next, restart, star] = [0, 0, 0, -1]
  while (at < characters.length) {
    if (wanted[next] === '%') {
      star = next++
      restart = at
    } else if (next < wanted.length && (wanted[next] === '_' || wanted[next] === characters[at])) {
      next++
      at++
    } else if (star !== -1) {
      next = star + 1
      at = ++restart
    } else return false
  }
  while (wanted[next] === '%') next++
  return next === wanted.length
}

/** Compares by code point, as both databases do (contract §1.11); UTF-16 order differs above U+FFFF. */
export function compareTexts(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] as string).codePointAt(0) as number
    const other = (right[i] as string).codePointAt(0) as number
    if (difference !== other) return difference - other
  }
  return left.length - right.length
}

/** Whether a number or text lies in a range. */
export function isWithin(value: number | string, { from, to, above, below }: Range): boolean {
  const compare = (end: number | string) =>
    typeof value === 'number' ? value - Number(end) : compareTexts(value, String(end))
  if (from !== undefined && (above ? compare(from) <= 0 : compare(from) < 0)) return false
  return to === undefined || (below ? compare(to) < 0 : compare(to) <= 0)
}

/** Whether a folded text passes a test; an empty one passes none. */
export function passes(text: string | null, test: TextTest): boolean {
  if (text === null || text === '') return false
  if (test.op === 'equals') return test.values.includes(text)
  if (test.op === 'contains') return text.includes(test.value)
  return test.op === 'like' ? matchesPattern(text, test.pattern) : isWithin(text, test.range)
}
