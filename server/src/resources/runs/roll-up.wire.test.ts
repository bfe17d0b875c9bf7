import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RunStatus } from '../../core/run-statuses.ts'
import { combine, countStatuses, isLater } from '../../features/statuses/statuses.rules.ts'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

type Step =
  | { act: 'run'; instance: number; exit: number | null; day: number | null; seconds: number }
  | { act: 'bulk'; instances: number[]; exit: number }
  | { act: 'steps'; instance: number; statuses: string[] }
  | { act: 'delete-run' | 'redo-step' | 'move-run'; which: number; day: number }
  | { act: 'delete-instance'; which: number }
  | { act: 'at-once'; instances: number[] }
  | { act: 'link' | 'unlink'; requirement: number; test: number }
  | { act: 'clone-set' | 'delete-set' | 'delete-test'; which: number }

const index = fc.nat(5)
const status = fc.constantFrom('PASSED', 'FAILED', 'BLOCKED', 'NO RUN', 'N/A')
const day = fc.integer({ min: 1, max: 9 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    act: fc.constant('run' as const),
    instance: index,
    exit: fc.constantFrom(0, 1, null),
    day: fc.option(day),
    seconds: fc.nat(90),
  }),
  fc.record({
    act: fc.constant('bulk' as const),
    instances: fc.array(index, { minLength: 1, maxLength: 5 }),
    exit: fc.constantFrom(0, 1),
  }),
  fc.record({
    act: fc.constant('steps' as const),
    instance: index,
    statuses: fc.array(status, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ act: fc.constantFrom('delete-run', 'redo-step', 'move-run'), which: fc.nat(), day }),
  fc.record({ act: fc.constant('delete-instance' as const), which: fc.nat() }),
  fc.record({ act: fc.constant('at-once' as const), instances: fc.array(index, { minLength: 2, maxLength: 6 }) }),
  fc.record({ act: fc.constantFrom('link', 'unlink'), requirement: fc.nat(1), test: fc.nat(2) }),
  fc.record({ act: fc.constantFrom('clone-set', 'delete-set', 'delete-test'), which: fc.nat() }),
)

/** Ids of what a sequence works on. */
interface Ground {
  sets: number[]
  tests: number[]
  requirements: number[]
}

/** Plays one step; what no longer exists makes it do nothing. */
async function play(
  app: TestApp,
  move: Step,
  ground: Ground,
  at: (n: number) => number | undefined,
  runs: () => Promise<Json[]>,
) {
  const post = (data: object) => app.post(app.p('/runs.json'), { data })
  const automated = (instance: number, exit: number | null) => ({
    attributes: { 'instance-id': instance, 'exit-code': exit },
  })
  if (move.act === 'run') {
    const instance = at(move.instance)
    if (instance === undefined) return
    const manual = move.day === null ? {} : { 'run-type': 'ManualRun', 'run-date': `2027-01-0${move.day}` }
    const attributes = { ...automated(instance, move.exit).attributes, ...manual, 'run-duration': move.seconds }
    await post({ attributes: { ...attributes, 'tester-id': app.ownerId } })
  } else if (move.act === 'bulk') {
    const ids = move.instances.flatMap((n) => at(n) ?? [])
    await post(ids.map((id) => automated(id, move.exit)))
  } else if (move.act === 'steps') {
    const instance = at(move.instance)
    const steps = move.statuses.map((status) => ({ status }))
    if (instance !== undefined) await post({ ...automated(instance, 0), steps })
  } else if (move.act === 'delete-instance') {
    // Most instances stay, or there would soon be nothing to roll up.
    const instance = move.which % 4 === 0 ? at(move.which % 6) : undefined
    if (instance !== undefined) await app.del(app.p(`/instances/${instance}.json`))
  } else if (move.act === 'at-once') {
    const ids = move.instances.flatMap((n) => at(n) ?? [])
    const answers = await Promise.all(ids.map((id, n) => post(automated(id, n % 2))))
    for (const answer of answers) expect(answer.status, answer.text).toBe(200)
  } else if ('requirement' in move) {
    const path = app.p(`/requirements/${ground.requirements[move.requirement]}/relationships/tests.json`)
    const body = { data: [{ id: ground.tests[move.test] }] }
    await app.call(move.act === 'link' ? 'POST' : 'DELETE', path, body)
  } else if (move.act === 'clone-set') {
    const clone = await app.post(app.p(`/sets/${ground.sets[move.which % 2]}/clone.json`))
    if (clone.status === 200) ground.sets.push(Number(clone.body.data.id))
  } else if (move.act === 'delete-set') {
    if (move.which % 5 === 0) await app.del(app.p(`/sets/${ground.sets[move.which % ground.sets.length]}.json`))
  } else if (move.act === 'delete-test') {
    if (move.which % 5 === 0) await app.del(app.p(`/tests/${ground.tests[move.which % 3]}.json`))
  } else {
    const all = await runs()
    const run = all[move.which % Math.max(1, all.length)]
    if (!run) return
    if (move.act === 'delete-run') await app.del(app.p(`/runs/${run.id}.json`))
    if (move.act === 'move-run') {
      const attributes = { 'run-date': `2027-02-0${move.day}`, 'run-duration': move.day }
      await app.put(app.p(`/runs/${run.id}.json`), { data: { attributes } })
    }
    const [first] = (await app.get(app.p(`/step_runs.json?run-ids=${run.id}`))).body.data
    if (move.act === 'redo-step' && first) {
      await app.put(app.p(`/step_runs/${first.id}.json`), { data: { attributes: { status: 'blocked' } } })
    }
  }
}

/** Everything that is kept, next to the same computed from the rows alone. */
async function compare(app: TestApp, { sets, tests, requirements }: Ground) {
  const { db } = app.database.read
  const inProject = ['project_id', '=', app.projectId] as const
  const runs = await db
    .selectFrom('runs')
    .selectAll()
    .where(...inProject)
    .execute()
  const instances = await db
    .selectFrom('instances')
    .selectAll()
    .where(...inProject)
    .where('set_id', 'in', sets)
    .execute()
  const latest = (of: typeof runs) => of.reduce((best, run) => (best && isLater(best, run) ? best : run), of[0])
  const kept: unknown[] = []
  const computed: unknown[] = []
  for (const { id, run_status, last_run_at, last_run_id, last_run_duration, tester_id } of instances) {
    const run = latest(runs.filter((each) => each.instance_id === id))
    kept.push([id, run_status, last_run_at, last_run_id, last_run_duration, tester_id])
    computed.push([
      id,
      run?.status ?? 'NO RUN',
      run?.run_date ?? null,
      run?.id ?? null,
      run?.run_duration ?? 0,
      run?.tester_id ?? null,
    ])
  }
  for (const set of await db
    .selectFrom('sets')
    .selectAll()
    .where(...inProject)
    .where('id', 'in', sets)
    .execute()) {
    const own = instances.filter((instance) => instance.set_id === set.id)
    const dates = own.flatMap((instance) => instance.last_run_at ?? [])
    kept.push([set.id, set.run_status, set.instances_count, set.actual_duration, set.last_run_at])
    computed.push([
      set.id,
      combine(countStatuses(own.map((instance) => instance.run_status as RunStatus))),
      own.length,
      own.reduce((sum, instance) => sum + instance.last_run_duration, 0),
      dates.length > 0 ? Math.max(...dates) : null,
    ])
  }
  const testRows = await db
    .selectFrom('tests')
    .selectAll()
    .where(...inProject)
    .where('id', 'in', tests)
    .execute()
  for (const test of testRows) {
    const run = latest(runs.filter((each) => each.test_id === test.id))
    const beside = instances.filter(
      ({ test_id, set_id, last_run_at }) => test_id === test.id && set_id === run?.set_id && last_run_at !== null,
    )
    const status = combine(countStatuses(beside.map((instance) => instance.run_status as RunStatus)))
    kept.push([test.id, test.run_status, test.last_run_at, test.last_run_id])
    computed.push([test.id, status, run?.run_date ?? null, run?.id ?? null])
  }
  const links = await db
    .selectFrom('links')
    .selectAll()
    .where(...inProject)
    .where('from_kind', '=', 'requirements')
    .where('to_kind', '=', 'tests')
    .execute()
  for (const requirement of await db
    .selectFrom('requirements')
    .selectAll()
    .where(...inProject)
    .where('id', 'in', requirements)
    .execute()) {
    const covered = links.filter((link) => link.from_id === requirement.id).map((link) => link.to_id)
    const own = testRows.filter((test) => covered.includes(test.id))
    const dates = own.flatMap((test) => test.last_run_at ?? [])
    kept.push([requirement.id, requirement.run_status, requirement.instances_count, requirement.last_run_at])
    computed.push([
      requirement.id,
      combine(countStatuses(own.map((test) => test.run_status as RunStatus))),
      instances.filter((instance) => covered.includes(instance.test_id)).length,
      dates.length > 0 ? Math.max(...dates) : null,
    ])
  }
  for (const kind of ['runs', 'step_runs', 'instances'] as const) {
    const row = await db
      .selectFrom(kind as 'runs')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where(...inProject)
      .executeTakeFirstOrThrow()
    kept.push([kind, (await app.get(app.p(`/${kind}.json?page[size]=1`))).body.meta['total-count']])
    computed.push([kind, Number(row.n)])
  }
  return { kept, computed }
}

onEveryDatabase('kept statuses', (get) => {
  it('equal those recomputed from scratch after any sequence of writes', async () => {
    const app = get()
    const make = async (path: string, data: object): Promise<number> =>
      Number((await app.post(app.p(path), { data })).body.data.id)
    const sequence = async (moves: Step[]) => {
      const tests = [0, 1, 2].map(() => make('/tests.json', { attributes: { name: 't', 'author-id': app.ownerId } }))
      const testIds = await Promise.all(tests)
      const sets = [0, 1].map(() =>
        make('/sets.json', { attributes: { name: 's' }, instances: { 'test-ids': testIds } }),
      )
      const setIds = await Promise.all(sets)
      const requirements = await Promise.all(
        [testIds.slice(0, 2), []].map((ids) =>
          make('/requirements.json', {
            attributes: { name: 'r', 'author-id': app.ownerId },
            traceability: { 'test-ids': ids },
          }),
        ),
      )
      const ground: Ground = { sets: setIds, tests: testIds, requirements }
      const list = async () => (await app.get(app.p(`/instances.json?set-ids=${setIds}`))).body.data as Json[]
      const ids = (await list()).map(({ id }) => Number(id))
      for (const move of moves) {
        const alive = new Set((await list()).map(({ id }) => Number(id)))
        const at = (n: number) => ids.filter((id, place) => place === n && alive.has(id))[0]
        await play(app, move, ground, at, async () => (await app.get(app.p(`/runs.json?set-ids=${setIds}`))).body.data)
      }
      const { kept, computed } = await compare(app, ground)
      expect(kept).toEqual(computed)
    }
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), sequence), { numRuns: 40 })
  }, 120_000)
})
