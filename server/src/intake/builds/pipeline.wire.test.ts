import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

type Case = [name: string, outcome: 'pass' | 'fail' | 'flaky' | 'skip', message?: string]

const INNER = {
  pass: () => '',
  skip: () => '<skipped/>',
  fail: (name: string, message: string) =>
    `<failure type="AssertionError" message="${message}">at Cart.${name} (src/cart.test.ts:3:1)</failure>`,
  flaky: (name: string, message: string) =>
    `<flakyFailure type="AssertionError" message="${message}">at Cart.${name} (src/cart.test.ts:3:1)</flakyFailure>`,
}

const report = (cases: readonly Case[]) =>
  `<testsuite name="cart">${cases
    .map(([name, outcome, message = `broken ${name}`]) => {
      return `<testcase classname="Cart" name="${name}" file="src/cart.test.ts" time="0.1">${INNER[outcome](name, message)}</testcase>`
    })
    .join('')}</testsuite>`

const passing = (count: number, prefix = 't'): Case[] =>
  Array.from({ length: count }, (_, index): Case => [`${prefix}${index}`, 'pass'])

onEveryDatabase('a pipeline', (get) => {
  let app: TestApp
  let project = 0
  beforeAll(async () => {
    app = get()
  })
  const p = (path: string) => `/projects/${project}${path}`
  const fresh = async (name: string) => {
    project = Number((await app.post('/projects.json', { data: { attributes: { name } } })).body.data.id)
  }
  const send = async (cases: readonly Case[], query: string): Promise<Json> => {
    const answer = await app.post(p(`/imports.json?set-name=ci&pipeline=ci&${query}`), Buffer.from(report(cases)))
    expect([answer.status, answer.body.errors]).toEqual([200, undefined])
    return { ...answer.body.data.attributes, id: answer.body.data.id }
  }
  const attributesOf = async (path: string): Promise<Json> => (await app.get(p(path))).body.data.attributes
  const listOf = async (path: string): Promise<Json[]> => {
    const { status, body } = await app.get(p(path))
    expect([status, body.errors]).toEqual([200, undefined])
    return body.data
  }
  const gateOf = async (id: number) => attributesOf(`/builds/${id}/gate.json`)

  describe('shards', () => {
    beforeAll(() => fresh('Shards'))

    it('are waited for, and named while they are missing', async () => {
      const first = await send([['a', 'pass']], 'build-key=s&shard=1/3')
      expect(await attributesOf(`/builds/${first['build-id']}.json`)).toMatchObject({
        state: 'receiving',
        'missing-shards': ['2/3', '3/3'],
        gate: 'pending',
      })
      await send([['b', 'pass']], 'build-key=s&shard=3/3')
      const other = await app.post(
        p('/imports.json?set-name=ci&pipeline=ci&build-key=s&shard=2/4'),
        Buffer.from(report([['c', 'pass']])),
      )
      expect([other.status, titles(other)]).toEqual([
        422,
        ['shard says 2/4, but other shards of this build say another number'],
      ])
      await send([['c', 'pass']], 'build-key=s&shard=2/3')
      expect(await attributesOf(`/builds/${first['build-id']}.json`)).toMatchObject({
        state: 'complete',
        'missing-shards': [],
        results: 3,
        gate: 'passed',
      })
    })

    it('are expected as they came last, and a build says otherwise', async () => {
      const one = await send([['a', 'pass']], 'build-key=s2&shard=1/3')
      await app.put(p(`/builds/${one['build-id']}.json`), { data: { attributes: { state: 'complete' } } })
      expect(await attributesOf(`/builds/${one['build-id']}.json`)).toMatchObject({ state: 'complete', missing: 2 })
      const named = await send([['a', 'pass']], 'build-key=n1&shard=unit&pipeline=named')
      await send([['z', 'pass']], 'build-key=n1&shard=ui&pipeline=named')
      expect(await attributesOf(`/builds/${named['build-id']}.json`)).toMatchObject({ state: 'complete' })
      const next = await send([['a', 'pass']], 'build-key=n2&shard=unit&pipeline=named')
      expect(await attributesOf(`/builds/${next['build-id']}.json`)).toMatchObject({
        state: 'receiving',
        'missing-shards': ['ui'],
      })
    })
  })

  describe('failures', () => {
    beforeAll(() => fresh('Failures'))

    it('are one where they say the same, with an issue that is made once and closes them', async () => {
      await send(
        [
          ['a', 'fail', 'expected 3 items, got 2'],
          ['b', 'pass'],
        ],
        'build-key=f1&branch=main',
      )
      const second = await send(
        [
          ['a', 'fail', 'expected 7 items, got 5'],
          ['b', 'fail', 'no route to host'],
        ],
        'build-key=f2&branch=main',
      )
      const failures = await listOf('/failures.json?sort=-occurrences')
      expect(failures.map(({ attributes: a }) => [a.title, a.occurrences, a['builds-count'], a.state])).toEqual([
        ['expected 3 items, got 2', 2, 2, 'open'],
        ['no route to host', 1, 1, 'open'],
      ])
      expect(
        (await listOf(`/failures.json?new-in=${second['build-id']}`)).map((each) => each.attributes.title),
      ).toEqual(['no route to host'])
      const [known] = failures
      const make = () =>
        app.post(p(`/failures/${known?.id}/issue.json`), { data: { attributes: { 'author-id': app.ownerId } } })
      const issue = (await make()).body.data
      expect(issue.attributes.title).toBe('expected 3 items, got 2')
      expect((await make()).body.data.id).toBe(issue.id)
      const explained = await listOf(`/builds/${second['build-id']}/results.json?explained=true`)
      expect(explained.map(({ attributes: a }) => [a['test-name'], a['explained-by']])).toEqual([['Cart › a', 'issue']])
      expect(await attributesOf(`/builds/${second['build-id']}.json`)).toMatchObject({ failed: 2, unexplained: 1 })
      const { statuses } = (await app.get(p('/workflow.json'))).body.data.attributes
      const closed = statuses.find((status: Json) => status.closed)
      const initial = statuses.find((status: Json) => status.initial)
      await app.post(p('/workflow/transitions.json'), {
        data: { attributes: { 'from-id': initial.id, 'to-id': closed.id } },
      })
      const moved = await app.put(p(`/issues/${issue.id}/update_status.json`), {
        data: { attributes: { 'status-name': closed.name, 'user-id': app.ownerId } },
      })
      expect(moved.status).toBe(200)
      expect(await attributesOf(`/failures/${known?.id}.json`)).toMatchObject({ state: 'fixed' })
      await send(
        [
          ['a', 'fail', 'expected 9 items, got 8'],
          ['b', 'pass'],
        ],
        'build-key=f3&branch=main',
      )
      expect(await attributesOf(`/failures/${known?.id}.json`)).toMatchObject({ state: 'open', occurrences: 3 })
      await app.put(p(`/failures/${known?.id}.json`), {
        data: { attributes: { state: 'known', note: 'being mended' } },
      })
      expect(await attributesOf(`/failures/${known?.id}.json`)).toMatchObject({ state: 'known', note: 'being mended' })
      const wrong = await app.put(p(`/failures/${known?.id}.json`), { data: { attributes: { state: 'odd' } } })
      expect([wrong.status, titles(wrong)]).toEqual([422, ['State must be one of: open, known, fixed: "odd"']])
    })

    it('of one cause are shown once where they are grouped', async () => {
      await send(
        [
          ['c', 'fail', 'the queue is down'],
          ['d', 'fail', 'the queue is down'],
        ],
        'build-key=f9&branch=main',
      )
      const titled = async (query: string) =>
        (await listOf(`/failures.json?${query}`)).filter(({ attributes }) => attributes.title === 'the queue is down')
      expect([(await titled('')).length, (await titled('group=cause')).length]).toEqual([2, 1])
    })

    it.each(['failures', 'flaky_tests'])('refuse an order of %s that there is not', async (path) => {
      const answer = await app.get(p(`/${path}.json?sort=-constructor`))
      expect([answer.status, titles(answer)]).toEqual([
        422,
        [expect.stringMatching(/^sort must be one of: .*; it is "?-constructor/)],
      ])
    })
  })

  describe('quarantine', () => {
    beforeAll(() => fresh('Quarantine'))

    it('explains the causes that it is for, and lets another break through', async () => {
      await send(
        [
          ['a', 'fail', 'mail queue is late'],
          ['b', 'pass'],
        ],
        'build-key=q1&branch=main',
      )
      const [test] = await listOf('/tests.json?name_exact=Cart › a')
      const made = await app.post(p('/quarantines.json'), {
        data: { attributes: { 'test-id': test?.id, reason: 'races with the mail queue' } },
      })
      expect(made.body.data.attributes).toMatchObject({
        causes: [expect.stringMatching(/^[0-9a-f]{16}$/)],
        'ended-at': null,
      })
      const held = await send(
        [
          ['a', 'fail', 'mail queue is late'],
          ['b', 'pass'],
        ],
        'build-key=q2&branch=main',
      )
      expect(await attributesOf(`/builds/${held['build-id']}.json`)).toMatchObject({
        failed: 1,
        quarantined: 1,
        unexplained: 0,
        gate: 'passed',
      })
      const through = await send(
        [
          ['a', 'fail', 'total is wrong'],
          ['b', 'pass'],
        ],
        'build-key=q3&branch=main',
      )
      expect(await attributesOf(`/builds/${through['build-id']}.json`)).toMatchObject({
        quarantined: 0,
        unexplained: 1,
        gate: 'failed',
      })
      for (const [format, names] of [
        ['lines', ['Cart › a']],
        ['junit', ['Cart#a']],
        ['pytest', ['src/cart.test.ts::Cart::a']],
        ['playwright', ['a']],
      ]) {
        const answer = await app.get(p(`/quarantines/names.json?format=${format}`))
        expect(answer.body.data).toEqual({ format, names })
      }
      const one = p(`/quarantines/${made.body.data.id}.json`)
      const change = { reason: 'the queue is slow', causes: ['*'] }
      expect((await app.put(one, { data: { attributes: change } })).body.data.attributes).toMatchObject(change)
      expect(await attributesOf(`/builds/${through['build-id']}.json`)).toMatchObject({
        quarantined: 1,
        gate: 'passed',
      })
      const wrong = await app.put(one, { data: { attributes: { until: '2001-01-01T00:00:00Z', causes: 'x' } } })
      expect([wrong.status, titles(wrong)]).toEqual([
        422,
        [
          'Until must be a time to come',
          'Causes must be an array of causes, 16 hexadecimal digits each, or ["*"]: "x"',
        ],
      ])
      expect((await app.get(one)).body.data.attributes).toMatchObject(change)
      await app.del(one)
      expect(await attributesOf(`/builds/${held['build-id']}.json`)).toMatchObject({ quarantined: 0, gate: 'failed' })
    })
  })

  describe('flakiness', () => {
    beforeAll(() => fresh('Flakiness'))

    it('is what passes on retry again and again, and not an honest failure', async () => {
      for (let n = 0; n < 12; n++) {
        const shaky: Case = ['shaky', n % 4 === 1 ? 'flaky' : 'pass', 'timed out']
        const honest: Case = ['honest', n === 5 ? 'fail' : 'pass']
        await send([shaky, honest, ...passing(3)], `build-key=k${n}&branch=main&commit=c${n}`)
      }
      const flaky = await listOf('/flaky_tests.json?state=flaky')
      expect(flaky.map(({ attributes: a }) => [a['test-name'], a.state, a.builds, a.signals])).toEqual([
        ['Cart › shaky', 'flaky', 12, 3],
      ])
      expect(flaky[0].attributes.previous).toBe('PPPPPPPPPPPP')
      expect(flaky[0].attributes.score).toBeCloseTo(3 / 12)
      for (let n = 12; n < 18; n++) {
        await send(
          [['shaky', 'pass'], ['honest', 'fail', 'still wrong'], ...passing(3)],
          `build-key=k${n}&branch=main&commit=c${n}`,
        )
      }
      const broken = await listOf('/flaky_tests.json?state=broken')
      expect(broken.map(({ attributes: a }) => [a['test-name'], a['failing-since'] !== null])).toEqual([
        ['Cart › honest', true],
      ])
    })
  })

  describe('an outage', () => {
    beforeAll(() => fresh('Outage'))

    it('is set aside: it is no base, its gate fails, and people may overrule it', async () => {
      await send(passing(20), 'build-key=o1&branch=main')
      const failing = passing(20).map(([name]): Case => [name, 'fail', 'connect ECONNREFUSED 10.0.0.7:5432'])
      const outage = await send(failing, 'build-key=o2&branch=main')
      expect(outage.infrastructure).toBe(true)
      expect(await attributesOf(`/builds/${outage['build-id']}.json`)).toMatchObject({
        infrastructure: true,
        gate: 'failed',
      })
      const after = await send([['t0', 'fail', 'really wrong'], ...passing(20).slice(1)], 'build-key=o3&branch=main')
      expect(await attributesOf(`/builds/${after['build-id']}.json`)).toMatchObject({
        'new-failures': 1,
        'still-failing': 0,
        fixed: 0,
      })
      await app.put(p(`/imports/${outage.id}.json`), { data: { attributes: { infrastructure: false } } })
      expect(await attributesOf(`/imports/${outage.id}.json`)).toMatchObject({ infrastructure: false })
      expect(await attributesOf(`/builds/${outage['build-id']}.json`)).toMatchObject({ infrastructure: false })
    })
  })

  describe('gates', () => {
    beforeAll(() => fresh('Gates'))

    it('say what is wrong, by rule, with examples', async () => {
      const first = await send(
        [
          ['a', 'pass'],
          ['b', 'fail'],
          ['c', 'skip'],
        ],
        'build-key=g1&branch=main',
      )
      const byDefault = await gateOf(first['build-id'])
      expect(byDefault).toMatchObject({ verdict: 'failed', 'gate-id': null })
      expect(byDefault.text).toBe(
        [
          'Gate failed: build 1',
          '✗ max-unexplained: 1 unexplained failure; at most 0 allowed',
          '    Cart › b',
          '✓ min-results: 3 results; at least 1 expected',
          '✓ all-shards: all shards came',
          '✓ max-missing: 0 missing tests; at most 0 allowed',
        ].join('\n'),
      )
      const gate = { name: 'main', branches: ['ma*'], rules: { 'max-failed': 1, max_no_run: 1, 'min-pass-rate': 0.5 } }
      const made = await app.post(p('/gates.json'), { data: { attributes: gate } })
      expect(made.body.data.attributes.rules).toEqual({ 'max-failed': 1, 'max-no-run': 1, 'min-pass-rate': 0.5 })
      expect(await gateOf(first['build-id'])).toMatchObject({ verdict: 'passed', 'gate-id': Number(made.body.data.id) })
      const one = p(`/gates/${made.body.data.id}.json`)
      const changed = await app.put(one, { data: { attributes: { rules: { 'max-failed': 0 } } } })
      expect(changed.body.data.attributes).toMatchObject({
        name: 'main',
        branches: ['ma*'],
        rules: { 'max-failed': 0 },
      })
      expect(await gateOf(first['build-id'])).toMatchObject({ verdict: 'failed' })
      expect((await app.get(one)).body.data.attributes).toEqual(changed.body.data.attributes)
      expect((await app.del(one)).status).toBe(200)
      expect([(await app.get(one)).status, (await app.put(one, { data: { attributes: {} } })).status]).toEqual([
        404, 404,
      ])
      expect(await gateOf(first['build-id'])).toMatchObject({ 'gate-id': null })
      const wrong = await app.post(p('/gates.json'), {
        data: { attributes: { name: 'odd', rules: { 'max-failed': -1, nonsense: 1 } } },
      })
      expect([wrong.status, titles(wrong)]).toEqual([
        422,
        [
          'max-failed must be a whole number, 0 or more: -1',
          expect.stringMatching(/^There is no rule nonsense; use any of: /),
        ],
      ])
      const tried = await app.post(p('/gates/check.json'), {
        data: { attributes: { rules: { 'max-failed': 0 }, pipeline: 'ci', last: 5 } },
      })
      expect(tried.body.data.map((each: Json) => each.attributes.verdict)).toEqual(['failed'])
    })

    it('ask for requirements', async () => {
      const first = await send([['a', 'pass']], 'build-key=g2&branch=feature&pull-request=1')
      const rules = { requirements: { ptql: 'Name = "r"', must: 'passed' } }
      const check = () =>
        app.post(p('/gates/check.json'), { data: { attributes: { rules, 'build-id': first['build-id'] } } })
      expect((await check()).body.data[0].attributes.verdict).toBe('failed')
      const [test] = await listOf('/tests.json?name_exact=Cart › a')
      await app.post(p('/requirements.json'), {
        data: { attributes: { name: 'r', 'author-id': app.ownerId }, traceability: { 'test-ids': [test?.id] } },
      })
      expect((await check()).body.data[0].attributes).toMatchObject({
        verdict: 'passed',
        rules: [{ actual: { of: 1, met: 1 }, explanation: '1 of 1 requirement passed' }],
      })
    })
  })

  describe('a build', () => {
    beforeAll(() => fresh('Builds'))

    it('is announced, changed and deleted with its runs or without', async () => {
      const made = await app.post(p('/builds.json'), {
        data: {
          attributes: {
            key: 'announced',
            pipeline: 'ci',
            branch: 'main',
            'expected-shards': 2,
            environment: { os: 'linux' },
          },
        },
      })
      expect(made.body.data.attributes).toMatchObject({
        kind: 'mainline',
        state: 'receiving',
        gate: 'pending',
        'expected-shards': 2,
      })
      const taken = await app.post(p('/builds.json'), { data: { attributes: { key: 'announced' } } })
      expect([taken.status, titles(taken)]).toEqual([422, ['Key is taken: there is a build with this key already']])
      const receipt = await send(
        [
          ['a', 'fail'],
          ['b', 'pass'],
        ],
        'build-key=announced&shard=one',
      )
      expect(String(receipt['build-id'])).toBe(made.body.data.id)
      expect(await attributesOf(`/builds/${made.body.data.id}.json`)).toMatchObject({
        state: 'receiving',
        'missing-shards': ['shard 2 of 2'],
      })
      const changed = await app.put(p(`/builds/${made.body.data.id}.json`), {
        data: { attributes: { 'expected-shards': 1, 'pull-request': '12', url: 'https://ci.example.org/1' } },
      })
      expect(changed.body.data.attributes).toMatchObject({
        state: 'complete',
        kind: 'change',
        url: 'https://ci.example.org/1',
      })
      const second = await send(
        [
          ['a', 'pass'],
          ['b', 'pass'],
        ],
        'build-key=second&branch=main',
      )
      expect((await app.del(p(`/builds/${second['build-id']}.json?runs=true`))).status).toBe(200)
      const instances = await listOf('/instances.json')
      expect(instances.map(({ attributes: a }) => [a.name, a['run-status']])).toEqual([
        ['Cart › a', 'FAILED'],
        ['Cart › b', 'PASSED'],
      ])
      await app.del(p(`/builds/${made.body.data.id}.json`))
      expect(await listOf('/builds.json')).toEqual([])
      const runs = await listOf('/runs.json')
      expect(runs.map(({ attributes: a }) => a['build-id'])).toEqual([null, null])
    })

    it('follows the builds of its branch, not the clocks of agents', async () => {
      const at = (time: string, outcome: 'pass' | 'fail') =>
        `<testsuite name="s" timestamp="${time}"><testcase classname="Clock" name="x">${outcome === 'fail' ? '<failure/>' : ''}</testcase></testsuite>`
      const post = (body: string, query: string) =>
        app.post(p(`/imports.json?set-name=clock&${query}`), Buffer.from(body))
      await post(at('2026-01-02T10:00:00Z', 'fail'), 'build-key=c1&branch=main')
      await post(at('2026-01-02T09:00:00Z', 'pass'), 'build-key=c2&branch=main')
      const [instance] = await listOf('/instances.json?name_exact=Clock › x')
      expect(instance?.attributes['run-status']).toBe('PASSED')
    })
  })
})
