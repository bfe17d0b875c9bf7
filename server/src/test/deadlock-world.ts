import { createEverything, type Everything } from '../../../test-support/one-of-everything.ts'
import { sweepRemovals } from '../db/removals.ts'
import { findDue, takeMessages } from '../resources/webhooks/webhook-messages.store.ts'
import type { Json, TestApp } from './build-app.ts'
import { type CallGround, callEndpoint, type Endpoint } from './call-endpoint.ts'

/** Something that writes, by name: an endpoint, or what the server does in the background. Answers an HTTP status. */
export interface Writer {
  name: string
  run(): Promise<{ status: number; text: string }>
}

/** So many worlds of one of everything: few, so that writers meet at the same rows, and links join each to the next. */
const WORLDS = 3

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T

async function must(answer: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await answer
  if (status !== 200) throw new Error(`${status} ${text}`)
}

/** Makes rows in a new project that writers can fight for. */
export async function createBattlefield(
  app: TestApp,
  name: string,
): Promise<{ project: number; worlds: Everything[] }> {
  const made = await app.post('/projects.json', { data: { attributes: { name, 'enable-delete-issues': true } } })
  const project = Number(made.body.data.id)
  const worlds: Everything[] = []
  for (let n = 0; n < WORLDS; n++) {
    const { id: userId } = await app.person(`${crypto.randomUUID()}@example.org`, null)
    worlds.push(await createEverything(app, { projectId: project, userId, token: app.token, prefix: `world ${n}` }))
  }
  const p = (path: string) => `/projects/${project}${path}`
  const post = (path: string, attributes: Json) => must(app.post(p(path), { data: { attributes } }))
  const link = (path: string, id: unknown) => must(app.post(p(path), { data: [{ id }] }))
  for (const [n, world] of worlds.entries()) {
    const next = worlds[(n + 1) % WORLDS] as Everything
    const { tests, sets, requirements, issues, milestones, step_runs, webhooks } = world
    await post('/instances.json', { 'set-id': sets, 'test-id': next.tests })
    const calls = n === WORLDS - 1 ? [{ name: 'last' }] : [{ 'test-to-call-id': next.tests }, { name: 'after' }]
    await post('/steps.json', { 'test-id': tests, steps: calls })
    await link(`/tests/${tests}/relationships/requirements.json`, next.requirements)
    await link(`/tests/${tests}/relationships/issues.json`, issues)
    await link(`/issues/${issues}/relationships/requirements.json`, next.requirements)
    await link(`/milestones/${milestones}/relationships/sets.json`, next.sets)
    await link(`/step_runs/${step_runs}/relationships/issues.json`, next.issues)
    const parent = { 'parent-id': n === 0 ? null : (worlds[n - 1] as Everything).requirements }
    await must(app.put(p(`/requirements/${requirements}.json`), { data: { attributes: parent } }))
    await must(app.put(p(`/webhooks/${webhooks}.json`), { data: { attributes: { enabled: true, events: ['*'] } } }))
  }
  return { project, worlds }
}

/** Bodies that lead a call into rows of several worlds at once, and change more than a call must. */
function bodiesOver(worlds: readonly Everything[]): NonNullable<CallGround['bodies']> {
  const all = (word: string) => worlds.map((world) => world[word] as number).sort(() => Math.random() - 0.5)
  const data = (attributes: Json, beside: Json = {}) => ({ data: { attributes, ...beside } })
  const options = (g: CallGround) => ({ [`---f-${g.have.custom_fields}`]: pick(['b', 'c', crypto.randomUUID()]) })
  const path = '/api/v2/projects/:project_id'
  return {
    [`POST ${path}/runs.json`]: () => ({
      data: all('instances').map((id) => ({ attributes: { 'instance-id': id, 'exit-code': pick([0, 1]) } })),
    }),
    [`POST ${path}/runs/auto_create.json`]: (g) =>
      data(
        { 'set-id': g.have.sets, 'exit-code': 0 },
        { 'test-attributes': { name: pick(['seen', `new ${Math.random()}`]) } },
      ),
    [`POST ${path}/instances.json`]: () => ({
      data: all('sets').map((id) => ({ attributes: { 'set-id': id, 'test-id': pick(all('tests')) } })),
    }),
    [`POST ${path}/sets.json`]: (g) =>
      data({ name: 'set', 'author-id': g.have.users }, { instances: { 'test-ids': all('tests') } }),
    [`POST ${path}/requirements.json`]: (g) =>
      data(
        { name: 'requirement', 'author-id': g.have.users, 'parent-id': g.have.requirements },
        { traceability: { 'test-ids': all('tests') } },
      ),
    [`PUT ${path}/tests/:id.json`]: (g) =>
      data({
        name: `test ${Math.random()}`,
        'test-type': pick(['xBotTest', 'ScriptedTest']),
        'duration-estimate': Math.floor(Math.random() * 1000),
        'custom-fields': options(g),
      }),
    [`PUT ${path}/sets/:id.json`]: (g) =>
      data({
        name: `set ${Math.random()}`,
        'planned-execution': '2030-01-01T00:00:00Z',
        'milestone-id': g.have.milestones,
      }),
    [`PUT ${path}/steps/:id.json`]: () => data({ name: `step ${Math.random()}`, position: pick([1, 2, 3]) }),
    [`PUT ${path}/requirements/:id.json`]: () =>
      data({ name: `requirement ${Math.random()}`, 'parent-id': pick([null, ...all('requirements')]) }),
    [`PUT ${path}/runs/:id.json`]: () => data({ 'run-duration': Math.floor(Math.random() * 1000) }),
    [`PUT ${path}/step_runs/:id.json`]: () => data({ status: pick(['PASSED', 'FAILED']) }),
    [`PUT ${path}/instances/:id.json`]: () =>
      data({ 'planned-execution': '2030-01-01T00:00:00Z', version: `${Math.random()}` }),
    [`PUT ${path}/webhooks/:id.json`]: () => data({ enabled: pick([true, true, false]) }),
    [`PUT ${path}/custom_fields/:id.json`]: () => data({ 'possible-values': ['a', `${Math.random()}`, 'b'] }),
    [`PUT ${path}/workflow/statuses/:id.json`]: () => data({ position: pick([1, 2, 3]) }),
    'PUT /api/v2/users/:id/projects.json': (g) => ({ data: { projects: pick([[], [{ id: g.project }]]) } }),
    'PUT /api/v2/projects/:id.json': () => data({ name: `project ${Math.random()}` }),
  }
}

/** The background work of the server that writes to what requests write to. */
function backgroundOf({ database }: TestApp): Writer[] {
  const done = { status: 200, text: '' }
  return [
    {
      name: 'the sweep of references',
      async run() {
        await sweepRemovals(database, AbortSignal.timeout(60_000))
        return done
      },
    },
    {
      name: 'the deliverer of webhooks',
      async run() {
        const now = Date.now()
        await takeMessages(database, await findDue(database, { now, busy: [], busyProjects: [], limit: 50 }), now)
        return done
      },
    },
  ]
}

/** Every writer there is, each on rows of any world; what deletes a project deletes another one. */
export function writersOn(
  app: TestApp,
  { project, worlds }: { project: number; worlds: readonly Everything[] },
  endpoints: readonly Endpoint[],
): Writer[] {
  const words = Object.keys(worlds[0] as Everything)
  const calls = endpoints.map((endpoint): Writer => {
    const { method, path, entity } = endpoint
    const ofProject = path === '/api/v2/projects/:id.json' && method === 'DELETE'
    return {
      name: `${method} ${path}${entity ? ` (${entity})` : ''}`,
      run() {
        const have = Object.fromEntries(words.map((word) => [word, pick(worlds)[word] as number]))
        const ground: CallGround = { app, have, project, prefix: `p${Math.random()}`, bodies: bodiesOver(worlds) }
        return callEndpoint(ground, endpoint, app.token, { fresh: ofProject })
      },
    }
  })
  return [...calls, ...backgroundOf(app)]
}
