import { createHash } from 'node:crypto'
import { MAX_DUMP_LINE } from '../core/limits.ts'
import { AdminError } from './admin-error.ts'
import type { DumpedRow } from './read-table.ts'

/** The first line: what the file is, and the last migration of the database it was made from. */
export interface DumpHeader {
  assay: 'backup' | 'project'
  format: 1
  schema: string
  made: string
  /** The largest id given out when it was made. */
  'last-id': number
}

/**
 * The lines of a dump (docs/adr/0013): rows by table, then the files of attachments in pieces. A file that a row names
 * and that was not there is said to be missing.
 */
export type DumpLine =
  | DumpHeader
  | { table: string; row: DumpedRow }
  | { file: string; account: number; size: number }
  | { bytes: string }
  | { missing: string; account: number }

/** The last line: without it the file is cut short, and a SHA-256 over all lines before it tells whether it is whole. */
interface DumpEnd {
  end: { lines: number; sha256: string }
}

const CHUNK = 64 * 1024

/** The text of a dump in chunks: a line of JSON for each line, and the end. */
export async function* encodeLines(lines: AsyncIterable<DumpLine>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let count = 0
  let text = ''
  const chunk = () => {
    const bytes = Buffer.from(text)
    hash.update(bytes)
    text = ''
    return bytes
  }
  for await (const line of lines) {
    text += `${JSON.stringify(line)}\n`
    count++
    if (text.length >= CHUNK) yield chunk()
  }
  yield chunk()
  const end: DumpEnd = { end: { lines: count, sha256: hash.digest('hex') } }
  yield Buffer.from(`${JSON.stringify(end)}\n`)
}

const NEW_LINE = 10

/** Whether a text is a SHA-256 as files are named by: nothing else may lead to a file. */
export const isHash = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)

/** Splits bytes at line feeds, and at nothing else: texts may hold what other tools take for the end of a line. */
async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(NEW_LINE); at >= 0; at = chunk.indexOf(NEW_LINE, from)) {
      yield Buffer.concat([...begun, chunk.subarray(from, at + 1)])
      begun = []
      length = 0
      from = at + 1
    }
    if (from === chunk.length) continue
    begun.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > MAX_DUMP_LINE) throw new AdminError('A line of the file is longer than any that Assay writes.')
  }
  if (begun.length > 0) yield Buffer.concat(begun)
}

function parseLine(line: Buffer, number: number): DumpLine | DumpEnd {
  try {
    const parsed: unknown = JSON.parse(line.toString('utf8'))
    if (typeof parsed === 'object' && parsed !== null) return parsed as DumpLine | DumpEnd
    throw new Error('no object')
  } catch {
    throw new AdminError(`Line ${number} of the file is not JSON: it is damaged, or no backup or export of Assay.`)
  }
}

/** The lines of a dump; throws an AdminError at its end unless it is whole and unchanged. */
export async function* decodeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<DumpLine> {
  const hash = createHash('sha256')
  let count = 0
  let end: Partial<DumpEnd['end']> | undefined
  for await (const bytes of splitLines(chunks)) {
    const line = parseLine(bytes, count + 1)
    if ('end' in line) {
      end = line.end ?? {}
      continue
    }
    if (end !== undefined) throw new AdminError('The file goes on behind its last line: it is damaged.')
    if (count === 0 && !('assay' in line && line.format === 1)) {
      throw new AdminError('This is no backup or export that this version of Assay can read.')
    }
    hash.update(bytes)
    count++
    yield line
  }
  if (end === undefined) throw new AdminError(`The file is cut short: it ends after ${count} lines.`)
  if (end.lines !== count || end.sha256 !== hash.digest('hex')) {
    throw new AdminError('The file is damaged: its contents do not fit the checksum in its last line.')
  }
}
