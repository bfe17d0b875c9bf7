import { createReadStream, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeText } from './decode-text.ts'
import { readJUnit } from './junit-reader.ts'
import { emptyNotes, type ResultCase, verdictOf } from './results-model.ts'

const CORPUS = new URL('corpus/', import.meta.url)

async function readBytes(bytes: AsyncIterable<Uint8Array>, timeZone = 'UTC') {
  const notes = emptyNotes()
  const cases: ResultCase[] = []
  for await (const result of readJUnit(decodeText(bytes), { notes, timeZone })) cases.push(result)
  return { cases, notes }
}

async function* pieces(bytes: Uint8Array, size = 7) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = (content: string | Uint8Array, timeZone?: string) =>
  readBytes(pieces(typeof content === 'string' ? Buffer.from(content) : content), timeZone)

const suite = (inside: string) => `<testsuite name="s">${inside}</testsuite>`
const only = async (inside: string) => {
  const { cases } = await read(suite(inside))
  expect(cases).toHaveLength(1)
  return cases[0] as ResultCase
}

/** File → cases as `verdict of each attempt, class, name`, and how many suites have output of no single case. */
const EXPECTED: Record<string, { cases: string[]; suiteOutputs?: number; replaced?: number }> = {
  'bazel.xml': { cases: ['error|-|shop/cart_test'] },
  'catch2.xml': {
    cases: ['passed|t.global|adds an item/one', 'failed|t.global|adds an item/two', 'passed|t.global|removes an item'],
    suiteOutputs: 1,
  },
  'cypress.xml': {
    cases: [
      'passed|adds an item|cart adds an item',
      'failed|counts|cart counts',
      'skipped|removes an item|cart removes an item',
    ],
  },
  'dotnet.xml': {
    cases: [
      'passed|Shop.Tests.CartTests|Adds',
      'failed|Shop.Tests.CartTests|Counts',
      'passed|Shop.Tests.CartTests|Price(amount: 1, label: "a < b")',
      'skipped|Shop.Tests.CartTests|Removes',
    ],
    suiteOutputs: 1,
  },
  'go-junit-report.xml': {
    cases: [
      'passed|example.org/shop/cart|TestAdd',
      'failed|example.org/shop/cart|TestCount/two_items',
      'skipped|example.org/shop/cart|TestRemove',
    ],
  },
  'googletest.xml': {
    cases: [
      'passed|Cart|Adds',
      'failed|Cart|Counts',
      'skipped|Cart|Removes',
      'skipped|Cart|DISABLED_Moves',
      'passed|All/Price|Positive/0',
      'passed|All/Price|Positive/1',
    ],
  },
  'gotestsum.xml': {
    cases: [
      'failed|example.org/shop/cart|TestCount/two_items',
      'failed|example.org/shop/cart|TestCount',
      'skipped|example.org/shop/cart|TestRemove',
      'passed|example.org/shop/cart|TestAdd',
      'passed|example.org/shop/cart|TestCount/none',
    ],
  },
  'gradle.xml': {
    cases: [
      'failed|org.example.shop.CartTest|counts()',
      'passed|org.example.shop.CartTest|counts()',
      'passed|org.example.shop.CartTest|adds()',
      'skipped|org.example.shop.CartTest|removes()',
    ],
    suiteOutputs: 1,
  },
  'jest.xml': {
    cases: [
      'passed|-|cart adds an item',
      'failed|-|cart counts <two> & "three"',
      'skipped|-|cart removes an item',
      'passed|-|cart with a voucher takes 1 percent',
      'passed|-|cart with a voucher takes 2 percent',
    ],
  },
  'mocha.xml': {
    cases: [
      'passed|adds an item|cart adds an item',
      'failed|counts|cart counts',
      'passed|takes 5 percent|cart with a voucher takes 5 percent',
    ],
  },
  'nextest.xml': {
    cases: ['passed|shop::cart|adds', 'failed>passed|shop::cart|is_flaky', 'failed>failed|shop::cart|counts'],
    replaced: 2,
  },
  'node-test.xml': {
    cases: [
      'passed|cart|adds an item',
      'failed|cart|counts',
      'skipped|cart|removes an item',
      'skipped|cart|moves an item',
      'passed|cart.with a voucher|takes 5 percent',
    ],
  },
  'phpunit.xml': {
    cases: [
      'passed|CartTest|testAdds',
      'failed|CartTest|testCounts',
      'skipped|CartTest|testRemoves',
      'passed|CartTest|testPrice with data set "cheap"',
      'passed|CartTest|testPrice with data set "dear"',
      'error|CartTest|testBreaks',
    ],
  },
  'playwright.xml': {
    cases: ['one', 'two'].flatMap(() => [
      'passed|cart.spec.js|cart › adds an item',
      'failed|cart.spec.js|cart › counts',
      'passed|cart.spec.js|cart › is flaky',
      'skipped|cart.spec.js|cart › removes an item',
    ]),
  },
  'pytest.xml': { cases: pytest() },
  'pytest-xunit1.xml': { cases: pytest() },
  'robot.xml': {
    cases: ['passed|Shop.Cart|Adds An Item', 'failed|Shop.Cart|Counts', 'skipped|Shop.Cart|Removes An Item'],
  },
  'rspec.xml': {
    cases: [
      'passed|spec.cart_spec|cart adds an item',
      'failed|spec.cart_spec|cart counts',
      'skipped|spec.cart_spec|cart removes an item',
      'passed|spec.cart_spec|cart with a voucher takes 5 percent',
    ],
  },
  'several-roots.xml': { cases: ['passed|-|adds', 'skipped|-|adds', 'failed|-|no suite at all'] },
  'surefire.xml': {
    cases: [
      'passed|org.example.shop.CartTest|adds',
      'failed>failed>error|org.example.shop.CartTest|counts',
      'failed>error>passed|org.example.shop.CartTest|isFlaky',
      'skipped|org.example.shop.CartTest|removes',
      'error|org.example.shop.CartTest|breaks',
      'passed|org.example.shop.CartTest|price{int}[1]',
    ],
  },
  'vitest.xml': {
    cases: [
      'passed|cart.test.ts|cart > adds an item',
      'failed|cart.test.ts|cart > counts',
      'skipped|cart.test.ts|cart > removes an item',
      'passed|cart.test.ts|cart > with a voucher > takes 5 percent',
      'passed|cart.test.ts|cart > is flaky',
    ],
  },
}

function pytest() {
  return [
    'passed|test_cart|test_adds[1-a b]',
    'passed|test_cart|test_adds[2-\\xfc]',
    'failed|test_cart.TestVoucher|test_counts',
    'skipped|test_cart.TestVoucher|test_removes',
    'skipped|test_cart.TestVoucher|test_known',
    'error|test_cart|test_tear_down',
  ]
}

const shape = (result: ResultCase) =>
  `${result.attempts.map(({ status }) => status).join('>')}|${result.className ?? '-'}|${result.name}`

describe('the corpus of reports', () => {
  it('is covered whole', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(
      readdirSync(CORPUS)
        .filter((name) => name.endsWith('.xml'))
        .sort(),
    )
  })

  it.each(Object.entries(EXPECTED))('%s', async (file, { cases, suiteOutputs = 0, replaced = 0 }) => {
    const found = await readBytes(createReadStream(new URL(file, CORPUS)))
    expect(found.cases.map(shape)).toEqual(cases)
    expect(found.notes).toEqual({
      cut: null,
      recognised: true,
      replacedCharacters: replaced,
      suiteOutputs,
      deepSuites: 0,
    })
  })

  it('keeps what each dialect says besides the verdict', async () => {
    const surefire = (await readBytes(createReadStream(new URL('surefire.xml', CORPUS)))).cases
    expect(surefire[0]?.attempts[0]).toMatchObject({ seconds: 1234.5, output: 'adding\n' })
    expect(surefire[1]?.attempts.map(({ message }) => message)).toEqual([
      'expected: <3> but was: <2>',
      'expected: <3> but was: <4>',
      'broken',
    ])
    expect(surefire[1]?.attempts[1]).toMatchObject({ output: 'second try', seconds: 0.011 })
    expect(surefire[2]?.attempts[0]).toMatchObject({ details: 'java.lang.AssertionError: first' })
    expect(surefire[2]?.attempts[0]?.output).toContain('oops')
    expect(surefire[4]?.attempts[0]?.details).toMatch(/^java.lang.NullPointerException\n\tat /)
    const bazel = (await readBytes(createReadStream(new URL('bazel.xml', CORPUS)))).cases
    expect(bazel[0]?.attempts[0]?.output).toContain('two != three')
    const cypress = (await readBytes(createReadStream(new URL('cypress.xml', CORPUS)))).cases
    expect(cypress[0]?.attempts[0]).toMatchObject({
      attachments: ['videos/cart.cy.js.mp4'],
      steps: [
        { name: 'open the shop', status: null },
        { name: 'press the button', status: 'PASSED' },
      ],
    })
    expect(cypress[1]?.attempts[0]?.attachments).toEqual(['screenshots/cart.cy.js/cart -- counts (failed).png'])
    expect(cypress[1]?.properties.get('assay_test')).toEqual(['#12'])
    const playwright = (await readBytes(createReadStream(new URL('playwright.xml', CORPUS)))).cases
    expect(playwright.map(({ suitePath }) => suitePath[0])).toEqual(['one', 'two'].flatMap((p) => [p, p, p, p]))
    expect(playwright[1]?.attempts[0]?.attachments).toHaveLength(2)
    const dotnet = (await readBytes(createReadStream(new URL('dotnet.xml', CORPUS)))).cases
    expect(dotnet.map(({ attempts }) => attempts[0]?.seconds)).toEqual([8.6e-5, 0.012, 0, 0])
  })
})

describe('failures', () => {
  it.each([
    ['<failure/>', 'failed', undefined, undefined],
    ['<failure message="m"/>', 'failed', 'm', undefined],
    ['<failure>text</failure>', 'failed', undefined, 'text'],
    ['<failure message="m">text</failure>', 'failed', 'm', 'text'],
    ['<failure message="m"><![CDATA[a < b]]></failure>', 'failed', 'm', 'a < b'],
    ['<error type="T"/>', 'error', 'T', undefined],
    ['<failure message="a">1</failure><error message="b">2</error>', 'failed', 'a', '1\nb\n2'],
    ['<skipped message="later"/>', 'skipped', 'later', undefined],
    ['<skipped/><failure/>', 'failed', undefined, undefined],
  ])('%s', async (inside, status, message, details) => {
    const attempt = (await only(`<testcase name="c">${inside}</testcase>`)).attempts[0]
    expect([attempt?.status, attempt?.message, attempt?.details]).toEqual([status, message, details])
  })

  it('that happen outside any case become a case of their own', async () => {
    const { cases } = await read(suite('<error message="no database"/><testcase name="c"/>'))
    expect(cases.map(shape)).toEqual(['error|-|[suite]', 'passed|-|c'])
  })
})

describe('encodings', () => {
  const xml = (encoding: string) =>
    `<?xml version="1.0" encoding="${encoding}"?><testsuite><testcase name="größe ✓"/></testsuite>`
  const utf16 = (text: string, swap: boolean) => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
    return swap ? bytes.swap16() : bytes
  }
  it.each([
    ['UTF-8', Buffer.from(xml('UTF-8')), 'größe ✓'],
    ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${xml('utf-8')}`), 'größe ✓'],
    ['UTF-16 LE', utf16(xml('UTF-16'), false), 'größe ✓'],
    ['UTF-16 BE', utf16(xml('UTF-16'), true), 'größe ✓'],
    ['UTF-8 that claims UTF-16', Buffer.from(xml('utf-16')), 'größe ✓'],
    ['ISO-8859-1', Buffer.from(xml('ISO-8859-1').replace(' ✓', ''), 'latin1'), 'größe'],
    ['windows-1252', Buffer.from(xml('windows-1252').replace(' ✓', ''), 'latin1'), 'größe'],
  ])('%s', async (_, bytes, name) => {
    const { cases, notes } = await read(bytes)
    expect([cases[0]?.name, notes.cut]).toEqual([name, null])
  })
})

describe('damaged and hostile files', () => {
  it('replaces and counts characters that XML forbids', async () => {
    const { cases, notes } = await read(
      suite('<testcase name="a\u0001b"><system-out>\u001b[31mred&#27;&#x0;</system-out></testcase>'),
    )
    expect(cases[0]?.name).toBe('a\ufffdb')
    expect(cases[0]?.attempts[0]?.output).toBe('\ufffd[31mred\ufffd\ufffd')
    expect(notes).toMatchObject({ cut: null, replacedCharacters: 4 })
  })

  it('joins a surrogate pair written as two references', async () => {
    expect((await only('<testcase name="&#55357;&#56832;"/>')).name).toBe('😀')
  })

  it('expands no entity and reads nothing that the document names', async () => {
    const doctype =
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    const { cases } = await read(`${doctype}${suite('<testcase name="&b;"><failure>&f;</failure></testcase>')}`)
    expect(cases.map(shape)).toEqual(['failed|-|&b;'])
    expect(cases[0]?.attempts[0]?.details).toBe('&f;')
  })

  it('yields what came before a cut, and says where it was cut', async () => {
    const whole = `<testsuites><testsuite name="s">\n<testcase name="a"/>\n<testcase name="b"><failure>half`
    const { cases, notes } = await read(whole)
    expect(cases.map(shape)).toEqual(['passed|-|a'])
    expect(notes.cut).toMatch(/line 3: .*in the case "b"/)
  })

  it.each(['', '{"tests": 1}', '<html><body>502</body></html>', '\u0000\u0001\u0002'])(
    'does not take %j for a report',
    async (content) => {
      const { cases, notes } = await read(content)
      expect([cases, notes.recognised]).toEqual([[], false])
    },
  )

  it('counts cases, whatever the counters claim', async () => {
    const { cases } = await read(
      '<testsuite tests="99" failures="0"><testcase name="a"><failure/></testcase></testsuite>',
    )
    expect(cases.map(shape)).toEqual(['failed|-|a'])
  })
})

describe('words that mean something to a program', () => {
  it.each(['constructor', '__proto__', 'toString'])('%s is no status', async (word) => {
    const property = `<properties><property name="step:${word}" value="open"/></properties>`
    const { attempts } = await only(`<testcase name="c" status="${word}">${property}</testcase>`)
    expect([attempts[0]?.status, attempts[0]?.steps]).toEqual(['passed', [{ name: 'open', status: null }]])
  })
})

describe('values', () => {
  it.each([
    ['1.5', 1.5],
    ['1,234.5', 1234.5],
    ['1,234,567', 1234567],
    ['0,012', 0.012],
    ['1.234,5', 1234.5],
    ['8.6e-05', 8.6e-5],
    ['-1', 0],
    ['', 0],
    ['soon', 0],
    ['2s', 2],
  ])('time %j is %d s', async (time, seconds) => {
    expect((await only(`<testcase name="c" time="${time}"/>`)).attempts[0]?.seconds).toBe(seconds)
  })

  it.each([
    ['2026-03-01T12:00:00', 'UTC', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00:00', 'Europe/Berlin', '2026-03-01T11:00:00.000Z'],
    ['2026-07-01T12:00:00', 'Europe/Berlin', '2026-07-01T10:00:00.000Z'],
    ['2026-03-01 12:00:00.25', '+02:00', '2026-03-01T10:00:00.250Z'],
    ['2026-03-01T12:00:00+05:30', 'Europe/Berlin', '2026-03-01T06:30:00.000Z'],
    ['yesterday', 'UTC', undefined],
  ])('timestamp %s in %s', async (timestamp, zone, expected) => {
    const { cases } = await read(`<testsuite timestamp="${timestamp}"><testcase name="c"/></testsuite>`, zone)
    expect(cases[0]?.attempts[0]?.startedAt?.toISOString()).toBe(expected)
  })

  it('reads properties as attribute and as text, repeated, and from output', async () => {
    const result = await only(
      `<testcase name="c"><properties><property name="k" value="1"/><property name="k">2</property></properties>
       <system-out>[[PROPERTY|k=3]] [[ATTACHMENT|a.png]]</system-out><system-err>[[ATTACHMENT|b.png]]</system-err></testcase>`,
    )
    expect(result.properties.get('k')).toEqual(['1', '2', '3'])
    expect(result.attempts[0]?.attachments).toEqual(['a.png', 'b.png'])
    expect(verdictOf(result)).toBe('passed')
  })

  it('gives the output of a suite to its only case, and to none of several', async () => {
    const one = await read(suite('<testcase name="a"/><system-out>text</system-out>'))
    expect([one.cases[0]?.attempts[0]?.output, one.notes.suiteOutputs]).toEqual(['text', 0])
    const two = await read(suite('<testcase name="a"/><system-out>text</system-out><testcase name="b"/>'))
    expect(two.cases.map(({ attempts }) => attempts[0]?.output)).toEqual([undefined, undefined])
    expect(two.notes.suiteOutputs).toBe(1)
  })
})
