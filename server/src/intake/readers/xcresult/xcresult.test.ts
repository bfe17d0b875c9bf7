import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { xcresult } from './xcresult.format.ts'

const { text } = fixtures(import.meta.url)

describe('xcresulttool JSON', () => {
  itReads(xcresult, import.meta.url, {
    'tests.json': [
      'passed testAdds() [ShopTests | CartTests]',
      'failed testCounts() [ShopTests | CartTests]',
      'skipped testRemoves() [ShopTests | CartTests]',
      'skipped testKnown() [ShopTests | CartTests]',
      'failed>passed testFlaky() [ShopTests | CartTests]',
      'passed price(amount:) [ShopTests | CartTests] (arguments=1)',
      'failed price(amount:) [ShopTests | CartTests] (arguments=größe ✓)',
      'failed [suite] [ShopUITests | OpenTests]',
      'passed testOpens() [ShopUITests] {iPhone 16}',
      'failed testOpens() [ShopUITests] {iPad}',
    ],
  })
})

describe('what xcresulttool says besides the verdict', () => {
  const { cases } = readText(xcresult, text('tests.json'))

  it('keeps every failure of a case', () => {
    expect(cases[1]?.attempts[0]).toMatchObject({
      seconds: 0.5,
      message: 'CartTests.swift:12: XCTAssertEqual failed: ("2") is not equal to ("3")',
      details: 'CartTests.swift:13: XCTAssertTrue failed',
    })
  })

  it('reads durations as the language of the machine writes them', () => {
    const report = { testNodes: [{ nodeType: 'Test Case', name: 'a', result: 'Passed', duration: '1,5s' }] }
    expect(readText(xcresult, JSON.stringify(report)).cases[0]?.attempts[0]?.seconds).toBe(1.5)
  })
})
