import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { karate } from './karate.format.ts'

const { text } = fixtures(import.meta.url)

describe('Karate JSON', () => {
  itReads(karate, import.meta.url, {
    'shop.cart.karate-json.txt': [
      'passed adds an item [cart]',
      'failed counts <two> ✓ [cart]',
      'passed costs <price> [cart] (item=tea, price=2)',
    ],
  })
})

describe('what Karate says besides the verdict', () => {
  const { cases } = readText(karate, text('shop.cart.karate-json.txt'))

  it('keeps steps, those of called features below the call', () => {
    expect(cases[0]?.attempts[0]).toMatchObject({
      output: '12:00:00 request: GET /',
      steps: [
        { name: "Given url 'http://127.0.0.1'", status: 'PASSED', seconds: 0.0025 },
        { name: 'When method get', status: 'PASSED', seconds: 0.0025 },
        { name: "* call read('pay.feature')", status: 'PASSED', seconds: 0.0025 },
        { name: ' › Then status 200', status: 'PASSED', seconds: 0.0025 },
      ],
    })
  })

  it('keeps error and files of a failure', () => {
    expect(cases[1]).toMatchObject({
      file: 'shop/cart.feature',
      attempts: [
        {
          message: 'shop/cart.feature:11\nstatus code was: 500, expected: 200',
          attachments: [{ contentType: 'image/png', path: 'shot.png' }],
        },
      ],
    })
  })
})
