import { describe, expect, it, vi } from 'vitest'
import { findOutputMarks } from './output-marks.ts'

describe('marks in output', () => {
  it.each<[string, string[], [string, string][]]>([
    ['[[ATTACHMENT|a b.png]]', ['a b.png'], []],
    ['x[[ATTACHMENT| a[1].png ]][[ATTACHMENT|b.png]]', ['a[1].png', 'b.png'], []],
    ['[[ATTACHMENT|]] [[ATTACHMENT|a\n.png]] [[ATTACHMENT|b', [], []],
    ['[[ATTACHMENT|a\n[[ATTACHMENT|b.png]]', ['b.png'], []],
    [
      '[[PROPERTY|k=v=w]] [[PROPERTY|e=]] [[PROPERTY|=x]]',
      [],
      [
        ['k', 'v=w'],
        ['e', ''],
      ],
    ],
    [
      '[[PROPERTY|k]]\r\none\ntwo\r\n[[/PROPERTY]][[PROPERTY|l]]x[[/PROPERTY]]',
      [],
      [
        ['k', 'one\ntwo'],
        ['l', 'x'],
      ],
    ],
    ['[[PROPERTY|k]]\n[[/PROPERTY]]', [], [['k', '']]],
    ['[[PROPERTY|k]] without end', [], []],
    ['[[PROPERTY|a\nb=c]]', [], []],
  ])('%j', (output, attachments, properties) => {
    expect(findOutputMarks(output)).toEqual({ attachments, properties })
  })
})

/** How many characters the search for marks looks at. */
function lookedAt(output: string): number {
  const search = String.prototype.indexOf
  let characters = 0
  const spy = vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, needle, from = 0) {
    const found = search.call(this, needle, from)
    characters += (found === -1 ? this.length : found) - from + needle.length
    return found
  })
  findOutputMarks(output)
  spy.mockRestore()
  return characters
}

describe('the work grows with the output', () => {
  it.each<[string, (n: number) => string]>([
    ['properties without end', (n) => '[[PROPERTY|a]]'.repeat(n)],
    ['properties in one value', (n) => `${'[[PROPERTY|a]]'.repeat(n)}[[/PROPERTY]]`],
    ['properties that never close', (n) => '[[PROPERTY|a'.repeat(n)],
    ['values of many lines', (n) => '[[PROPERTY|a=\n'.repeat(n)],
    ['attachments that never close', (n) => '[[ATTACHMENT|'.repeat(n)],
    ['attachments closed in another line', (n) => `${'[[ATTACHMENT|a'.repeat(n)}\n]]`],
    ['brackets', (n) => '[[ATTACHMENT|]'.repeat(n)],
    ['line ends', (n) => '[[ATTACHMENT|\r\n'.repeat(n)],
  ])('%s', (_, text) => {
    const [one, two, four] = [10_000, 20_000, 40_000].map((n) => lookedAt(text(n))) as [number, number, number]
    expect(one).toBeGreaterThan(text(10_000).length)
    // Eight searches at most pass over a text.
    expect(four).toBeLessThan(8 * text(40_000).length)
    expect(two / one).toBeLessThan(2.1)
    expect(four / two).toBeLessThan(2.1)
  })
})
