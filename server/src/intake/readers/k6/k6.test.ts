import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { k6 } from './k6.format.ts'

const { text } = fixtures(import.meta.url)

describe('k6 summary', () => {
  itReads(k6, import.meta.url, {
    'summary-export.json': [
      'passed answers',
      'passed adds an item [cart]',
      'failed counts <two> ✓ [cart]',
      'failed p(95)<40 [thresholds | http_req_duration]',
      'passed max<1000 [thresholds | http_req_duration]',
    ],
    'handle-summary.json': [
      'failed p(95)<40 [thresholds | http_req_duration]',
      'passed avg<100 [thresholds | http_req_duration]',
      'skipped answers',
      'passed adds an item [cart]',
      'failed counts <two> ✓ [cart]',
    ],
  })
})

describe('what k6 says besides the verdict', () => {
  it('counts how often a check failed, and gives a threshold the values of its metric', () => {
    const { cases } = readText(k6, text('summary-export.json'))
    expect(cases[2]?.attempts[0]).toMatchObject({ status: 'failed', message: '3 of 10 failed' })
    expect(cases[3]).toMatchObject({
      properties: expect.arrayContaining([['p(95)', '44.9']]),
      attempts: [{ message: 'http_req_duration crossed its threshold p(95)<40' }],
    })
  })
})
