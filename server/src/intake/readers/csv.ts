import type { OpenReader, Sink } from './model.ts'

/** A field may not be longer, nor a row have more of them. */
const LONGEST_FIELD = 16 * 1024 * 1024
const MOST_FIELDS = 1000

const QUOTE = 0x22

/**
 * Hands over the rows of a CSV text, with quoted fields that may hold delimiters, line ends and doubled quotes. `whole`
 * is a row with a line end behind it.
 */
export function openCsv(
  sink: Sink,
  delimiter: string,
  row: (fields: string[], line: number, whole: boolean) => void,
  end: () => void,
): OpenReader {
  const delimiterCode = delimiter.charCodeAt(0)
  let fields: string[] = []
  let pieces: string[] = []
  let size = 0
  let quoted = false
  /** A quote within quotes was the last character: its neighbour says whether it ended the field. */
  let pending = false
  let line = 1
  let rowLine = 1
  let stopped = false

  function take(piece: string): void {
    size += piece.length
    if (piece !== '') pieces.push(piece)
    if (size <= LONGEST_FIELD && fields.length <= MOST_FIELDS) return
    stopped = true
    sink.cut('A row is too long to be one', rowLine)
  }

  function endField(): void {
    fields.push(pieces.length === 1 ? (pieces[0] as string) : pieces.join(''))
    pieces = []
    size = 0
  }

  function endRow(whole: boolean): void {
    const last = fields.length - 1
    fields[last] = (fields[last] as string).replace(/\r$/, '')
    if (fields.length > 1 || fields[0] !== '') row(fields, rowLine, whole)
    fields = []
    rowLine = line
  }

  return {
    write(text) {
      let from = 0
      for (let at = 0; at < text.length && !stopped; at++) {
        const code = text.charCodeAt(at)
        if (code === 0x0a) line++
        if (pending) {
          pending = false
          if (code === QUOTE) {
            from = at
            continue
          }
          quoted = false
          from = at
        }
        if (code === QUOTE && (quoted || (pieces.length === 0 && at === from))) {
          take(text.slice(from, at))
          from = at + 1
          if (quoted) pending = true
          else quoted = true
        } else if (!quoted && (code === delimiterCode || code === 0x0a)) {
          take(text.slice(from, at))
          endField()
          if (code === 0x0a) endRow(true)
          from = at + 1
        }
      }
      if (!stopped && !pending) take(text.slice(from))
    },
    end() {
      if (!stopped && quoted && !pending) sink.cut('The file ends within a quoted field', rowLine)
      else if (!stopped && (pieces.length > 0 || fields.length > 0)) {
        endField()
        endRow(false)
      }
      end()
    },
  }
}
