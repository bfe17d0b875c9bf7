import { expect, it } from 'vitest'
import { browserOf } from './browsers.ts'

it.each<[string, string | undefined]>([
  ['HeadlessChrome 120.0.0.0 (Linux x86_64)', 'HeadlessChrome (Linux x86_64)'],
  ['Chrome Headless 156.0.0.0 (Linux 0.0.0)', 'Chrome Headless (Linux)'],
  ['Firefox 121.0 (Mac OS X 10.15)', 'Firefox (Mac OS X)'],
  ['chrome', 'chrome'],
  ['Mobile Safari', 'Mobile Safari'],
  ['Chrome extension', undefined],
  ['firefox settings', undefined],
  ['', undefined],
])('%j runs in %j', (name, variant) => {
  expect(browserOf(name)).toBe(variant)
})
