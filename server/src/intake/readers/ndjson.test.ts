import { describe, expect, it } from 'vitest'
import { openCsv } from './csv.ts'
import { openJsonLines, openLines } from './ndjson.ts'
import { createTestSink } from './test-support.ts'

function feed(
  text: string,
  size: number,
  open: (sink: ReturnType<typeof createTestSink>['sink']) => { write(text: string): void; end(): void },
) {
  const { sink, reading } = createTestSink()
  const reader = open(sink)
  for (let at = 0; at < text.length; at += size) reader.write(text.slice(at, at + size))
  reader.end()
  const { notes, cut } = reading()
  return { notes, cut }
}

describe('lines', () => {
  it.each([1, 3, 100])('are read whatever the chunks: %i', (size) => {
    const lines: unknown[] = []
    feed('a\r\n\nb\nc', size, (sink) => openLines(sink, { line: (...line) => void lines.push(line) }))
    expect(lines).toEqual([
      ['a', 1, true],
      ['', 2, true],
      ['b', 3, true],
      ['c', 4, false],
    ])
  })

  it('that are too long are left out and noted', () => {
    const lines: string[] = []
    const told = feed(`a\n${'x'.repeat(50)}\nb\n`, 7, (sink) =>
      openLines(sink, { line: (line) => void lines.push(line) }, 20),
    )
    expect([lines, told.notes]).toEqual([['a', 'b'], ['A line of more than 20 characters was left out (line 2)']])
  })
})

describe('lines of JSON', () => {
  const read = (text: string) => {
    const values: unknown[] = []
    const told = feed(text, 5, (sink) =>
      openJsonLines(sink, { value: (value, line) => void values.push([value, line]) }),
    )
    return { values, ...told }
  }

  it('go on behind a broken one', () => {
    expect(read('{"a":1}\n{"a":\nnot JSON\n\n{"a":2}\n')).toEqual({
      values: [
        [{ a: 1 }, 1],
        [{ a: 2 }, 5],
      ],
      notes: ['A line that is not JSON was left out (line 2) ×2'],
      cut: null,
    })
  })

  it('end where the last one is broken', () => {
    expect(read('{"a":1}\n{"a":')).toEqual({
      values: [[{ a: 1 }, 1]],
      notes: [],
      cut: 'The file ends within a line (line 2)',
    })
  })
})

describe('rows of CSV', () => {
  it.each([1, 2, 3, 100])('are read whatever the chunks: %i', (size) => {
    const rows: unknown[] = []
    const text = 'a,b\r\n"x, ""y""\nz",\n,"",c"d\n\nlast,1'
    feed(text, size, (sink) =>
      openCsv(
        sink,
        ',',
        (...row) => void rows.push(row),
        () => {},
      ),
    )
    expect(rows).toEqual([
      [['a', 'b'], 1, true],
      [['x, "y"\nz', ''], 2, true],
      [['', '', 'c"d'], 4, true],
      [['last', '1'], 6, false],
    ])
  })

  it('end within a quoted field', () => {
    expect(
      feed('a,b\nc,"d', 2, (sink) =>
        openCsv(
          sink,
          ',',
          () => {},
          () => {},
        ),
      ).cut,
    ).toBe('The file ends within a quoted field (line 2)')
  })
})
