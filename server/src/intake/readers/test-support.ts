import type { Case, Format, OpenReader, ReaderOptions, Sink } from './model.ts'

/** What a reader told its sink: notes as `text (line 3)`, with ` ×2` for one that came twice. */
export interface Reading {
  cases: Case[]
  notes: string[]
  /** `reason (line 3)`, or null for a file that was read to its end. */
  cut: string | null
}

const placed = (text: string, line: number | undefined) => (line === undefined ? text : `${text} (line ${line})`)

/** A sink that keeps everything. */
export function createTestSink(): { sink: Sink; reading: () => Reading } {
  const cases: Case[] = []
  const notes = new Map<string, { line: number | undefined; count: number }>()
  let cut: string | null = null
  return {
    sink: {
      case: (found) => void cases.push(found),
      note(text, line) {
        const known = notes.get(text)
        if (known) known.count++
        else notes.set(text, { line, count: 1 })
      },
      cut(reason, line) {
        cut ??= placed(reason, line)
      },
    },
    reading: () => ({
      cases,
      notes: [...notes].map(([text, { line, count }]) => placed(text, line) + (count > 1 ? ` ×${count}` : '')),
      cut,
    }),
  }
}

export interface ReadTextOptions extends Partial<ReaderOptions> {
  /** Characters of a chunk. Default 7, so that every test crosses the borders of chunks. */
  size?: number
}

function feed(reader: OpenReader, text: string, size: number): void {
  for (let at = 0; at < text.length; at += size) reader.write(text.slice(at, at + size))
  reader.end()
}

/** Reads a whole text with a format. */
export function readText(format: Format, text: string, options: ReadTextOptions = {}): Reading {
  const { size = 7, filename = 'report', timezone = 'UTC' } = options
  const { sink, reading } = createTestSink()
  feed(format.open(sink, { filename, timezone }), text, size)
  return reading()
}

/** A reading as text that shows everything, for comparison with a file. */
export function shown(reading: Reading): string {
  return `${JSON.stringify(reading, null, 1)}\n`
}

/** One line a case: `failed>passed class › name`, with a path in brackets, `{variant}` and parameters where there are some. */
export function outline({ cases }: Pick<Reading, 'cases'>): string[] {
  return cases.map((found) => {
    const statuses = found.attempts.map(({ status }) => status).join('>')
    const name = found.className === undefined ? found.name : `${found.className} › ${found.name}`
    const path = found.path.length === 0 ? '' : ` [${found.path.join(' | ')}]`
    const variant = found.variant === undefined ? '' : ` {${found.variant}}`
    const parameters = Object.entries(found.parameters ?? {}).map(([key, value]) => `${key}=${value}`)
    return `${statuses} ${name}${path}${variant}${parameters.length === 0 ? '' : ` (${parameters.join(', ')})`}`
  })
}
