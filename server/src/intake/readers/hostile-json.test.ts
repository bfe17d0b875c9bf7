import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { FORMATS, formatNamed } from './formats.ts'
import type { Format, Sink } from './model.ts'

const OF_XML = ['junit', 'testng', 'nunit', 'xunit', 'trx', 'ctest', 'robot', 'allure1', 'jmeter-xml']
const OTHERS = FORMATS.filter(({ name }) => !OF_XML.includes(name))

/** Counts the cases, and keeps none: what is kept costs time to collect. */
function read(format: Format, text: string): number {
  let cases = 0
  const sink: Sink = { case: () => void cases++, note() {}, cut() {} }
  const reader = format.open(sink, { filename: 'report', timezone: 'UTC' })
  for (let at = 0; at < text.length; at += 65_536) reader.write(text.slice(at, at + 65_536))
  reader.end()
  return cases
}

/** Microseconds of processor time, the least of three tries. */
function costOf(work: () => unknown): number {
  const costs = [1, 2, 3].map(() => {
    const before = process.cpuUsage()
    work()
    return process.cpuUsage(before).user
  })
  return Math.min(...costs)
}

/** What takes less is noise. */
const NOISE = 20_000

function expectLinear(work: (n: number) => unknown, n: number): void {
  work(n)
  const one = costOf(() => work(n))
  const four = costOf(() => work(4 * n))
  expect(four / Math.max(one, NOISE), `${one} µs for ${n}, ${four} µs for four times as many`).toBeLessThan(9)
}

const jestTest = (name: string, message: string) =>
  JSON.stringify({ title: name, ancestorTitles: [], status: 'failed', failureMessages: [message] })

describe('a hostile report costs what its length costs', { timeout: 120_000 }, () => {
  it.each<[string, string, number, (n: number) => string]>([
    ['brackets without end', 'ctrf', 200_000, (n) => '{"a":'.repeat(n)],
    ['brackets within a text', 'ctrf', 200_000, (n) => `{"results":{"tests":["${'[{'.repeat(n)}"]}}`],
    ['backslashes', 'ctrf', 200_000, (n) => `{"results":{"tests":["${'\\\\'.repeat(n)}"]}}`],
    ['many parts', 'ctrf', 20_000, (n) => `{"results":{"tests":[${'{"name":"a","status":"x"},'.repeat(n)}{}]}}`],
    ['lines that are no JSON', 'ctrf', 100_000, (n) => '[x\n'.repeat(n)],
    ['damage everywhere', 'ctrf', 50_000, (n) => `{"results":{"tests":[{"a":[${'NaN,'.repeat(n)}NaN]}]}}`],
    ['commas and blanks', 'ctrf', 50_000, (n) => `{"results":{"tests":[{"a":[NaN${' ,'.repeat(n)}]}]}}`],
    [
      'blanks of a stack',
      'jest',
      50_000,
      (n) => `{"testResults":[{"assertionResults":[${jestTest('a', `\n${' '.repeat(n)}at`.repeat(3))}]}]}`,
    ],
    [
      'a type without end',
      'jest',
      50_000,
      (n) => `{"testResults":[{"assertionResults":[${jestTest('a', 'Error'.repeat(n))}]}]}`,
    ],
    [
      'lines of a stack',
      'jest',
      50_000,
      (n) => `{"testResults":[{"assertionResults":[${jestTest('a', '\n  a'.repeat(n))}]}]}`,
    ],
    [
      'output of a Go test',
      'go',
      10_000,
      (n) => '{"Action":"output","Package":"p","Test":"T","Output":"    a.go:1: x\\n"}\n'.repeat(n),
    ],
    [
      'Go tests that never end',
      'go',
      5000,
      (n) => Array.from({ length: n }, (_, i) => `{"Action":"run","Package":"p","Test":"T${i}"}\n`).join(''),
    ],
    [
      'dashes of Go',
      'go',
      20_000,
      (n) => `{"Action":"output","Package":"p","Test":"T","Output":"${'--- FAIL: x'.repeat(n)}"}\n`,
    ],
    [
      'nested subtests',
      'tap',
      300,
      (n) => Array.from({ length: n }, (_, i) => `${'    '.repeat(i)}# Subtest: a\n`).join(''),
    ],
    ['hashes of a point', 'tap', 50_000, (n) => `1..1\nok 1 ${'# '.repeat(n)}\n`],
    ['times of a point', 'tap', 20_000, (n) => `1..1\nok 1 ${'# time=1ms '.repeat(n)}\n`],
    ['a diagnosis without end', 'tap', 20_000, (n) => `1..1\nnot ok 1 a\n  ---\n${'  a: b\n'.repeat(n)}  ...\n`],
    ['an indented line', 'tap', 200_000, (n) => `1..1\n${' '.repeat(n)}ok\n`],
    ['comments', 'tap', 50_000, (n) => `1..1\nnot ok 1 a\n${'# a\n'.repeat(n)}`],
    ['quotes of CSV', 'jmeter-csv', 100_000, (n) => `label,elapsed,success\n"${'""'.repeat(n)}",1,true\n`],
    [
      'labels of CSV',
      'jmeter-csv',
      10_000,
      (n) => `label,elapsed,success\n${Array.from({ length: n }, (_, i) => `a${i},1,true\n`).join('')}`,
    ],
    [
      'steps of Cucumber',
      'cucumber-json',
      5000,
      (n) =>
        JSON.stringify([
          {
            keyword: 'Feature',
            name: 'a',
            elements: [
              {
                name: 'b',
                steps: Array.from({ length: n }, () => ({
                  keyword: 'Given',
                  name: 'c',
                  result: { status: 'failed', error_message: 'x' },
                })),
              },
            ],
          },
        ]),
    ],
  ])('%s (%s)', (_, name, n, text) => {
    const format = formatNamed(name) as Format
    expectLinear((size) => read(format, text(size)), n)
  })

  it.each<[string, string, string]>([
    ['a diagnosis', 'tap', `1..1\nnot ok 1 a\n  ---\n  a: |\n${'    b\n'.repeat(400_000)}  ...\n`],
    ['attachments', 'allure', JSON.stringify({ status: 'passed', steps: [{ attachments: Array(400_000).fill({}) }] })],
    ['steps', 'allure', JSON.stringify({ status: 'passed', steps: Array(400_000).fill({ name: 'a' }) })],
    ['errors', 'jest', `{"testResults":[{"assertionResults":[{"failureMessages":[${'"a",'.repeat(400_000)}"a"]}]}]}`],
  ])('and no stack: %s of 400,000 parts', (_, name, text) => {
    expect(() => read(formatNamed(name) as Format, text)).not.toThrow()
  })

  it.each(OTHERS.map((format) => [format.name, format] as const))('the head of one that is not %s', (_, format) => {
    const heads = [
      '{"a":'.repeat(13_000),
      '[{'.repeat(32_000),
      ' '.repeat(65_536),
      '\n'.repeat(65_536),
      ',;'.repeat(32_000),
    ]
    for (const head of heads) {
      expect(format.recognises(head, 'report')).toBe(false)
      expect(costOf(() => format.recognises(`${head} `, 'report'))).toBeLessThan(200_000)
    }
  })

  it.each(OTHERS.map((format) => [format.name, format] as const))(
    '%s throws nothing, whatever the types are',
    (_, format) => {
      const odd = [null, 1, 'x', [], {}, [null, 1, [[]]], { a: null }, true]
      for (const value of odd) {
        const inside = JSON.stringify(Object.fromEntries(KEYS.map((key) => [key, value])))
        for (const around of [
          inside,
          `[${inside}]`,
          ...KEYS.map((key) => `{"${key}":${inside}}`),
          ...KEYS.map((key) => `{"${key}":[${inside}]}`),
        ])
          expect(() => read(format, around)).not.toThrow()
      }
    },
  )
})

/** The keys that readers look at. */
const KEYS =
  'results tests suites specs testResults assertionResults stats pending failures passes testNodes children nodeType scenarioResults stepResults root_group metrics checks groups thresholds run executions collection item assertions cursor elements steps result keyword name status outcome setup call teardown nodeid collectors warnings uuid labels parameters statusDetails befores afters method params project test Action Package Test Output Elapsed ImportPath type suite group testID gherkinDocument feature pickle testCase testCaseStarted testStepFinished testCaseFinished attachment testRunFinished hook parseError message retryAttempts attachments errors annotations title err'.split(
    ' ',
  )
