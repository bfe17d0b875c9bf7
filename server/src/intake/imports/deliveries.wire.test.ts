import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

// However the reports of a build are cut, ordered, repeated and interleaved: the same tests, instances, verdicts, counts.

interface Case {
  suite: string
  name: string
  file: string | undefined
  variant: string
  /** Outcome of each attempt of the job that ran it. */
  attempts: ('pass' | 'fail' | 'retried' | 'skip')[]
}

const caseOf = fc.record({
  suite: fc.constantFrom('cart', 'search', 'search | by price'),
  name: fc.constantFrom('adds', 'removes', 'index › renders', 'ünïcode'),
  file: fc.constantFrom('packages/ui/src/a.test.ts', 'packages/api/src/a.test.ts', undefined),
  variant: fc.constantFrom('', 'linux', 'windows'),
  attempts: fc.array(fc.constantFrom('pass', 'fail', 'retried', 'skip'), { minLength: 1, maxLength: 2 }),
}) as fc.Arbitrary<Case>

const identity = ({ suite, name, file, variant }: Case) => `${suite}/${name}/${file}/${variant}`

const build = fc.uniqueArray(caseOf, { minLength: 1, maxLength: 12, selector: identity })

const INNER = {
  pass: '',
  fail: '<failure type="E" message="expected 1"/>',
  retried: '<flakyFailure type="E" message="expected 1"/>',
  skip: '<skipped/>',
}

const xmlOf = (cases: readonly [Case, Case['attempts'][number]][]) =>
  `<testsuites>${cases
    .map(([{ suite, name, file }, outcome]) => {
      const at = file === undefined ? '' : ` file="${file}"`
      return `<testsuite name="${suite}"><testcase name="${name}"${at}>${INNER[outcome]}</testcase></testsuite>`
    })
    .join('')}</testsuites>`

/** A delivery: cases of one variant and one attempt of the job. */
interface Delivery {
  variant: string
  attempt: number
  cases: [Case, Case['attempts'][number]][]
  key: string
}

/** Cuts a build into deliveries, by a list of numbers that says where each case goes. */
function cutUp(cases: readonly Case[], places: readonly number[], parts: number): Delivery[] {
  const deliveries = new Map<string, Delivery>()
  let n = 0
  for (const each of cases) {
    for (const [index, outcome] of each.attempts.entries()) {
      const part = (places[n++ % places.length] as number) % parts
      const key = `${each.variant} ${index + 1} ${part}`
      const known = deliveries.get(key) ?? { variant: each.variant, attempt: index + 1, cases: [], key }
      known.cases.push([each, outcome])
      deliveries.set(key, known)
    }
  }
  return [...deliveries.values()]
}

onEveryDatabase('deliveries of a build', (get) => {
  let made = 0

  async function deliver(app: TestApp, deliveries: readonly Delivery[], together: boolean): Promise<Json> {
    const name = `Deliveries ${app.dialect} ${++made}`
    const project = (await app.post('/projects.json', { data: { attributes: { name } } })).body.data.id
    const p = (path: string) => `/projects/${project}${path}`
    const send = async ({ variant, attempt, cases, key }: Delivery) => {
      const query = new URLSearchParams({ 'set-name': 'all', 'build-key': 'b', variant, attempt: String(attempt) })
      const answer = await app.post(p(`/imports.json?${query}`), Buffer.from(xmlOf(cases)), {
        headers: { 'idempotency-key': encodeURIComponent(key) },
      })
      // The same delivery may be stored at this moment.
      if (answer.status !== 409) expect([answer.status, answer.body.errors]).toEqual([200, undefined])
    }
    if (together) await Promise.all(deliveries.map(send))
    else for (const delivery of deliveries) await send(delivery)
    const listOf = async (path: string): Promise<Json[]> => (await app.get(p(path))).body.data
    const [shown] = await listOf('/builds.json')
    const tests = await listOf('/tests.json')
    const keyOf = new Map(
      tests.map(({ id, attributes: a }) => [Number(id), `${a['automated-fields'].automation_key} ${a.file}`]),
    )
    const results = await listOf(`/builds/${shown.id}/results.json`)
    const instances = await listOf('/instances.json')
    const { passed, failed, 'no-run': skipped, flaky, results: all } = shown.attributes
    return {
      counts: { passed, failed, skipped, flaky, all },
      tests: [...keyOf.values()].sort(),
      instances: instances
        .map(({ attributes: a }) => `${keyOf.get(a['test-id'])} ${a.variant ?? ''} ${a['run-status']}`)
        .sort(),
      results: results
        .map(({ attributes: a }) => `${keyOf.get(a['test-id'])} ${a.variant} ${a.status} ${a.flaky} ${a.attempts}`)
        .sort(),
    }
  }

  it('end in the same tests, instances, verdicts and counts', { timeout: 120_000 }, async () => {
    const app = get()
    await fc.assert(
      fc.asyncProperty(
        build,
        fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat(1000)),
        fc.boolean(),
        async (cases, places, parts, stream, together) => {
          const whole = cutUp(cases, [0], 1)
          const cut = cutUp(cases, places, parts)
          // Some come twice, and all in another order.
          const repeated = cut.flatMap((delivery) =>
            (stream.next().value as number) % 4 === 0 ? [delivery, delivery] : [delivery],
          )
          const order = repeated
            .map((delivery) => [stream.next().value as number, delivery] as const)
            .sort(([a], [b]) => a - b)
            .map(([, delivery]) => delivery)
          expect(await deliver(app, order, together)).toEqual(await deliver(app, whole, false))
        },
      ),
      { numRuns: Number(process.env.ASSAY_DELIVERY_RUNS ?? 12), seed: 7 },
    )
  })
})
