import { describe, expect, it } from 'vitest'
import { Likeness } from './likeness.ts'

const noteOf = (names: readonly string[]) => {
  const likeness = new Likeness()
  for (const name of names) likeness.add(name)
  return likeness.note
}

const numbered = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name} ${index}`)

describe('names of new tests', () => {
  it('that differ only in numbers are counted, with one of the most frequent', () => {
    expect(noteOf([...numbered(12, 'order'), ...numbered(9, 'user'), 'cart', 'cart 2 of 3'])).toBe(
      '21 new tests differ only in numbers, as 12 that are called like "order 0" do: a number that changes makes a new test each time',
    )
  })

  it('are no news where few do, or numbers are not what tells them apart', () => {
    expect(noteOf(numbered(19, 'order'))).toBeUndefined()
    expect(noteOf(Array.from({ length: 50 }, (_, index) => `${'a'.repeat(index + 1)} 1`))).toBeUndefined()
  })
})
