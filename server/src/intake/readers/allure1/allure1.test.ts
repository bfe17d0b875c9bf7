import { describe, expect, it } from 'vitest'
import { fixtures, isXmlReport, itReadsAll } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { allure1 } from './allure1.format.ts'

const { text: fixture } = fixtures(import.meta.url)

describe('reports of real tools', () => {
  itReadsAll(allure1, import.meta.url, isXmlReport)
})

it('cases hold steps, files, labels and parameters', () => {
  const { cases, notes } = readText(allure1, fixture('0f3a-testsuite.xml'))
  expect([outline({ cases }), notes]).toEqual([
    [
      'passed shop.CartTest › adds [shop.CartTest] (amount=1)',
      'failed counts [shop.CartTest]',
      'error breaks [shop.CartTest]',
      'skipped removes [shop.CartTest]',
      'skipped depends [shop.CartTest]',
    ],
    [],
  ])
  expect(cases[0]).toEqual({
    path: ['shop.CartTest'],
    className: 'shop.CartTest',
    name: 'adds',
    parameters: { amount: '1' },
    properties: [
      ['feature', 'Cart'],
      ['severity', 'critical'],
      ['title', 'Adds an item'],
      ['description', 'To the *cart*'],
      ['os', 'Linux'],
    ],
    attempts: [
      {
        status: 'passed',
        seconds: 0.5,
        startedAt: 1_772_359_200_100,
        steps: [
          { name: 'Opens the shop', status: 'PASSED', seconds: 0.1 },
          { name: ' › login', status: 'PASSED', seconds: 0.05 },
        ],
        attachments: [
          { path: 'a2-attachment.txt', name: 'Log', contentType: 'text/plain' },
          { path: 'a1-attachment.html', name: 'Page', contentType: 'text/html' },
        ],
      },
    ],
    line: 5,
  })
})

it('a case of very many files is read whole', () => {
  const attachment = '<attachment title="a" source="a.txt" type="text/plain"/>'
  const { cases } = readText(
    allure1,
    `<test-suite xmlns="urn:allure"><test-cases><test-case status="passed"><name>a</name><attachments>${attachment.repeat(99_000)}</attachments></test-case></test-cases></test-suite>`,
    { size: 65_536 },
  )
  expect(cases[0]?.attempts[0]?.attachments).toHaveLength(99_000)
})
