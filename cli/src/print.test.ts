import { readdirSync, readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import type { Context } from './context.ts'
import { printable, printJson, printTable, printText } from './print.ts'

it.each([
  ['plain › text, größe ✓ 😀 shop::cart', 'plain › text, größe ✓ 😀 shop::cart'],
  ['\u001b[31mred\u001b[0m\u0007', '\\x1b[31mred\\x1b[0m\\x07'],
  ['one\r\ntwo\tthree', 'one\\r\\ntwo\\tthree'],
  ['\u009b2J\u0085\u007f', '\\x9b2J\\x85\\x7f'],
  ['a\u202etxt.exe\u2066\u200f\u061c\ufeff', 'a\\u202etxt.exe\\u2066\\u200f\\u061c\\ufeff'],
  ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ['::set-output name=a::b', '\\x3a:set-output name=a::b'],
  ['  ::add-mask::x', '  \\x3a:add-mask::x'],
  ['a\n::error::b', 'a\\n::error::b'],
  ['##[error]x', '#\\x23[error]x'],
  ['a ##vso[task.setvariable variable=b]c', 'a #\\x23vso[task.setvariable variable=b]c'],
  ['##teamcity[buildStop]', '#\\x23teamcity[buildStop]'],
  ['###[group]', '##\\x23[group]'],
  ['## a heading', '## a heading'],
])('%j is printed as %j', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

function printed(print: (context: Context) => void): string {
  const stdout = new PassThrough()
  print({ stdout } as unknown as Context)
  return String(stdout.read())
}

it('prints JSON that reads back the same and has nothing in it for a terminal or a build service', () => {
  const value = { name: '\u001b\u009b\u202e\u2028##[error]##vso[x]', '::set-env': '::x\n::y' }
  const text = printed((context) => printJson(context, value))
  expect(JSON.parse(text)).toEqual(value)
  expect(text).toMatch(/^[\x20-\x7e\n]+$/)
  expect(text).not.toMatch(/##(vso)?\[|^\s*::/m)
})

it('keeps the lines of a text and the columns of a table, whatever is in them', () => {
  expect(printed(({ stdout }) => printText(stdout, 'one\n::two\n\nthree\n'))).toBe('one\n\\x3a:two\n\nthree\n')
  expect(printed((context) => printTable(context, ['NAME', 'ID'], [['::a\nb', 1]]))).toBe(
    'NAME       ID\n\\x3a:a\\nb  1\n',
  )
})

it('is the only way out of the commands, but for what a progress bar draws', () => {
  const source = new URL('.', import.meta.url)
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('test/'),
  )
  const writing = files.filter((path) => {
    return /(std(out|err)|stream)\.write\(|console\./.test(readFileSync(new URL(path, source), 'utf8'))
  })
  // Before `check-node.ts` nothing else may run; it prints no text from outside.
  expect(writing.sort()).toEqual(['check-node.ts', 'print.ts', 'upload/progress-bar.ts'])
})
