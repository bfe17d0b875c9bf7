import { describe, expect, it } from 'vitest'
import { beginning, harmless, shownValue } from './shown-value.ts'

describe('shownValue', () => {
  it.each([
    ['soon', '"soon"'],
    ['x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['x'.repeat(41), `"${'x'.repeat(40)}…"`],
    [`${'x'.repeat(39)}😀😀`, `"${'x'.repeat(39)}😀…"`],
    ['a\r\n\u001b[31mb\u202ec\u0085', '"a\\u000d\\u000a\\u001b[31mb\\u202ec\\u0085"'],
    [12.5, '12.5'],
    [true, 'true'],
    [null, 'null'],
    [[1], '[…]'],
    [{ a: 1 }, '{…}'],
  ])('shows %j as %s', (value, shown) => {
    expect(shownValue(value)).toBe(shown)
  })
})

it('harmless leaves what can be seen', () => {
  expect(harmless('Ünïcode 😀 "quoted" \\ tab\there')).toBe('Ünïcode 😀 "quoted" \\ tab\\u0009here')
})

it('beginning never splits a character', () => {
  expect(beginning('😀😀', 1)).toBe('😀…')
})
