import { describe, expect, it } from 'vitest'
import { formatNamed, recognise } from '../formats.ts'
import { fixtures, itReadsAll } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { junit } from './junit.format.ts'

const { text: fixture } = fixtures(import.meta.url)
const OTHERS = ['F16-gtester.xml', 'F02-raw-ampersand-1000-cases.xml']

const suite = (inside: string, attributes = '') => `<testsuite name="s" ${attributes}>${inside}</testsuite>`
const read = (text: string, timezone?: string) => readText(junit, text, timezone === undefined ? {} : { timezone })
const only = (inside: string) => {
  const { cases } = read(suite(inside))
  expect(cases).toHaveLength(1)
  return cases[0] as (typeof cases)[0]
}
const attemptOf = (inside: string) => only(`<testcase name="c">${inside}</testcase>`).attempts[0]

describe('reports of real tools', () => {
  itReadsAll(junit, import.meta.url, (name) => name.endsWith('.xml') && !OTHERS.includes(name))

  it.each<[string, string[]]>([
    [
      'F01-raw-ampersand-loses-cases.xml',
      [
        'passed Search › GET /items?page=1&size=20 [api]',
        'failed Search › second fails [api]',
        'passed Search › third passes [api]',
        'failed Search › fourth fails [api]',
        'passed Search › fifth passes [api]',
      ],
    ],
    [
      'F03-raw-ampersand-in-text.xml',
      [
        'failed Search › first fails [api]',
        'failed Search › second fails [api]',
        'passed Search › third passes [api]',
        'failed Search › fourth fails [api]',
        'passed Search › fifth passes [api]',
      ],
    ],
    [
      'F06a-browsers-chrome-first.xml',
      ['passed cart › adds {chrome}', 'failed cart › adds {firefox}', 'passed cart › adds {webkit}'],
    ],
    [
      'F06b-browsers-firefox-first.xml',
      ['failed cart › adds {firefox}', 'passed cart › adds {webkit}', 'passed cart › adds {chrome}'],
    ],
    ['F07-suite-crashed-no-cases.xml', ['error [suite] [com.shop.CartTest]']],
    ['F08-aborted.xml', ['passed T › ok [jEdit]', 'skipped T › assumption [jEdit]', 'passed T › ok2 [jEdit]']],
    [
      'F09-status-words.xml',
      [
        'failed c › timeout [s]',
        'error c › broken [s]',
        'blocked c › blocked [s]',
        'failed c › interrupted [s]',
        'skipped c › not executed [s]',
      ],
    ],
    [
      'F12-phpunit-warning.xml',
      [
        'passed T › w1 [S]',
        'passed T › r1 [S]',
        ...['i1', 'ig', 'dis', 'pend', 'inc'].map((name) => `skipped T › ${name} [S]`),
      ],
    ],
    [
      'F13-raw-quote.xml',
      [
        'passed C › renders only the "truthy" (conditional) portion [lightning]',
        'failed C › fails "hard" [lightning]',
        'passed C › last [lightning]',
      ],
    ],
    [
      'F15-nested-testcase.xml',
      [
        'passed T › inner passed [S | outer]',
        'failed T › inner failed [S | outer]',
        'passed T › outer [S]',
        'passed T › after [S]',
      ],
    ],
    ['F18-rerun.xml', ['failed>passed tests.test_x › retried [pytest]']],
    [
      'karma.xml',
      [
        'passed Cart › Cart adds an item {HeadlessChrome (Linux x86_64)}',
        'failed Cart › Cart counts {HeadlessChrome (Linux x86_64)}',
        'skipped Cart › Cart removes an item {HeadlessChrome (Linux x86_64)}',
        'passed Cart › Cart adds an item {Firefox (Linux x86_64)}',
      ],
    ],
    [
      'nextest.xml',
      [
        'passed shop::cart › adds [shop::cart]',
        'failed>passed shop::cart › is_flaky [shop::cart]',
        'failed>failed shop::cart › counts [shop::cart]',
      ],
    ],
    [
      'surefire.xml',
      [
        'passed adds',
        'failed>failed>error counts',
        'failed>error>passed isFlaky',
        'skipped removes',
        'error breaks',
        'passed price{int}[1]',
      ].map((line) => `${line.replace(' ', ' org.example.shop.CartTest › ')} [org.example.shop.CartTest]`),
    ],
    [
      'playwright.xml',
      ['one', 'two'].flatMap((project) =>
        [
          'passed cart › adds an item',
          'failed cart › counts',
          'passed cart › is flaky',
          'skipped cart › removes an item',
        ].map((line) => `${line.replace(' ', ' cart.spec.js › ')} [cart.spec.js] {${project}}`),
      ),
    ],
  ])('%s holds these cases', (name, cases) => {
    expect(outline(readText(junit, fixture(name)))).toEqual(cases)
  })

  it('a thousand cases behind a raw & are a thousand cases', () => {
    const { cases, notes, cut } = readText(junit, fixture('F02-raw-ampersand-1000-cases.xml'))
    const count = (status: string) => cases.filter(({ attempts }) => attempts[0]?.status === status).length
    expect([count('passed'), count('failed'), cases.length, notes, cut]).toEqual([
      2,
      998,
      1000,
      ['A raw & is read as text (line 2)'],
      null,
    ])
  })

  it('keep the ids of other tools as properties', () => {
    const { cases } = readText(junit, fixture('F04-foreign-test-id.xml'))
    expect(cases.map(({ properties }) => properties)).toEqual([
      [['test_id', 'C1050381']],
      [['test_id', 'SHOP-77']],
      [['test_id', '1501']],
    ])
  })

  it('give the properties of a suite to its cases', () => {
    const { cases, notes } = readText(junit, fixture('F11-suite-properties.xml'))
    const properties = [
      ['browser', 'firefox'],
      ['build', '712'],
    ]
    expect([cases.map((found) => found.properties), notes]).toEqual([
      [properties, properties],
      ['The suite "S" has output that belongs to no case (line 1)'],
    ])
  })

  it('of GLib are not JUnit', () => {
    expect(recognise(fixture('F16-gtester.xml'), 'F16-gtester.xml')).toBeUndefined()
  })
})

describe('what is a JUnit report', () => {
  it.each<[string, boolean]>([
    ['<testsuites/>', true],
    ['\ufeff<?xml version="1.0"?>\n<testsuite name="a">', true],
    ['<testcase name="a"/>', true],
    ['Running 3 tests\n<testsuites>', true],
    ['', false],
    ['{"tests": 1}', false],
    ['<html><body><testsuite/></body></html>', false],
    ['\u0000\u0001\u0002', false],
  ])('%j', (head, expected) => {
    expect([junit.recognises(head, 'a.xml'), formatNamed('junit')]).toEqual([expected, junit])
  })
})

describe('how a case went', () => {
  it.each<[string, string, string | undefined, string | undefined, string | undefined]>([
    ['', 'passed', undefined, undefined, undefined],
    ['<failure/>', 'failed', undefined, undefined, undefined],
    ['<failure message="m"/>', 'failed', 'm', undefined, undefined],
    ['<failure>text</failure>', 'failed', undefined, 'text', undefined],
    ['<failure message="m">text</failure>', 'failed', 'm', 'text', undefined],
    ['<failure message="m"><![CDATA[a < b]]></failure>', 'failed', 'm', 'a < b', undefined],
    ['<failure message="m">expected <String> & <b></failure>', 'failed', 'm', 'expected <String> & <b>', undefined],
    ['<error type="T"/>', 'error', undefined, undefined, undefined],
    ['<failure message="a">1</failure><error message="b">2</error>', 'failed', 'a', '1\nb\n2', undefined],
    ['<skipped message="later"/>', 'skipped', 'later', undefined, undefined],
    ['<skipped message="later"/><failure message="m"/>', 'failed', 'm', 'later', undefined],
    ['<warning>no tests</warning>', 'passed', undefined, 'no tests', 'warning'],
    ['<aborted message="no display"/>', 'skipped', 'no display', undefined, 'aborted'],
    ['<timeout/>', 'failed', undefined, undefined, 'timeout'],
    ['<error type="org.testng.SkipException" message="not yet"/>', 'skipped', 'not yet', undefined, 'error'],
    ['<skipped message="Unable to find executable"/>', 'error', 'Unable to find executable', undefined, 'skipped'],
  ])('%s', (inside, status, message, details, word) => {
    const attempt = attemptOf(inside)
    expect([attempt?.status, attempt?.message, attempt?.details, attempt?.word]).toEqual([
      status,
      message,
      details,
      word,
    ])
  })

  it.each<[string, string]>([
    ['status="run"', 'passed'],
    ['status="run" result="completed"', 'passed'],
    ['status="notrun" result="suppressed"', 'skipped'],
    ['result="Failed"', 'failed'],
    ['disabled="true"', 'skipped'],
    ['executed="False"', 'skipped'],
    ['success="False"', 'failed'],
    ['status="constructor"', 'unknown'],
    ['failure="2 == 3" status="failed"', 'failed'],
  ])('by attributes: %s', (attributes, status) => {
    expect(only(`<testcase name="c" ${attributes}/>`).attempts[0]?.status).toBe(status)
  })

  it('by a word that nobody knows is noted', () => {
    const { cases, notes } = read(suite('\n<testcase name="c" status="banana"/>'))
    expect([cases[0]?.attempts[0], notes]).toEqual([
      { status: 'unknown', seconds: 0, word: 'banana', steps: [], attachments: [] },
      ['Nobody knows the outcome "banana" (line 2)'],
    ])
  })
})

describe('attempts', () => {
  it.each<[string, string]>([
    ['<flakyFailure message="1"/><flakyError message="2"/>', 'failed 1 > error 2 > passed'],
    ['<failure message="1"/><rerunFailure message="2"/><rerunError message="3"/>', 'failed 1 > failed 2 > error 3'],
    ['<rerun message="1"/><rerun message="2"/><failure message="3"/>', 'failed 1 > failed 2 > failed 3'],
    ['<rerunFailure message="1"/>', 'failed 1 > passed'],
  ])('%s', (inside, expected) => {
    const { attempts } = only(`<testcase name="c">${inside}</testcase>`)
    expect(
      attempts.map(({ status, message }) => (message === undefined ? status : `${status} ${message}`)).join(' > '),
    ).toBe(expected)
  })
})

describe('suites', () => {
  it('that broke outside any case become a case of their own', () => {
    const { cases } = read(suite('<error message="no database"/><testcase name="c"/>'))
    expect(outline({ cases })).toEqual(['error [suite] [s]', 'passed c [s]'])
    expect(cases[0]?.attempts[0]?.message).toBe('no database')
  })

  it('that count failures and hold no case are one that failed, with what they wrote', () => {
    const { cases, notes } = read(suite('<system-out>crash</system-out>', 'tests="3" failures="1"'))
    const message = 'The suite "s" counts 0 errors and 1 failures, and holds no case'
    expect(cases).toEqual([
      {
        path: ['s'],
        name: '[suite]',
        properties: [],
        attempts: [{ status: 'failed', seconds: 0, message, output: 'crash', steps: [], attachments: [] }],
        line: 1,
      },
    ])
    expect(notes).toEqual([`${message} (line 1)`])
  })

  it('that crashed are told of once, however many suites around them count it', () => {
    const { cases } = read(`<testsuites errors="1">${suite('', 'errors="1"')}</testsuites>`)
    expect(outline({ cases })).toEqual(['error [suite] [s]'])
  })

  it('that wrote something and hold no case say so', () => {
    expect(read(suite('<warning>odd</warning><system-out>text</system-out>'))).toEqual({
      cases: [],
      notes: ['<warning> of a suite: odd (line 1)', 'The suite "s" has output that belongs to no case (line 1)'],
      cut: null,
    })
  })

  it.each<[string, string[]]>([
    ['tests="5"', ['The suite "s" counts 5 tests, and holds 1 (line 1)']],
    ['tests="1" failures="1"', ['The suite "s" counts 0 errors and 1 failures, and no case of it failed (line 1)']],
    ['tests="1" failures="0"', []],
    ['tests="1,000"', ['The suite "s" counts 1000 tests, and holds 1 (line 1)']],
  ])('whose counters say %s', (attributes, notes) => {
    expect(read(suite('<testcase name="c"/>', attributes)).notes).toEqual(notes)
  })

  it('give their output to their only case, and to none of several', () => {
    const one = read(suite('<testcase name="a"/><system-out>text</system-out>'))
    expect([one.cases[0]?.attempts[0]?.output, one.notes]).toEqual(['text', []])
    const two = read(suite('<testcase name="a"/><system-out>text</system-out><testcase name="b"/>'))
    expect([two.cases.map(({ attempts }) => attempts[0]?.output), two.notes]).toEqual([
      [undefined, undefined],
      ['The suite "s" has output that belongs to no case (line 1)'],
    ])
  })

  it('name their host, and the file of those that follow', () => {
    const root =
      '<testsuite name="Root Suite" tests="0" file="cart.cy.js"/><testsuite name="cart" hostname="ci"><testcase name="adds"/></testsuite>'
    const { cases } = read(`<testsuites>${root}</testsuites>`)
    expect([cases[0]?.file, cases[0]?.properties]).toEqual(['cart.cy.js', [['hostname', 'ci']]])
  })

  it.each<[string, string | undefined, string[]]>([
    ['hostname="chromium"', 'chromium', []],
    ['hostname="ci" id="0"', undefined, ['ci']],
    ['hostname="ci" package="p"', undefined, ['ci']],
    ['hostname=""', undefined, []],
  ])('of a root with id and name, with %s', (attributes, variant, hosts) => {
    const text = `<testsuites id="" name=""><testsuite name="s" ${attributes}><testcase name="c"/></testsuite></testsuites>`
    const { cases } = read(text)
    expect([cases[0]?.variant, cases[0]?.properties.map(([, value]) => value)]).toEqual([variant, hosts])
  })

  it('hand down as many properties as their cases can carry', () => {
    const properties = Array.from({ length: 300 }, (_, i) => `<property name="p${i}" value="v"/>`).join('')
    const { cases, notes } = read(suite(`<properties>${properties}</properties><testcase name="c"/>`))
    expect([cases[0]?.properties.length, notes]).toEqual([
      100,
      ['Suites have more properties than their cases carry; the others are left out (line 1) ×200'],
    ])
  })
})

describe('what a case holds', () => {
  it('is kept whole', () => {
    const found =
      only(`<testcase name="c" classname="C" file="a/c.ts" time="1,234.5" timestamp="23 Mar 2012 10:12:13 GMT" owner="kim">
      <properties><property name="k" value="1"/><property name="k">2</property><property name="step:failed" value="press"/>
      <property name="step" value="open"/><property name="attachment" value="v.mp4"/></properties>
      <attachments><attachment path="p.png"/></attachments><meta>m</meta>
      <system-out>[[PROPERTY|k=3]] [[ATTACHMENT|a.png]]</system-out><system.err>[[ATTACHMENT|b.png]]</system.err>loose</testcase>`)
    expect(found).toEqual({
      path: ['s'],
      className: 'C',
      name: 'c',
      file: 'a/c.ts',
      properties: [
        ['owner', 'kim'],
        ['k', '1'],
        ['k', '2'],
        ['meta', 'm'],
        ['k', '3'],
      ],
      attempts: [
        {
          status: 'passed',
          seconds: 1234.5,
          startedAt: Date.UTC(2012, 2, 23, 10, 12, 13),
          output: '[[PROPERTY|k=3]] [[ATTACHMENT|a.png]]\n--- standard error ---\n[[ATTACHMENT|b.png]]\nloose',
          steps: [
            { name: 'press', status: 'FAILED' },
            { name: 'open', status: null },
          ],
          attachments: ['p.png', 'v.mp4', 'a.png', 'b.png'].map((path) => ({ path })),
        },
      ],
      line: 1,
    })
  })

  it('may be a name of a path, or none', () => {
    const { cases, notes } = read(suite('<testcase path="/cart/add"/><testcase/>'))
    expect([cases.map(({ name }) => name), notes]).toEqual([
      ['/cart/add', '(unnamed)'],
      ['A case has no name (line 1)'],
    ])
  })

  it('starts in the zone of the import', () => {
    const { cases } = read(suite('<testcase name="c"/>', 'timestamp="2026-07-01T12:00:00"'), 'Europe/Berlin')
    expect(cases[0]?.attempts[0]?.startedAt).toBe(Date.UTC(2026, 6, 1, 10))
  })
})

describe('damaged files', () => {
  it('hold what came before a cut, and say where it was', () => {
    const { cases, notes, cut } = read(
      `<testsuites><testsuite name="s">\n<testcase name="a"/>\n<testcase name="b"><failure>half`,
    )
    expect([outline({ cases }), notes, cut]).toEqual([
      ['passed a [s]'],
      ['The case "b" has no end and no verdict (line 3)'],
      'The file ends early, within <failure> (line 3)',
    ])
  })

  it('name no file and expand no entity', () => {
    const doctype = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    const { cases } = read(`${doctype}${suite('<testcase name="&b;"><failure>&f;</failure></testcase>')}`)
    expect([cases[0]?.name, cases[0]?.attempts[0]?.details]).toEqual(['&b;', '&f;'])
  })

  it('are cut where suites are nested too deep', () => {
    const { cases, cut } = read('<testsuite name="a"><testcase name="c"/>'.repeat(3000))
    expect([cases.length, cases.at(-1)?.path.length, cut]).toEqual([
      999,
      100,
      'Elements are nested more than 1000 levels deep (line 1)',
    ])
  })
})

describe('what is kept has an end', () => {
  it('of a case', () => {
    const part = `<system-out>${'x'.repeat(1_048_576)}</system-out>`
    const property = '<property name="k" value="v"/>'
    const { cases, notes } = readText(
      junit,
      suite(`<testcase name="c">${part.repeat(17)}${property.repeat(100_002)}</testcase>`),
      {
        size: 65_536,
      },
    )
    expect([cases[0]?.attempts[0]?.output?.length, cases[0]?.properties.length, notes]).toEqual([
      16 * 1_048_576 + 15,
      100_000,
      [
        'What a case has beyond 16777216 characters is left out (line 1)',
        'What a case has beyond 100000 properties is left out (line 1) ×2',
      ],
    ])
  })

  it('of a suite whose only case has 200,000 outputs', () => {
    const text = suite(`<testcase name="c"/>${'<system-out>x</system-out>'.repeat(200_000)}`)
    expect(readText(junit, text, { size: 65_536 }).cases[0]?.attempts[0]?.output).toHaveLength(399_999)
  })
})

describe('a hostile report costs what its length costs', () => {
  const output = (text: string) => suite(`<testcase name="c"><system-out>${text}</system-out></testcase>`)
  it.each<[string, (n: number) => string]>([
    ['marks of properties', (n) => output('[[PROPERTY|a]]'.repeat(n))],
    ['marks of attachments', (n) => output('[[ATTACHMENT|'.repeat(n))],
    ['elements within a text', (n) => output('text<b/>'.repeat(n))],
    ['closing tags of nothing', (n) => output('text</b>'.repeat(n))],
    ['raw ampersands', (n) => output('&'.repeat(n))],
    ['raw quotes', (n) => suite(`<testcase name="${'" '.repeat(n)}"/>`)],
    ['quotes before words', (n) => suite(`<testcase name="${'" a '.repeat(n)}"/>`)],
    ['outputs of one suite', (n) => suite(`<testcase name="c"/>${'<system-out>x</system-out>'.repeat(n)}`)],
    [
      'properties and cases',
      (n) => suite(`${'<property name="k" value="v"/>'.repeat(n)}${'<testcase name="c"/>'.repeat(n)}`),
    ],
    ['attributes', (n) => suite(`<testcase ${Array.from({ length: n }, (_, i) => `a${i}="1"`).join(' ')}/>`)],
    ['references', (n) => output('&#1;&#55357;'.repeat(n))],
    ['nested cases', (n) => suite(`${'<testcase name="a">'.repeat(500)}${'<testcase name="c"/>'.repeat(n)}`)],
    [
      'blanks in a step',
      (n) => suite(`<testcase name="c"><property name="step:${' '.repeat(n)}a" value="v"/></testcase>`),
    ],
  ])('%s', (_, text) => {
    const cost = (n: number) => {
      let least = Number.POSITIVE_INFINITY
      for (let i = 0; i < 3; i++) {
        const before = process.cpuUsage()
        readText(junit, text(n), { size: 65_536 })
        least = Math.min(least, process.cpuUsage(before).user)
      }
      return least
    }
    // What is linear takes four times as long, what is quadratic sixteen times; less than 20 ms is noise.
    const one = cost(5000)
    expect(cost(20_000) / Math.max(one, 20_000)).toBeLessThan(9)
  })
})
