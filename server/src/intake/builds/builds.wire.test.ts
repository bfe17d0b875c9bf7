import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

type Case = [name: string, outcome: 'pass' | 'fail' | 'skip' | 'block', message?: string]

const report = (cases: readonly Case[]) =>
  `<testsuite name="cart">${cases
    .map(([name, outcome, message = 'expected 1, got 2']) => {
      const inner =
        outcome === 'fail'
          ? `<failure type="AssertionError" message="${message}">at Cart.${name} (src/cart.test.ts:3:1)</failure>`
          : outcome === 'skip'
            ? '<skipped/>'
            : ''
      return `<testcase classname="Cart" name="${name}" time="0.1">${inner}</testcase>`
    })
    .join('')}</testsuite>`

onEveryDatabase('builds', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })

  const send = async (cases: readonly Case[], query: string): Promise<Json> => {
    const answer = await app.post(app.p(`/imports.json?${query}`), Buffer.from(report(cases)))
    expect([answer.status, answer.body.errors]).toEqual([200, undefined])
    return answer.body.data.attributes
  }
  const build = async (id: number): Promise<Json> => (await app.get(app.p(`/builds/${id}.json`))).body.data.attributes
  const results = async (id: number, query = ''): Promise<string[]> => {
    const { status, body } = await app.get(app.p(`/builds/${id}/results.json?${query}`))
    expect([status, body.errors]).toEqual([200, undefined])
    return body.data.map(({ attributes: a }: Json) => `${a['test-name']} ${a.status} ${a.change ?? '-'} ${a.previous}`)
  }

  it('says what is new against mainline', async () => {
    const first = await send(
      [
        ['a', 'pass'],
        ['b', 'fail'],
        ['c', 'pass'],
        ['d', 'pass'],
      ],
      'set-name=new&build-key=m1&branch=main&pipeline=ci',
    )
    expect(await build(first['build-id'])).toMatchObject({
      key: 'm1',
      kind: 'mainline',
      state: 'complete',
      results: 4,
      passed: 3,
      failed: 1,
      'new-failures': 1,
      'still-failing': 0,
      'new-tests': 4,
      gate: 'failed',
    })
    const change = await send(
      [
        ['a', 'fail'],
        ['b', 'fail'],
        ['c', 'pass'],
        ['e', 'pass'],
      ],
      'set-name=new&build-key=p1&branch=feature&pull-request=7&pipeline=ci',
    )
    const shown = await build(change['build-id'])
    expect(shown).toMatchObject({
      kind: 'change',
      'new-failures': 1,
      'still-failing': 1,
      fixed: 0,
      'new-tests': 1,
      missing: 1,
      unexplained: 2,
      gate: 'failed',
    })
    expect(await results(change['build-id'])).toEqual([
      'Cart › a FAILED new-failure P',
      'Cart › b FAILED still-failing F',
      'Cart › e PASSED new-test ',
      'Cart › c PASSED - P',
    ])
    expect(await results(change['build-id'], 'missing=true')).toContain('Cart › d NO RUN missing P')
    expect(await results(change['build-id'], 'change=still-failing')).toEqual(['Cart › b FAILED still-failing F'])
    const compared = await app.get(app.p(`/builds/${change['build-id']}/compare.json?with=${first['build-id']}`))
    expect(compared.body.meta.counts).toEqual([
      { from: null, to: 'PASSED', count: 1 },
      { from: 'PASSED', to: null, count: 1 },
      { from: 'PASSED', to: 'FAILED', count: 1 },
    ])
  })
})
