import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FORMATS } from './formats.ts'
import type { Format } from './model.ts'
import { outline, readText } from './test-support.ts'

const HERE = new URL('.', import.meta.url)
const XML = ['junit', 'testng', 'nunit', 'xunit', 'trx', 'ctest', 'robot', 'allure1']
const formats = FORMATS.filter(({ name }) => XML.includes(name))
const fixturesOf = ({ name }: Format) =>
  globSync(`${name}/fixtures/*.{xml,trx}`, { cwd: HERE }).filter((path) => !path.endsWith('F16-gtester.xml'))
const textOf = (path: string) => readFileSync(new URL(path, HERE), 'utf8')

describe.each(formats)('$name', (format) => {
  it('alone recognises its reports', () => {
    for (const path of fixturesOf(format)) {
      expect(FORMATS.filter((each) => each.recognises(textOf(path), path)).map(({ name }) => name)).toEqual([
        format.name,
      ])
    }
  })

  it('takes nothing else for a report', () => {
    for (const text of ['', '{}', '<html></html>', 'TAP version 13', '<Site/>', '<test-suite/>', '\u0000<']) {
      expect(format.recognises(text, 'a.xml')).toBe(false)
    }
  })

  it('keeps of a report that ends anywhere what came before, and says that it ends early', () => {
    // These put results together when more of the file is known.
    const isOrdered = !['trx', 'testng'].includes(format.name)
    for (const path of fixturesOf(format).filter((name) => !name.includes('F02'))) {
      const text = textOf(path)
      const whole = outline(readText(format, text))
      const start = text.indexOf('<', text.indexOf('<?xml') + 1) + 20
      for (let end = start; end < text.trimEnd().length; end += Math.ceil(text.length / 40)) {
        const reading = readText(format, text.slice(0, end), { size: 65_536 })
        const found = outline(reading)
        if (!path.includes('several-roots')) expect(reading.cut, `${path} up to ${end}`).toMatch(/^The file ends early/)
        if (isOrdered) expect(found).toEqual(whole.slice(0, found.length))
      }
    }
  })

  it('reads what is no report of its own without a case, and without an error', () => {
    for (const text of [
      '',
      'a < b & c',
      '<html><body>502</body></html>',
      '{"a": [1]}',
      '<'.repeat(1000),
      '<a>'.repeat(2000),
    ]) {
      expect(readText(format, text).cases).toEqual([])
    }
  })
})

describe('one run stored through several formats', () => {
  const formatOf = (name: string) => formats.find((format) => format.name === name) as Format
  const statusesOf = (name: string, text: string) => {
    const { cases } = readText(formatOf(name), text)
    return cases
      .map(
        ({ className, name: test, attempts }) => `${className ?? ''} ${test} ${attempts.map(({ status }) => status)}`,
      )
      .sort()
  }

  it('gives the same cases and statuses, of CTest', () => {
    expect(statusesOf('junit', textOf('junit/fixtures/ctest.xml'))).toEqual(
      statusesOf('ctest', textOf('ctest/fixtures/ctest-3.25.xml')),
    )
  })

  it('gives the same cases and statuses, of .NET', () => {
    const names = ['Adds', 'Counts', 'Removes', 'Price(1,"a.b")']
    const results = ['Passed', 'Failed', 'Skipped', 'Passed']
    const escaped = (text: string) => text.replaceAll('"', '&quot;')
    const each = (write: (name: string, result: string, i: number) => string) =>
      names.map((name, i) => write(escaped(name), results[i] as string, i)).join('')
    const [type, failure] = ['Shop.CartTests', '<message>2 != 3</message><stack-trace>at x</stack-trace>']
    const nunit = each((name, result) => {
      const inside = result === 'Failed' ? `<failure>${failure}</failure>` : ''
      return `<test-case name="${name}" classname="${type}" result="${result}" duration="0.5">${inside}</test-case>`
    })
    const xunit = each((name, result) => {
      const inside = result === 'Failed' ? `<failure>${failure}</failure>` : ''
      const word = { Passed: 'Pass', Failed: 'Fail', Skipped: 'Skip' }[result]
      return `<test name="${type}.${name}" type="${type}" result="${word}" time="0.5">${inside}</test>`
    })
    const trx = each((name, result, i) => {
      const inside = '<Output><ErrorInfo><Message>2 != 3</Message><StackTrace>at x</StackTrace></ErrorInfo></Output>'
      const outcome = result === 'Skipped' ? 'NotExecuted' : result
      return `<UnitTestResult testId="${i}" testName="${name}" outcome="${outcome}" duration="00:00:00.5">${result === 'Failed' ? inside : ''}</UnitTestResult>`
    })
    const definitions = each((_name, _result, i) => `<UnitTest id="${i}"><TestMethod className="${type}"/></UnitTest>`)
    const junit = each((name, result) => {
      const inside =
        result === 'Failed' ? '<failure message="2 != 3">at x</failure>' : result === 'Skipped' ? '<skipped/>' : ''
      return `<testcase name="${name}" classname="${type}" time="0.5">${inside}</testcase>`
    })
    const readings = [
      readText(
        formatOf('nunit'),
        `<test-run><test-suite type="TestFixture" name="CartTests">${nunit}</test-suite></test-run>`,
      ),
      readText(
        formatOf('xunit'),
        `<assemblies><assembly name="a.dll"><collection name="c">${xunit}</collection></assembly></assemblies>`,
      ),
      readText(
        formatOf('trx'),
        `<TestRun><Results>${trx}</Results><TestDefinitions>${definitions}</TestDefinitions></TestRun>`,
      ),
      readText(formatOf('junit'), `<testsuites><testsuite name="a.dll">${junit}</testsuite></testsuites>`),
    ]
    const said = readings.map(({ cases, notes }) => [
      cases.map(({ className, name, attempts }) => [
        className,
        name,
        attempts.map(({ status, seconds, message, details }) => [status, seconds, message, details]),
      ]),
      notes,
    ])
    expect(said[0]).toEqual([
      [
        [type, 'Adds', [['passed', 0.5, undefined, undefined]]],
        [type, 'Counts', [['failed', 0.5, '2 != 3', 'at x']]],
        [type, 'Removes', [['skipped', 0.5, undefined, undefined]]],
        [type, 'Price(1,"a.b")', [['passed', 0.5, undefined, undefined]]],
      ],
      [],
    ])
    for (const other of said.slice(1)) expect(other).toEqual(said[0])
  })
})

describe('a hostile report costs what its length costs', () => {
  const nested = (name: string, n: number) => `<${name}>`.repeat(900) + `<${name}/>`.repeat(n)
  it.each<[string, string, (n: number) => string]>([
    [
      'testng',
      'methods of one class',
      (n) => `<testng-results><suite><test><class>${'<test-method name="a" status="PASS"/>'.repeat(n)}`,
    ],
    [
      'testng',
      'groups',
      (n) => `<testng-results><suite>${'<group name="g"><method class="c" name="m"/></group>'.repeat(n)}`,
    ],
    [
      'nunit',
      'assertions',
      (n) =>
        `<test-run><test-suite><test-case><failure><message>${'m'.repeat(n * 20)}</message></failure><assertions>${'<assertion><message>x</message></assertion>'.repeat(n)}</assertions></test-case>`,
    ],
    ['nunit', 'suites', (n) => `<test-run>${nested('test-suite', n)}`],
    [
      'nunit',
      'properties',
      (n) =>
        `<test-run><test-suite><properties>${'<property name="a" value="b"/>'.repeat(n)}</properties>${'<test-case/>'.repeat(n)}`,
    ],
    [
      'xunit',
      'traits',
      (n) => `<assembly><collection><test><traits>${'<trait name="a" value="b"/>'.repeat(n)}</traits></test>`,
    ],
    [
      'trx',
      'inner results',
      (n) =>
        `<TestRun><Results><UnitTestResult><InnerResults>${'<UnitTestResult outcome="Passed"/>'.repeat(n)}</InnerResults></UnitTestResult></Results></TestRun>`,
    ],
    [
      'ctest',
      'measurements',
      (n) =>
        `<Site><Testing><Test><Results>${'<NamedMeasurement name="a"><Value>1</Value></NamedMeasurement>'.repeat(n)}</Results></Test>`,
    ],
    ['robot', 'keywords', (n) => `<robot><suite><test>${nested('kw', n)}${'</kw>'.repeat(900)}</test>`],
    [
      'allure1',
      'steps',
      (n) =>
        `<test-suite xmlns="urn:allure"><test-cases><test-case><steps>${'<step><name>a</name></step>'.repeat(n)}</steps></test-case>`,
    ],
  ])('%s: %s', (name, _, write) => {
    const format = formats.find((each) => each.name === name) as Format
    const cost = (n: number) => {
      const text = write(n)
      let least = Number.POSITIVE_INFINITY
      for (let i = 0; i < 3; i++) {
        const before = process.cpuUsage()
        readText(format, text, { size: 65_536 })
        least = Math.min(least, process.cpuUsage(before).user)
      }
      return least
    }
    // What is linear takes four times as long, what is quadratic sixteen times; less than 20 ms is noise.
    const one = cost(5000)
    expect(cost(20_000) / Math.max(one, 20_000)).toBeLessThan(9)
  })
})
