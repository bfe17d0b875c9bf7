import { describe, expect, it } from 'vitest'
import { fixtures, isXmlReport, itReadsAll } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { xunit } from './xunit.format.ts'

const { text: fixture } = fixtures(import.meta.url)

describe('reports of real tools', () => {
  itReadsAll(xunit, import.meta.url, isXmlReport)
})

describe('the versions', () => {
  it.each<[string, string[]]>([
    [
      'xunit-v1.xml',
      [
        'error [suite] [Shop.Tests.dll | Shop.CartTests]',
        'passed Shop.CartTests › Adds [Shop.Tests.dll]',
        'failed Shop.CartTests › Counts [Shop.Tests.dll]',
        'skipped Shop.CartTests › Removes [Shop.Tests.dll]',
      ],
    ],
    [
      'xunit-v2.xml',
      [
        'error [suite] [Shop.Tests.dll | Shop.CartTests]',
        'passed Shop.CartTests › Adds [Shop.Tests.dll]',
        'failed Shop.CartTests › Counts [Shop.Tests.dll]',
        'skipped Shop.CartTests › Removes [Shop.Tests.dll]',
        'passed Shop.CartTests › Price(amount: 1, label: "a.b (c)") [Shop.Tests.dll]',
        'passed Shop.CartTests › pays by card ✓ [Shop.Tests.dll]',
        'failed Shop.VoucherTests › Takes5Percent [Shop.Tests.dll | Database]',
        'skipped Shop.VoucherTests › ByHand [Shop.Tests.dll | Database]',
      ],
    ],
    ['xunit-v3.xml', ['passed Shop.CartTests › Adds [Shop.Tests]', 'skipped Shop.CartTests › ByHand [Shop.Tests]']],
  ])('%s', (name, cases) => {
    expect(outline(readText(xunit, fixture(name)))).toEqual(cases)
  })

  it('start in the zone of the import, where they name none', () => {
    const { cases } = readText(xunit, fixture('xunit-v2.xml'), { timezone: 'Europe/Berlin' })
    expect(cases[1]?.attempts[0]).toEqual({
      status: 'passed',
      seconds: 0.0123456,
      startedAt: Date.UTC(2026, 2, 1, 11),
      output: 'adding',
      steps: [],
      attachments: [],
    })
    expect([cases[1]?.properties, cases[2]?.attempts[0]?.seconds, cases[2]?.attempts[0]?.type]).toEqual([
      [
        ['Category', 'fast'],
        ['ticket', 'T-1'],
      ],
      0.004,
      'Xunit.Sdk.EqualException',
    ])
  })

  it('hold files in version 3', () => {
    const { cases } = readText(xunit, fixture('xunit-v3.xml'))
    expect([cases[0]?.file, cases[0]?.attempts]).toEqual([
      '/home/ci/shop/CartTests.cs',
      [
        {
          status: 'passed',
          seconds: 0.25,
          startedAt: Date.UTC(2026, 2, 1, 11, 0, 0, 200),
          details: 'a little late',
          steps: [],
          attachments: [
            { name: 'note', contentType: 'text/plain', base64: Buffer.from('three items').toString('base64') },
            { name: 'shot.png', contentType: 'image/png', base64: 'iVBORw==' },
          ],
        },
      ],
    ])
  })
})

describe('an assembly', () => {
  it('that broke and holds no case is one that failed', () => {
    const message = 'The assembly counts 1 errors and 0 failures, and holds no case'
    const { cases, notes } = readText(xunit, '<assembly name="a.dll" errors="1" failed="0" total="0"/>')
    expect([outline({ cases }), cases[0]?.attempts[0]?.message, notes]).toEqual([
      ['error [suite] [a.dll]'],
      message,
      [],
    ])
  })

  it('whose counters disagree with its cases says so', () => {
    const { notes } = readText(
      xunit,
      '<assembly name="a.dll" failed="1" total="3"><class name="C"><test name="C.a" type="C" result="Pass"/></class></assembly>',
    )
    expect(notes).toEqual([
      'The assembly counts 0 errors and 1 failures, and no case of it failed (line 1)',
      'The assembly counts 3 tests, and holds 1 (line 1)',
    ])
  })
})
