import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { allure } from './allure.format.ts'

const { text } = fixtures(import.meta.url)

describe('Allure results', () => {
  itReads(allure, import.meta.url, {
    'java-result.json': [
      'error org.example.shop.CartTest › price(int, String) [shop | cart] (amount=5, password=******)',
    ],
    'hooks-container.json': ['error [suite] [CartTest | fill the database]'],
    'flaky-first-result.json': ['failed is flaky [one | cart.spec.ts | cart] (Project=one)'],
    'flaky-retry-result.json': ['passed is flaky [one | cart.spec.ts | cart] (Project=one)'],
    'counts-result.json': ['failed counts <two> & "three" [one | cart.spec.ts | cart] (Project=one)'],
    'too-long-result.json': ['error takes too long [one | cart.spec.ts | cart] (Project=one)'],
    'adds-result.json': ['passed adds an item [one | cart.spec.ts | cart] (Project=one)'],
  })
})

describe('what Allure says besides the verdict', () => {
  it('joins the attempts of a test by its history', () => {
    const [first, retry] = ['flaky-first-result.json', 'flaky-retry-result.json'].map(
      (name) => readText(allure, text(name)).cases[0],
    )
    expect(first?.retryOf).toBeDefined()
    expect([retry?.retryOf, retry?.name, retry?.parameters]).toEqual([first?.retryOf, first?.name, first?.parameters])
    expect([first?.attempts[0]?.status, retry?.attempts[0]?.status]).toEqual(['failed', 'passed'])
  })

  it('keeps secrets out, and what was excluded apart', () => {
    const reading = readText(allure, text('java-result.json'))
    expect(JSON.stringify(reading)).not.toContain('secret')
    expect(reading.cases[0]?.parameters).toEqual({ amount: '5', password: '******' })
    expect(reading.cases[0]?.properties).toContainEqual(['port', '41234'])
  })

  it('keeps steps and the files of all of them', () => {
    expect(readText(allure, text('java-result.json')).cases[0]?.attempts[0]).toEqual({
      status: 'error',
      word: 'broken',
      seconds: 0.25,
      startedAt: 1772366400000,
      message: 'no till',
      type: 'java.lang.IllegalStateException',
      details: 'java.lang.IllegalStateException: no till\n\tat org.example.shop.Cart.pay(Cart.java:12)',
      steps: [
        { name: 'open the shop', status: 'PASSED', seconds: 0.1 },
        { name: ' › press the button (button: größe ✓)', status: 'PASSED', seconds: 0.01 },
        { name: 'pay', status: 'FAILED', actual: 'no till', seconds: 0.15 },
      ],
      attachments: [
        { name: 'log', contentType: 'text/plain', path: 'bbbb-attachment.txt' },
        { name: 'shot', contentType: 'image/png', path: 'aaaa-attachment.png' },
      ],
    })
  })
})
