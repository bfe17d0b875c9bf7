import { expect, it } from 'vitest'
import { isEmail } from './users.rules.ts'

it.each(['ada@example.org', 'Ada.Lovelace+ci@sub.example.org', 'a@b', 'ä@例え.jp', '😀@example.org'])(
  'takes %j as an e-mail',
  (text) => {
    expect(isEmail(text)).toBe(true)
  },
)

it.each([
  ['nothing', ''],
  ['no @', 'ada.example.org'],
  ['two @', 'ada@home@example.org'],
  ['two @ side by side', 'ada@@example.org'],
  ['nothing before the @', '@example.org'],
  ['nothing after the @', 'ada@'],
  ['only the @', '@'],
  ['white space before the @', 'ada l@example.org'],
  ['white space after the @', 'ada@example org'],
  ['white space around it', ' ada@example.org'],
  ['a tab', 'ada\t@example.org'],
  ['a line break at the end', 'ada@example.org\n'],
  ['a second line', 'ada@example.org\nbob@example.org'],
  ['a no-break space', 'ada\u00a0@example.org'],
])('refuses %s', (_, text) => {
  expect(isEmail(text)).toBe(false)
})
