import { describe, expect, it } from 'vitest'
import { fixtures, isXmlReport, itReadsAll } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { robot } from './robot.format.ts'

const { text: fixture } = fixtures(import.meta.url)

describe('reports of real tools', () => {
  itReadsAll(robot, import.meta.url, isXmlReport)
})

describe('version 7', () => {
  it('is read with its keywords as steps, and with attempts where results were merged', () => {
    const { cases, notes } = readText(robot, fixture('robot-7.xml'))
    expect(outline({ cases })).toEqual([
      'passed Adds An Item ✓ [Shop | Cart]',
      'failed Counts [Shop | Cart]',
      'skipped Removes [Shop | Cart]',
      'failed>passed Is Flaky [Shop | Cart]',
      'failed [suite] [Shop | Cart]',
    ])
    expect(notes).toEqual([
      "Robot Framework says: Error in file '/home/ci/shop/cart.robot' on line 2: Importing library 'Nope' failed. (line 29)",
    ])
    expect(cases[0]).toEqual({
      path: ['Shop', 'Cart'],
      name: 'Adds An Item ✓',
      file: '/home/ci/shop/cart.robot',
      properties: [
        ['tag', 'fast'],
        ['tag', 'cart'],
        ['doc', 'Adds one.'],
      ],
      attempts: [
        {
          status: 'passed',
          seconds: 0.1,
          startedAt: Date.UTC(2026, 2, 1, 12, 0, 0, 20),
          output: 'adding',
          steps: [
            { name: 'BuiltIn.Log  adding', status: 'PASSED', seconds: 0.001 },
            { name: 'FOR IN', status: 'PASSED', seconds: 0.002 },
            { name: ' › Level One', status: 'PASSED', seconds: 0.001 },
            { name: ' ›  › Level Two', status: 'PASSED', seconds: 0.001 },
          ],
          attachments: [],
        },
      ],
      line: 6,
    })
    expect(cases[1]?.attempts[0]?.steps).toEqual([
      { name: 'BuiltIn.Should Be Equal  2  3', status: 'FAILED', actual: '2 != 3', seconds: 0.01 },
      { name: 'Never Run', status: 'NO RUN', seconds: 0 },
      { name: 'TEARDOWN Close', status: 'PASSED', seconds: 0 },
    ])
    expect(cases[3]?.attempts.map(({ status, message }) => [status, message])).toEqual([
      ['failed', '1 < 2'],
      ['passed', undefined],
    ])
    expect(cases[4]?.properties).toEqual([['fixture', 'teardown']])
  })
})

describe('version 3', () => {
  it('writes when a test ended, and its suite broke before it', () => {
    const { cases, notes } = readText(robot, fixture('robot-3.xml'), { timezone: 'Europe/Berlin' })
    expect(notes).toEqual([
      'Documentation and metadata of a suite stand after its tests, and are left out (line 10) ×2',
    ])
    expect(outline({ cases })).toEqual(['failed [suite] [Voucher]', 'failed Takes 5 Percent [Voucher]'])
    expect(cases[1]?.attempts[0]).toEqual({
      status: 'failed',
      seconds: 0.25,
      startedAt: Date.UTC(2026, 2, 1, 11, 0, 0, 20),
      message: 'Parent suite setup failed:\nno database',
      steps: [],
      attachments: [],
    })
  })
})

it('a test of 150,000 keywords keeps its verdict, and says what it leaves out', () => {
  const keyword = '<kw name="K"><status status="PASS"/></kw>'
  const { cases, notes } = readText(
    robot,
    `<robot><suite name="S"><test name="T"><kw name="All">${keyword.repeat(150_000)}</kw><status status="FAIL">at last</status></test></suite></robot>`,
    { size: 65_536 },
  )
  expect([
    outline({ cases }),
    cases[0]?.attempts[0]?.message,
    cases[0]?.attempts[0]?.steps.length,
    notes.length,
  ]).toEqual([['failed T [S]'], 'at last', 10_000, 2])
})
