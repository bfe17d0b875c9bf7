import { describe, expect, it } from 'vitest'
import { ROUTES } from '../resources/registry.ts'
import { type Json, onEveryDatabase, type TestApp } from '../test/build-app.ts'

/** Makes one of everything in a project and answers the ids by the word of their path. */
async function fill(app: TestApp, project: number, author: number, token: string) {
  const options = { token }
  const p = (path: string) => `/projects/${project}${path}`
  const make = async (path: string, body: Json): Promise<Json> => {
    const answer = await app.post(p(path), body, options)
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const named = (name: string, more = {}) => ({
    data: { attributes: { name, title: name, 'author-id': author }, ...more },
  })
  const test = await make('/tests.json', named('secret test', { steps: [{ name: 'secret step' }] }))
  const set = await make('/sets.json', named('secret set', { instances: { 'test-ids': [Number(test.id)] } }))
  const [instance] = (await app.get(p('/instances.json'), options)).body.data
  const run = await make('/runs.json', {
    data: {
      attributes: { 'instance-id': instance.id },
      steps: [{ name: 'secret step', status: 'FAILED' }],
      files: [{ filename: 'secret.txt', content_encoded: 'c2VjcmV0' }],
    },
  })
  const issue = await make('/issues.json', named('secret issue'))
  const field = await make('/custom_fields.json', {
    data: { attributes: { name: 'secret field', 'field-format': 'text', entities: ['Test'] } },
  })
  const [step] = (await app.get(p('/steps.json'), options)).body.data
  const [stepRun] = (await app.get(p('/step_runs.json'), options)).body.data
  const [file] = (await app.get(p(`/attachments.json?entity=run&entity-id=${run.id}`), options)).body.data
  const ids: Record<string, string> = {
    tests: test.id,
    sets: set.id,
    instances: instance.id,
    runs: run.id,
    issues: issue.id,
    custom_fields: field.id,
    steps: step.id,
    step_runs: stepRun.id,
    attachments: file.id,
    users: String(author),
    projects: String(project),
  }
  return ids
}

onEveryDatabase('two accounts', (get) => {
  it('see nothing of each other, by no id, list or filter, and can change nothing', async () => {
    const app = get()
    const other = await app.otherAccount()
    const made = await app.post('/projects.json', { data: { attributes: { name: 'Demo' } } }, { token: other.token })
    const theirs = Number(made.body.data.id)
    const ids = await fill(app, theirs, other.ownerId, other.token)
    const own = await fill(app, app.projectId, app.ownerId, app.token)
    const seen: string[] = []
    const asked: string[] = []
    for (const route of ROUTES) {
      const word = /\/([a-z_]+)\/:id/.exec(route.path)?.[1] ?? ''
      for (const [project, id] of [
        [theirs, ids[word]],
        [app.projectId, ids[word]],
        [theirs, own[word]],
      ]) {
        if (!route.path.includes(':')) continue
        if (project === app.projectId && !route.path.includes(':id')) continue
        const root = route.atRoot ? '' : '/api/v2'
        const path = `${root}${route.path.replace(':project_id', String(project)).replace(':id', String(id))}.json`
        if (!route.path.includes(':project_id') && id === own[word]) continue
        const body = { data: { attributes: { name: 'taken over' } } }
        const answer = await app.call(route.method, path, route.method === 'GET' ? undefined : body)
        asked.push(`${route.method} ${route.path}`)
        if (answer.status !== 404 || answer.text.includes('secret'))
          seen.push(`${route.method} ${path}: ${answer.text}`)
      }
    }
    expect(seen).toEqual([])
    expect(new Set(asked).size).toBeGreaterThan(30)
    const lists: Record<string, Json> = {}
    for (const query of [
      `tests.json?display-ids=1`,
      `instances.json?set-ids=${ids.sets}`,
      `instances.json?test-ids=${ids.tests}`,
      `runs.json?instance-ids=${ids.instances}`,
      `runs.json?set-ids=${ids.sets}`,
      `runs.json?test-ids=${ids.tests}`,
      `step_runs.json?run-ids=${ids.runs}`,
      `steps.json?test-ids=${ids.tests}`,
    ]) {
      const ownIds = new Set(Object.values(own))
      const { data } = (await app.get(app.p(`/${query}`))).body
      lists[query] = data.filter((row: Json) => !ownIds.has(row.id))
    }
    expect(Object.values(lists).flat()).toEqual([])
    expect((await app.get('/projects.json')).body.data.map((row: Json) => row.id)).toEqual([String(app.projectId)])
    expect((await app.get('/users.json')).body.data.map((row: Json) => row.id)).toEqual([String(app.ownerId)])
    expect((await app.get(`/users.json?email=owner@example.org`)).body.data).toHaveLength(1)
  })

  describe('ids of the other account in a body', () => {
    it.each([
      [
        '/sets.json',
        (ids: Record<string, number>) => ({ attributes: { name: 's' }, instances: { 'test-ids': [ids.test] } }),
      ],
      [
        '/instances.json',
        (ids: Record<string, number>) => ({ attributes: { 'set-id': ids.set, 'test-id': ids.test } }),
      ],
      ['/runs.json', (ids: Record<string, number>) => ({ attributes: { 'instance-id': ids.instance } })],
      ['/tests.json', (ids: Record<string, number>) => ({ attributes: { name: 't', 'author-id': ids.user } })],
      ['/steps.json', (ids: Record<string, number>) => ({ attributes: { 'test-id': ids.test, name: 'x' } })],
    ])('POST %s answers 422 as for ids that do not exist', async (path, body) => {
      const app = get()
      const other = await app.otherAccount()
      const made = await app.post(
        '/projects.json',
        { data: { attributes: { name: 'Theirs' } } },
        { token: other.token },
      )
      const ids = await fill(app, Number(made.body.data.id), other.ownerId, other.token)
      const real = {
        test: Number(ids.tests),
        set: Number(ids.sets),
        instance: Number(ids.instances),
        user: other.ownerId,
      }
      const missing = { test: 1e9, set: 1e9, instance: 1e9, user: 1e9 }
      const answers = await Promise.all([real, missing].map((named) => app.post(app.p(path), { data: body(named) })))
      const plain = answers.map(({ status, text }) => [
        status,
        text.replaceAll(/\d{3,}/g, 'N').replaceAll(/: \d+/g, ': N'),
      ])
      expect(plain[0]?.[0]).toBe(422)
      expect(String(plain[0]?.[1]).replaceAll(/\b\d+\b/g, 'N')).toBe(String(plain[1]?.[1]).replaceAll(/\b\d+\b/g, 'N'))
    })
  })
})
