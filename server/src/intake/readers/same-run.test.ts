import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { recognise } from './formats.ts'
import type { Case, Format } from './model.ts'
import { readText } from './test-support.ts'

/** What a case of a report is called, whatever the report: so that two of one run can be compared. */
type Name = (found: Case) => string

interface Report {
  file: string
  name: Name
  /** The report has each attempt, not only the last. */
  attempts?: true
  /** What this report says otherwise or cannot say, and why. */
  otherwise?: Readonly<Record<string, string | undefined>>
}

const joined =
  (separator: string, without: (part: string) => boolean = () => false): Name =>
  ({ path, name }) =>
    [...path, name].filter((part) => !without(part)).join(separator)

const isFile = (part: string) => /\.spec\.ts$/.test(part)
const base = (path: string | undefined) => path?.split('/').at(-1) ?? ''

/** A file that broke is a case of its own: JSON reports give its path, JUnit reports its name. */
const orFile =
  (name: Name): Name =>
  (found) =>
    found.name === '[suite]' ? base(found.file) : name(found)

const withVariant =
  (name: Name): Name =>
  (found) =>
    `${found.variant} ${name(found)}`

const RUNS: Record<string, Report[]> = {
  Vitest: [
    { file: 'jest/fixtures/vitest.json', name: orFile(joined(' > ')) },
    {
      file: 'jest/fixtures/vitest.junit.xml',
      name: ({ name, className }) => (name === 'shop' ? (className ?? '') : name),
    },
  ],
  Jest: [
    { file: 'jest/fixtures/jest.json', name: orFile(joined(' ')), attempts: true },
    {
      file: 'jest/fixtures/jest.junit.xml',
      name: ({ name }) => name.trim(),
      // jest-junit writes tests that are to do like those that passed.
      otherwise: { 'cart moves an item': 'passed' },
    },
    {
      file: 'ctrf/fixtures/jest.ctrf.json',
      name: ({ name }) => name,
      attempts: true,
      // Its reporter knows of tests alone.
      otherwise: { 'broken.test.js': undefined, 'empty.test.js': undefined },
    },
  ],
  Mocha: [
    { file: 'mocha/fixtures/mocha.json', name: joined(' ') },
    {
      file: 'mocha/fixtures/mochawesome.json',
      name: joined(' '),
      // It also lists what a broken hook kept from running.
      otherwise: {
        'shop opens': 'skipped',
        'shop closes': 'skipped',
        'till closes': 'skipped',
        'till rings': 'skipped',
      },
    },
    {
      file: 'mocha/fixtures/mocha.junit.xml',
      name: ({ className, name }) => (className === undefined ? name : `${className} ${name}`),
    },
  ],
  Playwright: [
    { file: 'playwright/fixtures/playwright.json', name: withVariant(joined(' › ', isFile)), attempts: true },
    { file: 'playwright/fixtures/report.jsonl', name: withVariant(joined(' › ', isFile)), attempts: true },
    { file: 'playwright/fixtures/playwright.junit.xml', name: withVariant(({ name }) => name) },
    {
      file: 'ctrf/fixtures/playwright.ctrf.json',
      name: ({ path: [project, ...path], name }) =>
        `${project} ${[...path.filter((part) => !isFile(part)), name].join(' › ')}`,
      attempts: true,
    },
  ],
  Cucumber: [
    { file: 'cucumber/fixtures/cucumber.ndjson', name: ({ name }) => name },
    {
      file: 'cucumber/fixtures/cucumber.json',
      name: ({ name }) => name,
      // It does not say that the run was strict.
      otherwise: { Undefined: 'skipped', Pending: 'skipped' },
    },
    {
      file: 'cucumber/fixtures/cucumber.junit.xml',
      // Rules and outlines stand before the name.
      name: ({ name }) =>
        name
          .split(' - ')
          .at(-1)
          ?.replace(/^#\S+ /, '') ?? '',
    },
  ],
  Go: [
    { file: 'go/fixtures/gotestsum.jsonl', name: ({ name }) => name },
    {
      file: 'go/fixtures/gotestsum.junit.xml',
      name: ({ name }) => name,
      // It printed no line end, so gotestsum does not see that it passed.
      otherwise: { TestParallel: 'failed' },
    },
  ],
  'node:test': [
    { file: 'tap/fixtures/node.tap', name: joined(' ') },
    {
      file: 'tap/fixtures/node.junit.xml',
      name: (found) => joined(' ')(found).replaceAll('&quot;', '"'),
      // A test that is to do and failed has both elements there, and failed then.
      otherwise: { 'cart moves an item': 'failed' },
    },
  ],
}

/** What the two words for a failure have in common is the verdict. */
const verdictOf = (status: string) => (status === 'error' ? 'failed' : status)

function read({ file, name }: Report): Record<string, string[]> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  const reading = readText(recognise(text.slice(0, 65_536), file) as Format, text, { size: 4096 })
  expect(reading.cut, file).toBeNull()
  return Object.fromEntries(
    reading.cases.map((found) => [name(found), found.attempts.map(({ status }) => verdictOf(status))]),
  )
}

describe('one run, whatever the report', () => {
  it.each(Object.entries(RUNS))('of %s has the same cases, verdicts and attempts', (_, reports) => {
    const [first, ...others] = reports as [Report, ...Report[]]
    const expected = read(first)
    for (const report of others) {
      const known = Object.entries(report.otherwise ?? {})
      const whole = first.attempts && report.attempts
      const told = (cases: Record<string, string[]>) =>
        Object.fromEntries(Object.entries(cases).map(([key, attempts]) => [key, whole ? attempts : attempts.slice(-1)]))
      const wanted: Record<string, string[]> = told(expected)
      for (const [key, verdict] of known) {
        if (verdict === undefined) delete wanted[key]
        else wanted[key] = [verdict]
      }
      expect(told(read(report)), report.file).toEqual(wanted)
    }
  })
})
