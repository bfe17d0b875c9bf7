import { describe, expect, it } from 'vitest'
import { fixtures, isXmlReport, itReadsAll } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { nunit } from './nunit.format.ts'

const { text: fixture } = fixtures(import.meta.url)

describe('reports of real tools', () => {
  itReadsAll(nunit, import.meta.url, isXmlReport)
})

describe('version 3', () => {
  it('says how each case went, and which suites broke by themselves', () => {
    const { cases, notes } = readText(nunit, fixture('nunit-3.xml'))
    expect(outline({ cases })).toEqual([
      'passed Shop.CartTests › Adds [Shop.Tests.dll | Shop | CartTests]',
      'failed Shop.CartTests › Counts [Shop.Tests.dll | Shop | CartTests]',
      'error Shop.CartTests › Breaks [Shop.Tests.dll | Shop | CartTests]',
      'skipped Shop.CartTests › Removes [Shop.Tests.dll | Shop | CartTests]',
      'blocked Shop.CartTests › Moves [Shop.Tests.dll | Shop | CartTests]',
      'passed Shop.CartTests › Warns [Shop.Tests.dll | Shop | CartTests]',
      'passed Shop.CartTests › Price(1,"a.b") [Shop.Tests.dll | Shop | CartTests]',
      'failed Shop.CartTests › Price(2,"<ü>") [Shop.Tests.dll | Shop | CartTests]',
      'error [suite] [Shop.Tests.dll | Shop | VoucherTests]',
      'passed Shop.VoucherTests › Takes5Percent [Shop.Tests.dll | Shop | VoucherTests]',
      'failed [suite] [Shop.Tests.dll | Shop | EmptyTests]',
    ])
    expect(notes).toEqual(['The suite "CartTests" has output that belongs to no case (line 12)'])
    expect(cases[0]).toEqual({
      path: ['Shop.Tests.dll', 'Shop', 'CartTests'],
      className: 'Shop.CartTests',
      name: 'Adds',
      properties: [
        ['Category', 'cart'],
        ['Description', 'Adds an item'],
        ['ticket', 'T-1'],
      ],
      attempts: [
        {
          status: 'passed',
          seconds: 0.101,
          startedAt: Date.UTC(2026, 2, 1, 12, 0, 0, 100),
          output: 'adding\n',
          steps: [],
          attachments: [{ path: '/home/ci/shop/bin/shot 1.png', name: 'The cart' }],
        },
      ],
      line: 17,
    })
    expect(cases[1]?.attempts[0]?.details).toMatch(/only here$/)
    expect(cases[10]?.attempts[0]?.message).toBe('No suitable constructor was found')
  })
})

describe('version 2', () => {
  it('writes class and name as one, and knows no start but that of the run', () => {
    const { cases } = readText(nunit, fixture('nunit-2.6.xml'), { timezone: 'Europe/Berlin' })
    expect(outline({ cases })).toEqual([
      ...[
        'passed Adds',
        'error Breaks',
        'failed Counts',
        'blocked Moves',
        'failed NotRunnable',
        'passed Price(1,"a b")',
        'failed Price(2,"<c>")',
        'skipped Removes',
      ].map((line) => `${line.replace(' ', ' Shop.Tests.CartTests › ')} [Shop.Tests.dll | Shop | Tests | CartTests]`),
      'error [suite] [Shop.Tests.dll | Shop | Tests | VoucherTests]',
      'failed Shop.Tests.VoucherTests › Takes5Percent [Shop.Tests.dll | Shop | Tests | VoucherTests]',
    ])
    expect(
      new Set(cases.map(({ attempts }) => new Date(attempts[0]?.startedAt ?? 0).toISOString().slice(0, 13))),
    ).toEqual(new Set(['2026-11-28T10', '1970-01-01T00']))
  })

  it.each<[string, string]>([
    ['result="Success" executed="True"', 'passed'],
    ['executed="True" success="True"', 'passed'],
    ['executed="True" success="False"', 'failed'],
    ['executed="False"', 'skipped'],
    ['result="Cancelled"', 'failed'],
    ['result="Banana"', 'unknown'],
  ])('%s', (attributes, status) => {
    const { cases } = readText(
      nunit,
      `<test-results><test-suite name="S"><results><test-case name="N.C.a(1.5)" ${attributes}/></results></test-suite></test-results>`,
    )
    expect(outline({ cases })).toEqual([`${status} N.C › a(1.5) [S]`])
  })
})
