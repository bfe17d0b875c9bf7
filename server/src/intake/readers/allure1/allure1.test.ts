import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { recognise } from '../formats.ts'
import { outline, readText, shown } from '../test-support.ts'
import { allure1 } from './allure1.format.ts'

const FIXTURES = new URL('fixtures/', import.meta.url)
const fixture = (name: string) => readFileSync(new URL(name, FIXTURES), 'utf8')
const files = readdirSync(FIXTURES).filter((name) => /\.(?:xml|trx)$/.test(name))

describe('reports of real tools', () => {
  it.each(files)('%s is read whole', async (name) => {
    const text = fixture(name)
    expect(recognise(text, name)).toBe(allure1)
    const reading = readText(allure1, text)
    expect(readText(allure1, text, { size: 65_536 })).toEqual(reading)
    await expect(shown(reading)).toMatchFileSnapshot(`fixtures/${name}.read`)
  })
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
