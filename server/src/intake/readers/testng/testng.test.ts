import { describe, expect, it } from 'vitest'
import { fixtures, isXmlReport, itReadsAll } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { testng } from './testng.format.ts'

const { text: fixture } = fixtures(import.meta.url)

describe('reports of real tools', () => {
  itReadsAll(testng, import.meta.url, isXmlReport)
})

const read = (methods: string) =>
  readText(
    testng,
    `<testng-results><suite name="S"><test name="T"><class name="C">${methods}</class></test></suite></testng-results>`,
  )

describe('methods', () => {
  it('that failed while preparing or cleaning up are cases, others of them not', () => {
    const { cases } = readText(testng, fixture('testng-6.9.xml'))
    expect(outline({ cases })).toEqual([
      'failed shop.CartTest › breaks [Shop | Cart]',
      'passed shop.CartTest › adds [Shop | Cart]',
      'failed shop.CartTest › counts [Shop | Cart]',
      'failed>passed shop.CartTest › isFlaky [Shop | Cart]',
      'failed shop.CartTest › slow [Shop | Cart]',
      'skipped shop.CartTest › removes [Shop | Cart]',
      'passed shop.CartTest › price [Shop | Cart] (0=1, 1=a b)',
      'failed shop.CartTest › price [Shop | Cart] (0=2, 1=null)',
      'skipped shop.CartTest › depends [Shop | Cart]',
      'failed shop.CartTest › close [Shop | Cart]',
      'skipped shop.VoucherTest › takes5Percent [Shop | Voucher]',
      'failed shop.VoucherTest › login [Shop | Voucher]',
    ])
    expect(cases[1]).toMatchObject({
      properties: [
        ['group', 'fast'],
        ['group', 'cart'],
        ['description', 'Adds an item to the cart'],
      ],
      attempts: [{ output: 'adding <b>one</b>' }],
    })
  })

  it('that were run again are attempts of one case, in the order of their start', () => {
    const method = (status: string, second: number, more = '') =>
      `<test-method signature="a()" name="a" started-at="2026-03-01T12:00:0${second}Z" duration-ms="1500" status="${status}" ${more}/>`
    const { cases } = read(
      method('PASS', 3) + method('SKIP', 2, 'retried="true"') + method('SKIP', 1, 'retried="true"'),
    )
    expect(
      cases.map(({ attempts }) => attempts.map(({ status, seconds, startedAt }) => [status, seconds, startedAt])),
    ).toEqual([
      [
        ['failed', 1.5, Date.UTC(2026, 2, 1, 12, 0, 1)],
        ['failed', 1.5, Date.UTC(2026, 2, 1, 12, 0, 2)],
        ['passed', 1.5, Date.UTC(2026, 2, 1, 12, 0, 3)],
      ],
    ])
  })

  it('with one name and no marks of a retry are cases of their own', () => {
    const method = (status: string) => `<test-method signature="a()" name="a" status="${status}"/>`
    expect(outline(read(method('PASS') + method('FAIL')))).toEqual(['passed C › a [S | T]', 'failed C › a [S | T]'])
  })

  it('whose outcome nobody knows are unknown', () => {
    const { cases, notes } = read('<test-method name="a" status="banana"/>')
    expect([outline({ cases }), notes]).toEqual([
      ['unknown C › a [S | T]'],
      ['Nobody knows the outcome "banana" (line 1)'],
    ])
  })
})
