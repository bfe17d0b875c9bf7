import { parseJson } from './json-parse.ts'
import type { OpenReader, Sink } from './model.ts'

const LONGEST_LINE = 64 * 1024 * 1024

export interface LineHandlers {
  /** `whole`: with a line end behind it. */
  line(text: string, line: number, whole: boolean): void
  end?(): void
}

/** Hands over the lines of a text, without their ends. A line over the limit is noted and left out. */
export function openLines(sink: Sink, handlers: LineHandlers, longest = LONGEST_LINE): OpenReader {
  let pieces: string[] = []
  let size = 0
  let line = 1
  let tooLong = false

  function add(piece: string): void {
    size += piece.length
    if (size > longest) {
      tooLong = true
      pieces = []
    } else pieces.push(piece)
  }

  function finish(ended: boolean): void {
    if (tooLong) sink.note(`A line of more than ${longest.toLocaleString('en')} characters was left out`, line)
    else {
      const whole = pieces.length === 1 ? (pieces[0] as string) : pieces.join('')
      handlers.line(whole.endsWith('\r') ? whole.slice(0, -1) : whole, line, ended)
    }
    pieces = []
    size = 0
    tooLong = false
    line++
  }

  return {
    write(text) {
      let from = 0
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
        if (!tooLong) add(text.slice(from, at))
        finish(true)
        from = at + 1
      }
      if (from < text.length && !tooLong) add(from === 0 ? text : text.slice(from))
    },
    end() {
      if (size > 0) finish(false)
      handlers.end?.()
    },
  }
}

export interface JsonLineHandlers {
  value(value: Record<string, unknown>, line: number): void
  /** A line that is no JSON object: other programs write between the lines. Left out: it is noted. */
  other?(text: string, line: number): void
  end?(): void
}

/** Hands over each line's JSON object. A broken line is noted and skipped; if it is the last one, the file is cut there. */
export function openJsonLines(sink: Sink, handlers: JsonLineHandlers, longest = LONGEST_LINE): OpenReader {
  let broken: { text: string; line: number } | null = null

  function tellBroken(): void {
    if (!broken) return
    if (handlers.other) handlers.other(broken.text, broken.line)
    else sink.note('A line that is not JSON was left out', broken.line)
    broken = null
  }

  return openLines(
    sink,
    {
      line(text, line) {
        tellBroken()
        const trimmed = text.trim()
        if (trimmed === '') return
        const parsed = trimmed.startsWith('{') || trimmed.startsWith('\ufeff{') ? parseJson(trimmed) : null
        if (!parsed) broken = { text, line }
        else {
          if (parsed.mended) sink.note('Damaged JSON was mended', line)
          handlers.value(parsed.value as Record<string, unknown>, line)
        }
      },
      end() {
        if (broken?.text.trimStart().startsWith('{')) sink.cut('The file ends within a line', broken.line)
        else tellBroken()
        handlers.end?.()
      },
    },
    longest,
  )
}
