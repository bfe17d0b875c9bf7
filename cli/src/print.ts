import type { Writable } from 'node:stream'
import type { Context } from './context.ts'

// What moves a cursor, ends a line or turns the direction of a text: C0, DEL, C1, line and paragraph separator, the
// marks of bidirectional text, byte-order mark.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
// `##[error]` and `##vso[task…]` command Azure Pipelines, old runners of GitHub and TeamCity wherever they stand.
const MARKED_COMMAND = /##(?=[a-z]{0,16}\[)/gi

const NAMES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16)
  return NAMES[character] ?? (code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`)
}

/**
 * A text from outside (a report, a server, a file name) as one line that shows what it is and does nothing: control
 * characters are escaped, and no build service takes it for a command.
 */
export function printable(text: string): string {
  const line = text.replace(UNPRINTABLE, escaped).replace(MARKED_COMMAND, '#\\x23')
  // `::set-env::` commands GitHub's runner at the start of a line, behind blanks too.
  const start = line.length - line.trimStart().length
  return line.startsWith('::', start) ? `${line.slice(0, start)}\\x3a${line.slice(start + 1)}` : line
}

/** Prints one line. Everything that this program prints goes through here, or through `printJson`. */
export function printLine(stream: Writable, text: string): void {
  stream.write(`${printable(text)}\n`)
}

/** Prints a text of our own whose line ends are meant, such as a help page. */
export function printText(stream: Writable, text: string): void {
  for (const line of text.replace(/\n$/, '').split('\n')) printLine(stream, line)
}

/** Prints a result as one JSON document, which means the same to programs and nothing to build services. */
export function printJson(context: Context, value: unknown): void {
  const json = JSON.stringify(value, null, 2)
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
    .replace(MARKED_COMMAND, '#\\u0023')
  context.stdout.write(`${json}\n`)
}

/** Prints rows as an aligned table with a head line. */
export function printTable(context: Context, head: string[], rows: (string | number | boolean | null)[][]): void {
  const lines = [head, ...rows.map((row) => row.map((cell) => (cell === null ? '-' : printable(String(cell)))))]
  const widths = head.map((_, column) => {
    return lines.reduce((widest, line) => Math.max(widest, Array.from(line[column] ?? '').length), 0)
  })
  for (const line of lines) {
    const cells = line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - Array.from(cell).length))
    printLine(context.stdout, cells.join('  ').trimEnd())
  }
}

/** Prints a line for people; never part of the result. */
export function say(context: Context, text: string): void {
  printLine(context.stderr, text)
}

/** Names the files of attachments that a backup or export lacks, if any. */
export function sayMissing(context: Context, missing: readonly string[]): void {
  if (missing.length === 0) return
  say(context, `${missing.length} files of attachments were not there; "assay doctor" names their attachments.`)
}
