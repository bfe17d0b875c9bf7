/** A line of the table, already worded. */
export type Line = Record<(typeof COLUMNS)[number], string>

const COLUMNS = ['work', 'req/s', 'p50 ms', 'p99 ms', 'against', 'ratio', 'target', 'verdict', '× small'] as const

/** Whether a target is met, in a word. */
export const word = (met: boolean | undefined) => (met === undefined ? '' : met ? 'met' : 'MISSED')

/** A line that is one figure, held against a target or not. */
export const fact = (work: string, ratio: string, target: string, met?: boolean): Line => ({
  work,
  'req/s': '',
  'p50 ms': '',
  'p99 ms': '',
  against: '',
  ratio,
  target,
  verdict: word(met),
  '× small': '',
})

/** The lines as a Markdown table with even columns. */
export function printTable(lines: readonly Line[]): string {
  const widths = COLUMNS.map((name) => Math.max(name.length, ...lines.map((line) => line[name].length)))
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`
  const rule = widths.map((width) => '-'.repeat(width))
  return [row(COLUMNS), row(rule), ...lines.map((line) => row(COLUMNS.map((name) => line[name])))].join('\n')
}

/** A number with as many digits as matter: 12,345 · 123 · 12.3 · 1.23. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toPrecision(3)
}
