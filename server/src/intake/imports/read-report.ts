import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { MAX_TOLD } from '../../core/limits.ts'
import { createPause } from '../../core/pause.ts'
import { cleanText } from '../../core/text.ts'
import { decodeText, sniffEncoding } from '../readers/decode-text.ts'
import { recognise } from '../readers/formats.ts'
import type { Case, Format } from '../readers/model.ts'
import { cleanCase } from './clean-case.ts'
import type { SentFile } from './unpack.ts'

/** Bytes of a file that say what format it is. */
const HEAD = 64 * 1024
const CHUNK = 128 * 1024
/** Characters that are read in one go: of three each, five thousand cases, and others have their turn after them. */
const PIECE = 16 * 1024

/** What was found out about a file besides its cases. */
export interface Findings {
  /** Notes, each told once, with the line where it came first and how often it came. */
  notes: Map<string, { line: number | undefined; count: number }>
  /** Why it could not be read on; null for a file that was read to its end. */
  cut: string | null
}

const placed = (text: string, line: number | undefined) => (line === undefined ? text : `line ${line}: ${text}`)

/** The notes of a file as people read them. */
export const notesOf = ({ notes }: Findings): string[] =>
  [...notes].map(([text, { line, count }]) => `${placed(text, line)}${count > 1 ? ` (${count} times)` : ''}`)

/** The format of a file by how it begins; undefined when it is no result file, with what it looks like. */
export async function recogniseFile({ name, file }: SentFile): Promise<Format | undefined> {
  const handle = await open(file.path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    const head = buffer.subarray(0, bytesRead)
    return recognise(new TextDecoder(encodingOf(head)).decode(head), name)
  } finally {
    await handle.close()
  }
}

function encodingOf(head: Buffer): string {
  const encoding = sniffEncoding(head)
  try {
    new TextDecoder(encoding)
    return encoding
  } catch {
    return 'utf-8'
  }
}

/** What a file that no format recognised looks like, in a few words. */
export async function looksLike({ file }: SentFile): Promise<string> {
  if (file.size === 0) return 'it is empty'
  const handle = await open(file.path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(120), 0, 120, 0)
    const head = buffer.subarray(0, bytesRead)
    if (head.includes(0)) return 'it looks like a binary file'
    const text = new TextDecoder().decode(head).trimStart().replace(/\s+/g, ' ').slice(0, 60)
    return `it begins with ${JSON.stringify(text)}`
  } finally {
    await handle.close()
  }
}

/**
 * Reads a file and yields its cases as they come, some at a time, in memory that does not grow with the file. `findings`
 * is complete at the end. Nothing is thrown for what the file holds.
 */
export async function* readReport(
  { name, file }: SentFile,
  format: Format,
  { timezone, findings }: { timezone: string; findings: Findings },
): AsyncGenerator<Case[]> {
  let ready: Case[] = []
  const reader = format.open(
    {
      case: (found) => void ready.push(cleanCase(found)),
      note(said, line) {
        const text = cleanText(said)
        const known = findings.notes.get(text)
        if (known) known.count++
        else if (findings.notes.size < MAX_TOLD.notes) findings.notes.set(text, { line, count: 1 })
      },
      cut(reason, line) {
        findings.cut ??= cleanText(placed(reason, line))
      },
    },
    { filename: name, timezone },
  )
  const pause = createPause()
  try {
    for await (const text of decodeText(createReadStream(file.path, { highWaterMark: CHUNK }))) {
      for (let at = 0; at < text.length; at += PIECE) {
        reader.write(text.length <= PIECE ? text : text.slice(at, at + PIECE))
        if (ready.length > 0) {
          yield ready
          ready = []
        }
        await pause()
      }
    }
  } catch (error) {
    // Only an encoding that nobody knows ends up here: the rest is the reader's to tell.
    findings.cut ??= (error as Error).message
  }
  reader.end()
  if (ready.length > 0) yield ready
}
