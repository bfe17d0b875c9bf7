import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

const PATHS: Record<string, string> = {
  requirements: '/requirements.json',
  tests: '/tests.json',
  issues: '/issues.json',
  milestones: '/milestones.json',
  sets: '/sets.json',
}

async function make(app: TestApp, kind: string): Promise<string> {
  const attributes = { name: kind, title: kind, 'author-id': app.ownerId }
  const answer = await app.post(app.p(PATHS[kind] as string), { data: { attributes } })
  expect(answer.status, answer.text).toBe(200)
  return answer.body.data.id
}

const MATRIX: [from: string, to: string][] = [
  ['requirements', 'tests'],
  ['requirements', 'issues'],
  ['requirements', 'milestones'],
  ['tests', 'requirements'],
  ['tests', 'issues'],
  ['issues', 'requirements'],
  ['issues', 'issues'],
  ['issues', 'milestones'],
  ['issues', 'tests'],
  ['milestones', 'requirements'],
  ['milestones', 'issues'],
  ['milestones', 'sets'],
]

const ids = (answer: Json) => answer.body.data.map((row: Json) => row.id)
const body = (...members: Json[]) => ({ data: members })

onEveryDatabase('traceability', (get) => {
  describe.each(MATRIX)('%s to %s', (from, to) => {
    it('adds, replaces and removes, seen from both ends', async () => {
      const app = get()
      const near = await make(app, from)
      const far = [await make(app, to), await make(app, to), await make(app, to)]
      const path = app.p(`/${from}/${near}/relationships/${to}.json`)
      const [a, b, c] = far.map((id) => ({ id, type: to })) as [Json, Json, Json]
      expect((await app.get(path)).body).toEqual({
        data: [],
        links: {},
        meta: { 'current-page': 1, 'next-page': null, 'prev-page': null, 'total-pages': 0, 'total-count': 0 },
      })
      const added = await app.post(path, body({ id: Number(b.id) }, a))
      expect(added.body).toEqual({
        data: [a, b],
        links: {},
        meta: { 'current-page': 1, 'next-page': null, 'prev-page': null, 'total-pages': 1, 'total-count': 2 },
      })
      expect(ids(await app.post(path, { data: a }))).toEqual([a.id, b.id])
      expect((await app.get(path)).body.data).toEqual([a, b])
      const replaced = await app.call('PATCH', path, body(c, b))
      expect(ids(replaced)).toEqual([b.id, c.id])
      if (to !== 'sets') {
        const back = app.p(`/${to}/${c.id}/relationships/${from}.json`)
        if (MATRIX.some(([x, y]) => x === to && y === from)) expect(ids(await app.get(back))).toEqual([near])
        const shown = await app.get(app.p(`/${to}/${c.id}.json?relationships=true`))
        const relations = shown.body.data.relationships
        if (relations[from] !== undefined) expect(relations[from].data).toEqual([{ id: near, type: from }])
      }
      const listed = await app.get(app.p(`${PATHS[from]}?relationships=true`))
      const own = listed.body.data.find((row: Json) => row.id === near)
      expect(own.relationships[to === 'sets' ? 'suites' : to].data).toEqual([b, c])
      expect(ids(await app.call('DELETE', path, body({ ...b }, a)))).toEqual([c.id])
      expect(ids(await app.call('PATCH', path, { data: [] }))).toEqual([])
      expect(ids(await app.get(path))).toEqual([])
    })

    it('changes nothing for a wrong body', async () => {
      const app = get()
      const near = await make(app, from)
      const far = await make(app, to)
      const path = app.p(`/${from}/${near}/relationships/${to}.json`)
      await app.post(path, body({ id: far, type: to }))
      const wrong = [
        await app.post(path, body({ id: far }, { id: 999999 })),
        await app.call('PATCH', path, body({ id: 'abc' })),
        await app.call('PATCH', path, body({ id: far, type: 'steps' })),
        await app.call('DELETE', path, body({ id: 999999 })),
        await app.call('DELETE', path, { data: [] }),
        await app.call('PATCH', path, body({})),
      ]
      expect(wrong.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422])
      expect((await app.call('DELETE', path)).status).toBe(400)
      expect((await app.post(path, {})).status).toBe(400)
      expect((await app.get(app.p(`/${from}/999999/relationships/${to}.json`))).status).toBe(404)
      expect(ids(await app.get(path))).toEqual([far])
    })
  })

  it('pages when the request says so', async () => {
    const app = get()
    const near = await make(app, 'issues')
    const far = [await make(app, 'tests'), await make(app, 'tests'), await make(app, 'tests')]
    const path = app.p(`/issues/${near}/relationships/tests.json`)
    await app.post(path, body(...far.map((id) => ({ id }))))
    const first = await app.get(`${path}?page[size]=2`)
    expect(ids(first)).toEqual(far.slice(0, 2))
    expect(first.body.meta).toMatchObject({ 'total-pages': 2, 'total-count': 3, 'next-page': 2 })
    const second = await app.get(new URL(first.body.links.next).pathname + new URL(first.body.links.next).search)
    expect(ids(second)).toEqual(far.slice(2))
    expect(second.body.links.next).toBeUndefined()
  })

  it('refuses to link an issue to itself', async () => {
    const app = get()
    const issue = await make(app, 'issues')
    const answer = await app.post(app.p(`/issues/${issue}/relationships/issues.json`), body({ id: issue }))
    expect(titles(answer)).toEqual(['An issue cannot be linked to itself'])
  })

  it('counts an issue of a step-run as linked to its test, until the step-run link goes', async () => {
    const app = get()
    const test = await make(app, 'tests')
    const issue = await make(app, 'issues')
    const set = await app.post(app.p('/sets.json'), {
      data: { attributes: { name: 's' }, instances: { 'test-ids': [test] } },
    })
    const [instance] = (await app.get(app.p(`/instances.json?set-ids=${set.body.data.id}`))).body.data
    const run = async () => {
      const made = await app.post(app.p('/runs.json'), {
        data: { attributes: { 'instance-id': instance.id }, steps: [{ name: 'x', status: 'FAILED' }] },
      })
      const [step] = (await app.get(app.p(`/step_runs.json?run-ids=${made.body.data.id}`))).body.data
      return { id: made.body.data.id, step: step.id }
    }
    const [one, two] = [await run(), await run()]
    const stepPath = (step: string) => app.p(`/step_runs/${step}/relationships/issues.json`)
    const ofTest = app.p(`/tests/${test}/relationships/issues.json`)
    const ofIssue = app.p(`/issues/${issue}/relationships/tests.json`)
    expect(ids(await app.post(stepPath(one.step), body({ id: issue, type: 'issues' })))).toEqual([issue])
    expect((await app.get(stepPath(one.step))).body.data).toEqual([{ id: issue, type: 'issues' }])
    const other = await make(app, 'issues')
    expect(ids(await app.call('PATCH', stepPath(two.step), body({ id: other })))).toEqual([other])
    expect(ids(await app.get(ofTest))).toEqual([issue, other])
    expect(ids(await app.call('PATCH', stepPath(two.step), body({ id: issue })))).toEqual([issue])
    expect([ids(await app.get(ofTest)), ids(await app.get(ofIssue))]).toEqual([[issue], [test]])
    const listed = await app.get(app.p('/tests.json?relationships=true'))
    expect(listed.body.data.find((row: Json) => row.id === test).relationships.issues.data).toEqual([
      { id: issue, type: 'issues' },
    ])
    // Neither end can remove what the step-runs cause.
    expect(ids(await app.call('DELETE', ofTest, body({ id: issue })))).toEqual([issue])
    expect(ids(await app.call('PATCH', ofIssue, { data: [] }))).toEqual([test])
    await app.call('DELETE', stepPath(one.step), body({ id: issue }))
    expect(ids(await app.get(ofTest))).toEqual([issue])
    await app.del(app.p(`/runs/${two.id}.json`))
    expect([ids(await app.get(ofTest)), ids(await app.get(ofIssue))]).toEqual([[], []])
  })

  it('loses the links of what is deleted', async () => {
    const app = get()
    const requirement = await make(app, 'requirements')
    const [test, issue] = [await make(app, 'tests'), await make(app, 'issues')]
    await app.post(app.p(`/requirements/${requirement}/relationships/tests.json`), body({ id: test }))
    await app.post(app.p(`/requirements/${requirement}/relationships/issues.json`), body({ id: issue }))
    await app.del(app.p(`/tests/${test}.json`))
    await app.del(app.p(`/issues/${issue}.json`))
    const shown = await app.get(app.p(`/requirements/${requirement}.json?relationships=true`))
    expect(shown.body.data.relationships).toEqual({
      tests: { data: [] },
      issues: { data: [] },
      milestones: { data: [] },
    })
  })

  it('survives simultaneous changes of the same links', async () => {
    const app = get()
    const requirement = await make(app, 'requirements')
    const tests = await Promise.all(Array.from({ length: 8 }, () => make(app, 'tests')))
    const answers = await Promise.all([
      ...tests.map((id) => app.post(app.p(`/requirements/${requirement}/relationships/tests.json`), body({ id }))),
      ...tests.map((id) => app.post(app.p(`/tests/${id}/relationships/requirements.json`), body({ id: requirement }))),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const linked = await app.get(app.p(`/requirements/${requirement}/relationships/tests.json`))
    expect(ids(linked)).toEqual([...tests].sort((a, b) => Number(a) - Number(b)))
  })

  it('asks for the right of the near end only', async () => {
    const app = get()
    const requirement = await make(app, 'requirements')
    const path = app.p(`/requirements/${requirement}/relationships/issues.json`)
    const developer = await app.person('developer@example.org', 'Developers')
    expect((await app.get(path, { token: developer.token })).status).toBe(200)
    const issue = await make(app, 'issues')
    expect((await app.post(path, body({ id: issue }), { token: developer.token })).status).toBe(403)
    const back = app.p(`/issues/${issue}/relationships/requirements.json`)
    expect((await app.post(back, body({ id: requirement }), { token: developer.token })).status).toBe(200)
  })
})
