import type { Context } from './context.ts'

/** Prints a result as one JSON document. */
export function printJson(context: Context, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Prints rows as an aligned table with a head line. */
export function printTable(context: Context, head: string[], rows: (string | number | boolean | null)[][]): void {
  const lines = [head, ...rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))))]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => Array.from(line[column] ?? '').length)))
  for (const line of lines) {
    const cells = line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - Array.from(cell).length))
    context.stdout.write(`${cells.join('  ').trimEnd()}\n`)
  }
}

/** Prints a line for people; never part of the result. */
export function say(context: Context, text: string): void {
  context.stderr.write(`${text}\n`)
}

/** Names the files of attachments that a backup or export lacks, if any. */
export function sayMissing(context: Context, missing: readonly string[]): void {
  if (missing.length === 0) return
  say(context, `${missing.length} files of attachments were not there; "assay doctor" names their attachments.`)
}
