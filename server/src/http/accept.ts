const JSON_TYPES = /^(\*\/\*|\*|application\/\*|application\/json|application\/[^;,\s]+\+json|text\/json|text\/\*)$/i
const RANGE = /^[^\s/;,]+\/[^\s/;,]+$|^\*$/

/**
 * Whether a client takes JSON: no `Accept`, or any JSON type or wildcard in it. Ranges that do not parse are skipped,
 * and a header of nothing but those counts as none (contract §1.1).
 */
export function acceptsJson(header: string | undefined): boolean {
  const ranges = (header ?? '')
    .split(',')
    .map((range) => (range.split(';')[0] ?? '').trim())
    .filter((range) => RANGE.test(range))
  return ranges.length === 0 || ranges.some((range) => JSON_TYPES.test(range))
}
