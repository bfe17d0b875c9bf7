import { describe, expect, it } from 'vitest'
import { fixtures, isXmlReport, itReadsAll } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { trx } from './trx.format.ts'

const { text: fixture } = fixtures(import.meta.url)

describe('reports of real tools', () => {
  itReadsAll(trx, import.meta.url, isXmlReport)
})

describe('results', () => {
  it('are joined with the definitions of their tests, and rows are cases', () => {
    const { cases, notes } = readText(trx, fixture('mstest.trx'))
    expect(outline({ cases })).toEqual([
      'passed Shop.Tests.CartTests › Adds [shop.tests.dll]',
      'failed Shop.Tests.CartTests › Counts [shop.tests.dll]',
      'skipped Removes',
      'failed Slow',
      'failed Crashes',
      'blocked Moves',
      'passed Shop.Tests.CartTests › Price (Data Row 0) [shop.tests.dll]',
      'failed Shop.Tests.CartTests › Price (Data Row 1) [shop.tests.dll]',
      'passed Shop.Tests.CartTests › Pays (1,"ü") [shop.tests.dll]',
      'passed Shop.Tests.CartTests › Pays (2,"b") [shop.tests.dll]',
      'unknown Odd',
      'error [suite]',
    ])
    expect(notes).toEqual([
      'Nobody knows the outcome "Banana" (line 25)',
      'The run says: No test is available in Other.dll (line 45)',
      'The run has output that belongs to no case (line 40)',
    ])
    expect(cases[0]).toEqual({
      path: ['shop.tests.dll'],
      className: 'Shop.Tests.CartTests',
      name: 'Adds',
      properties: [
        ['TestCategory', 'fast'],
        ['Owner', 'kim'],
        ['ticket', 'T-1'],
        ['Description', 'Adds an item'],
      ],
      attempts: [
        {
          status: 'passed',
          seconds: 0.005,
          startedAt: Date.UTC(2026, 2, 1, 11, 0, 0, 100),
          output: 'adding\ntrace\nhello\n--- standard error ---\ncareful',
          steps: [],
          attachments: [{ path: 'ci_2026-03-01_12_00_00/In/e1/ci/shot 1.png' }],
        },
      ],
      line: 6,
    })
    expect([cases[3]?.attempts[0]?.seconds, cases[3]?.attempts[0]?.word]).toEqual([1.5, 'Timeout'])
  })

  const run = (inside: string) =>
    `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">${inside}</TestRun>`
  it.each<[string, string, string[]]>([
    [
      'of a test whose rows passed and that failed itself are both',
      '<Results><UnitTestResult testName="a" outcome="Failed"><InnerResults><UnitTestResult testName="a (1)" outcome="Passed"/></InnerResults></UnitTestResult></Results>',
      ['passed a (1)', 'failed a'],
    ],
    [
      'of a run that failed without any case are one case',
      '<ResultSummary outcome="Failed"><Counters total="0"/></ResultSummary>',
      ['error [suite]'],
    ],
    [
      'of other kinds count like those of unit tests',
      '<Results><WebTestResult testName="w" outcome="Error"/><TestResultAggregation testName="o" outcome="Passed"><InnerResults><GenericTestResult testName="g" outcome="Passed"/></InnerResults></TestResultAggregation></Results>',
      ['error w', 'passed g'],
    ],
  ])('%s', (_, inside, cases) => {
    expect(outline(readText(trx, run(inside)))).toEqual(cases)
  })

  it('of a file that ends early are kept, without what would have been defined', () => {
    const whole = fixture('mstest.trx')
    const { cases, cut } = readText(trx, whole.slice(0, whole.indexOf('<TestDefinitions>')))
    expect([cases.length, outline({ cases })[0], cut]).toEqual([
      11,
      'passed Adds',
      'The file ends early, within <TestRun> (line 27)',
    ])
  })
})
