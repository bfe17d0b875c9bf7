import { expect, it } from 'vitest'
import { namesAs } from './names.rules.ts'

const NAMES = [
  { name: 'shop.CartTest › adds', file: 'tests/test_cart.py', variant: null },
  { name: 'cart › adds (twice)', file: null, variant: 'linux' },
  { name: 'plain', file: null, variant: null },
]

it.each([
  ['lines', ['shop.CartTest › adds', 'cart › adds (twice)', 'plain']],
  ['pytest', ['tests/test_cart.py::CartTest::adds', 'cart::adds (twice)', 'plain']],
  ['playwright', ['adds', 'adds \\(twice\\)', 'plain']],
  ['junit', ['shop.CartTest#adds', 'cart#adds (twice)', 'plain']],
] as const)('are named for %s', (form, names) => expect(namesAs(form, NAMES)).toEqual(names))
