import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FORMATS, recognise } from './formats.ts'
import type { Attempt, Case } from './model.ts'
import { readText } from './test-support.ts'

const READERS = new URL('./', import.meta.url)
const page = readFileSync(new URL('../../../../docs/formats.md', import.meta.url), 'utf8')

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())

const table = page.split('\n').filter((line) => line.startsWith('|'))
const [, , ...columns] = cellsOf(table[0] ?? '')
const rows = table.filter((line) => /^\| `[\w-]+` \|/.test(line)).map(cellsOf)
const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title)

const someAttempt = (has: (attempt: Attempt) => boolean) => (found: Case) => found.attempts.some(has)

/** Whether a case has what a column is about. */
const HAS: Readonly<Record<string, (found: Case) => boolean>> = {
  attempts: ({ attempts, retryOf }) => attempts.length > 1 || retryOf !== undefined,
  steps: someAttempt(({ steps }) => steps.length > 0),
  attachments: someAttempt(({ attachments }) => attachments.length > 0),
  parameters: ({ parameters }) => parameters !== undefined,
  properties: ({ properties }) => properties.length > 0,
  start: someAttempt(({ startedAt }) => startedAt !== undefined),
  file: ({ file }) => file !== undefined,
  variant: ({ variant }) => variant !== undefined,
  output: someAttempt(({ output }) => output !== undefined),
}

/** What the cases of all fixtures of a format have, by the format's name. */
function shownByFixtures(): Map<string, Set<string>> {
  const shown = new Map<string, Set<string>>()
  const folders = readdirSync(READERS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name: folder } of folders) {
    const fixtures = new URL(`${folder}/fixtures/`, READERS)
    for (const name of readdirSync(fixtures)) {
      if (name.endsWith('.read') || name.endsWith('.md')) continue
      const text = readFileSync(new URL(name, fixtures), 'utf8')
      const format = recognise(text.slice(0, 65_536), name)
      if (format === undefined) continue
      const known = shown.get(format.name) ?? new Set()
      shown.set(format.name, known)
      for (const found of readText(format, text).cases) {
        for (const [column, has] of Object.entries(HAS)) if (has(found)) known.add(column)
      }
    }
  }
  return shown
}

describe('the page about formats', () => {
  it('lists the formats there are, in their order', () => {
    expect(rows.map(([name, title]) => [name, title])).toEqual(FORMATS.map(({ name, title }) => [`\`${name}\``, title]))
  })

  it('is what the README and the changelog count', () => {
    for (const path of ['README.md', 'CHANGELOG.md']) {
      const text = readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')
      expect([path, ...(/\b(\d+) formats/.exec(text) ?? []).slice(1)]).toEqual([path, String(FORMATS.length)])
    }
  })

  it('has a section for each', () => {
    expect(headings.slice(1)).toEqual(FORMATS.map(({ title }) => title))
  })

  it('says what is carried: all that a fixture shows', () => {
    expect(columns).toEqual(Object.keys(HAS))
    const shown = shownByFixtures()
    for (const [name = '', , ...cells] of rows) {
      const marked = columns.filter((_, index) => cells[index] === '●')
      const missing = [...(shown.get(name.replaceAll('`', '')) ?? [])].filter((column) => !marked.includes(column))
      expect([name, missing]).toEqual([name, []])
    }
  })
})
