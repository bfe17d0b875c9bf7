import { beforeAll, describe, expect, it } from 'vitest'
import { examine } from '../../operator/doctor.ts'
import { readTable } from '../../operator/read-table.ts'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'
import { tendIntake } from '../housekeeping.ts'

interface Case {
  name: string
  className?: string
  file?: string
  message?: string
}

const report = (cases: readonly Case[]) =>
  `<testsuite name="s">${cases
    .map(({ name, className = 'Cart', file = 'src/cart.test.ts', message }) => {
      const inner = message === undefined ? '' : `<failure message="${message}">at x (src/cart.test.ts:3:1)</failure>`
      return `<testcase classname="${className}" name="${name}" file="${file}" time="0.5">${inner}</testcase>`
    })
    .join('')}</testsuite>`

const cases = (className: string, ...names: string[]): Case[] => names.map((name) => ({ name, className }))

/** What hangs on tests; rows are the same again when two are parted, but for when they changed. */
const TABLES = [
  'tests',
  'instances',
  'runs',
  'results',
  'automation_keys',
  'failure_tests',
  'failures',
  'quarantines',
  'links',
  'comments',
  'sets',
  'requirements',
  'field_values',
  'counters',
] as const

onEveryDatabase('tests under another name', (get) => {
  let app: TestApp
  let project = 0
  beforeAll(() => {
    app = get()
  })
  const p = (path: string) => `/projects/${project}${path}`
  const fresh = async (name: string) => {
    project = Number((await app.post('/projects.json', { data: { attributes: { name } } })).body.data.id)
  }
  const send = async (all: readonly Case[], query: string, headers = {}): Promise<number> => {
    const path = p(`/imports.json?set-name=ci&pipeline=ci&branch=main&${query}`)
    const answer = await app.post(path, Buffer.from(report(all)), { headers })
    expect([answer.status, answer.body.errors]).toEqual([200, undefined])
    return Number(answer.body.data.attributes['build-id'])
  }
  const listOf = async (path: string): Promise<Json[]> => {
    const { status, body } = await app.get(p(path))
    expect([status, body.errors]).toEqual([200, undefined])
    return body.data
  }
  const buildOf = async (id: number): Promise<Json> => (await app.get(p(`/builds/${id}.json`))).body.data.attributes
  const renamesOf = async (build: number): Promise<string[]> =>
    (await listOf(`/builds/${build}/renames.json`)).map(
      ({ attributes: a }) => `${a['from-name']} > ${a['to-name']}: ${a.state} (${a.reason})`,
    )
  const testsOf = async () => (await listOf('/tests.json')).map(({ id, attributes: a }) => [Number(id), a.name])
  const idOf = async (name: string) => Number((await listOf(`/tests.json?name_exact=${name}`))[0]?.id)
  const join = (build: number, from: unknown, to: unknown) =>
    app.post(p(`/builds/${build}/renames.json`), { data: { attributes: { from, to } } })
  /** What is kept beside what it is computed from is right. */
  const expectSound = async () => {
    const findings: string[] = []
    const report = ({ text }: { text: string }) => findings.push(text)
    await examine({ database: app.database, blobs: app.blobs, now: Date.now(), repair: false, report })
    expect(findings).toEqual([])
  }
  const rows = async () => {
    const kept: Record<string, Json[]> = {}
    for (const table of TABLES) {
      kept[table] = []
      for await (const batch of readTable(app.database.read, table)) {
        for (const { updated_at: _, ...row } of batch as Json[]) {
          if (row.project_id === project && row.name !== 'writes') kept[table].push(row)
        }
      }
    }
    return kept
  }

  describe('one to one', () => {
    beforeAll(() => fresh('Certain'))

    it('go on as the tests that they were, with history, verdicts, failures and links', async () => {
      await send([...cases('Cart', 'adds', 'counts'), { name: 'pays', message: 'no money' }], 'build-key=a')
      const before = await testsOf()
      const requirement = await app.post(p('/requirements.json'), {
        data: {
          attributes: { name: 'Pay', 'author-id': app.ownerId },
          traceability: { 'test-ids': [await idOf('Cart › pays')] },
        },
      })
      expect(requirement.status).toBe(200)
      const renamed = [...cases('Basket', 'adds', 'counts'), { name: 'pays', className: 'Basket', message: 'no money' }]
      const headers = { 'idempotency-key': `renamed ${app.dialect}` }
      const build = await send(renamed, 'build-key=b', headers)
      expect(await testsOf()).toEqual(before.map(([id, name]) => [id, String(name).replace('Cart', 'Basket')]))
      expect(await buildOf(build)).toMatchObject({
        state: 'complete',
        results: 3,
        'new-tests': 0,
        'moved-tests': 3,
        missing: 0,
        'new-failures': 0,
        'still-failing': 1,
      })
      expect((await renamesOf(build)).sort()).toEqual([
        'Cart › adds > Basket › adds: joined (name and file)',
        'Cart › counts > Basket › counts: joined (name and file)',
        'Cart › pays > Basket › pays: joined (name and file)',
      ])
      const results = await listOf(`/builds/${build}/results.json`)
      expect(results.map(({ attributes: a }) => [a['test-name'], a.change, a.previous])).toEqual([
        ['Basket › pays', 'still-failing', 'F'],
        ['Basket › adds', null, 'P'],
        ['Basket › counts', null, 'P'],
      ])
      expect((await listOf('/instances.json')).map(({ attributes: a }) => a['run-status']).sort()).toEqual([
        'FAILED',
        'PASSED',
        'PASSED',
      ])
      expect((await listOf('/runs.json')).length).toBe(6)
      const [failure] = await listOf('/failures.json')
      expect(failure?.attributes).toMatchObject({ occurrences: 2, 'tests-count': 1, 'builds-count': 2 })
      const shown = await app.get(p(`/requirements/${requirement.body.data.id}.json`))
      expect(shown.body.data.attributes['run-status']).toBe('FAILED')
      const history = await listOf(`/history.json?entity=test&entity-id=${before[0]?.[0]}`)
      expect(history.map(({ attributes: a }) => a.action).sort()).toEqual(['create', 'update'])
      await expectSound()
      // A repeat joins nothing again.
      expect(await send(renamed, 'build-key=b', headers)).toBe(build)
      expect(await buildOf(build)).toMatchObject({ 'new-tests': 0, 'moved-tests': 3 })
    })

    it('are found by the old name and by the new one', async () => {
      const before = await testsOf()
      const old = await send(cases('Cart', 'adds', 'counts', 'pays'), 'build-key=c')
      const young = await send(cases('Basket', 'adds', 'counts', 'pays'), 'build-key=d')
      expect(await testsOf()).toEqual(before)
      expect(await Promise.all([old, young].map(renamesOf))).toEqual([[], []])
    })

    it('are parted by hand, and not joined again', async () => {
      const build = await send(
        [...cases('Cart', 'counts', 'pays'), { name: 'adds', className: 'Trolley' }],
        'build-key=e',
      )
      const [pair] = await listOf(`/builds/${build}/renames.json`)
      expect(pair?.attributes).toMatchObject({ state: 'joined', 'to-name': 'Trolley › adds' })
      const one = p(`/builds/${build}/renames/${pair?.id}.json`)
      expect((await app.del(one)).body.data).toEqual({ type: 'renames', id: pair?.id })
      expect(await testsOf()).toContainEqual([Number(pair?.attributes['to-test-id']), 'Trolley › adds'])
      expect(await testsOf()).toContainEqual([Number(pair?.attributes['from-test-id']), 'Basket › adds'])
      expect(await buildOf(build)).toMatchObject({ 'new-tests': 1, 'moved-tests': 0, missing: 1 })
      await expectSound()
      const again = await app.del(one)
      expect([again.status, titles(again)]).toEqual([409, ['These tests are not joined, so there is nothing to part']])
      await send([...cases('Cart', 'counts', 'pays'), { name: 'adds', className: 'Trolley' }], 'build-key=e&attempt=2')
      expect(await renamesOf(build)).toEqual(['Basket › adds > Trolley › adds: proposed (name and file)'])
      await send([...cases('Cart', 'counts', 'pays'), { name: 'adds', className: 'Trolley' }], 'build-key=f')
      expect((await testsOf()).length).toBe(4)
    })
  })

  describe('that several may be', () => {
    let build = 0
    let ids: { old: number; young: number }
    beforeAll(async () => {
      await fresh('Doubtful')
      const file = { file: 'src/a.test.ts' }
      const kept = cases('Kept', 'stays')
      const old = [
        { name: 'adds', className: 'A', ...file, message: 'late' },
        { name: 'adds', className: 'B', ...file },
      ]
      await send([...kept, ...old], 'build-key=a')
      const young = [
        { name: 'adds', className: 'C', ...file, message: 'late' },
        { name: 'adds', className: 'D', ...file },
      ]
      build = await send([...kept, ...young], 'build-key=b')
      ids = { old: await idOf('A › adds'), young: await idOf('C › adds') }
    })

    it('are proposed, and joined by hand once, however often one asks', async () => {
      expect((await renamesOf(build)).sort()).toEqual(
        ['A › adds > C › adds', 'A › adds > D › adds', 'B › adds > C › adds', 'B › adds > D › adds'].map(
          (pair) => `${pair}: proposed (name and file)`,
        ),
      )
      expect((await app.get(p(`/builds/${build}/renames.json`))).body.meta).toMatchObject({ limited: false })
      const { old, young } = ids
      const issue = await app.post(p('/issues.json'), {
        data: { attributes: { title: 'It is late', 'author-id': app.ownerId } },
      })
      await app.post(p(`/tests/${young}/relationships/issues.json`), { data: [{ id: issue.body.data.id }] })
      await app.post(p('/comments.json'), {
        data: { attributes: { entity: 'test', 'entity-id': young, body: 'moved', 'author-id': app.ownerId } },
      })
      await app.post(p('/quarantines.json'), { data: { attributes: { 'test-id': young, reason: 'it is late' } } })
      const before = await rows()
      const answers = await Promise.all([join(build, old, young), join(build, String(old), young)])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      const [pair] = answers.map(({ body }) => body.data)
      expect(answers[1]?.body.data).toEqual(pair)
      expect(pair.attributes).toMatchObject({ state: 'joined', 'from-test-id': old, 'to-test-id': young })
      expect(await buildOf(build)).toMatchObject({ 'new-tests': 1, 'moved-tests': 1, missing: 1, 'still-failing': 1 })
      expect((await app.get(p(`/tests/${young}.json`))).status).toBe(404)
      expect((await app.get(p(`/tests/${old}.json`))).body.data.attributes).toMatchObject({
        name: 'C › adds',
        'run-status': 'FAILED',
      })
      const linked = await listOf(`/tests/${old}/relationships/issues.json`)
      expect(linked.map(({ id }) => id)).toEqual([issue.body.data.id])
      expect((await listOf(`/comments.json?entity=test&entity-id=${old}`)).length).toBe(1)
      expect((await listOf('/quarantines.json')).map(({ attributes: a }) => a['test-id'])).toEqual([old])
      expect(await listOf(`/builds/${build}/renames.json?state=joined`)).toEqual([pair])
      await expectSound()
      const parted = await app.del(p(`/builds/${build}/renames/${pair.id}.json`))
      expect([parted.status, parted.body.errors]).toEqual([200, undefined])
      expect(await rows()).toEqual(before)
      await expectSound()
    })

    it('keep what came since with the test that went on', async () => {
      const { old, young } = ids
      const pair = (await join(build, old, young)).body.data
      await send([...cases('Kept', 'stays'), { name: 'adds', className: 'C', file: 'src/a.test.ts' }], 'build-key=c')
      expect((await app.del(p(`/builds/${build}/renames/${pair.id}.json`))).status).toBe(200)
      expect((await listOf(`/runs.json?test-ids=${old}`)).length).toBe(2)
      expect((await listOf(`/runs.json?test-ids=${young}`)).length).toBe(1)
      await expectSound()
    })

    it('are not joined where that is no answer, and why is told', async () => {
      const { young } = ids
      const kept = await idOf('Kept › stays')
      const wrong = async (from: unknown, to: unknown) => {
        const answer = await join(build, from, to)
        return [answer.status, titles(answer)]
      }
      expect(await wrong(null, 'x')).toEqual([
        422,
        ["From can't be blank: it is the id of a test", expect.stringMatching(/^To must be /)],
      ])
      expect(await wrong(kept, kept)).toEqual([422, ['To must be another test than from']])
      expect(await wrong(999_999_999, young)).toEqual([422, ['From names no test of this project: 999999999']])
      expect(await wrong(kept, young)).toEqual([422, ['A build has a verdict of each, so they are two tests']])
      const manual = await app.post(p('/tests.json'), {
        data: { attributes: { name: 'By hand', 'author-id': app.ownerId }, steps: { data: [{ name: 'click' }] } },
      })
      expect(await wrong(kept, Number(manual.body.data.id))).toEqual([
        422,
        ['The new test has steps of its own, or other tests call it; take those away first, or keep both tests'],
      ])
      expect((await app.del(p(`/builds/${build}/renames/999999999.json`))).status).toBe(404)
      expect((await app.get(p('/builds/999999999/renames.json'))).status).toBe(404)
    })
  })

  describe('are left alone', () => {
    beforeAll(() => fresh('Alone'))
    const young = cases('New', 'adds')
    const old = cases('Old', 'adds')

    it('where the shards are others, or the build has no key: they are proposed', async () => {
      await send([...cases('Kept', 'stays'), ...old], 'build-key=a')
      const keyless = await send([...cases('Kept', 'stays'), ...young], '')
      expect(await renamesOf(keyless)).toEqual(['Old › adds > New › adds: proposed (name and file)'])
    })

    it('where only some of the tests were chosen', async () => {
      const partial = await send(cases('Newer', 'adds'), 'build-key=p&scope=partial')
      expect(await renamesOf(partial)).toEqual([])
    })

    it('where they ran in jobs of their own, which are both there', async () => {
      const jobs = async (key: string) => {
        let build = 0
        for (const browser of ['chrome', 'firefox']) {
          build = await send(cases('Cart', 'a', 'b'), `build-key=${key}&variant=${browser}&shard=${browser}`)
        }
        return build
      }
      await fresh('Browsers')
      await jobs('a')
      const again = await jobs('b')
      expect(await renamesOf(again)).toEqual([])
      expect([(await testsOf()).length, (await listOf('/instances.json')).length]).toEqual([2, 4])
    })

    it('until all shards came', async () => {
      await fresh('Shards')
      for (const [shard, name] of [1, 2].entries()) {
        await send([{ name: `t${name}` }], `build-key=a&shard=${shard + 1}/2`)
      }
      const build = await send([{ name: 't1', className: 'Trolley' }], 'build-key=b&shard=1/2')
      expect(await renamesOf(build)).toEqual([])
      await send([{ name: 't2' }], 'build-key=b&shard=2/2')
      expect(await renamesOf(build)).toEqual(['Cart › t1 > Trolley › t1: joined (name and file)'])
    })
  })

  it('are looked for in the background, where a build was said to be complete', async () => {
    await fresh('Later')
    await send(cases('Cart', 'a', 'b'), 'build-key=a&shard=1/2')
    await send(cases('Cart', 'c'), 'build-key=a&shard=2/2')
    const build = await send(cases('Basket', 'a', 'b'), 'build-key=b&shard=1/2')
    await app.put(p(`/builds/${build}.json`), { data: { attributes: { state: 'complete' } } })
    expect(await renamesOf(build)).toEqual([])
    for (let round = 0; round < 2; round++) {
      await tendIntake(app.database, {
        now: Date.now() + 120_000,
        shardTimeout: 3_600_000,
        signal: new AbortController().signal,
      })
    }
    expect((await renamesOf(build)).sort()).toEqual([
      'Cart › a > Basket › a: proposed (name and file)',
      'Cart › b > Basket › b: proposed (name and file)',
    ])
  })
})
