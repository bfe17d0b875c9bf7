import { beforeEach, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

onEveryDatabase('the workflow of a project', (get) => {
  let project: string
  let count = 0
  // Each test has a project of its own, with the default workflow.
  beforeEach(async () => {
    const made = await get().post('/projects.json', { data: { attributes: { name: `Workflow ${count++}` } } })
    project = made.body.data.id
  })
  const p = (path: string) => `/projects/${project}${path}`
  const workflow = async (): Promise<Json> => (await get().get(p('/workflow.json'))).body.data.attributes
  const statusNamed = async (name: string): Promise<Json> =>
    (await workflow()).statuses.find((status: Json) => status.name === name)
  const names = async () => (await workflow()).statuses.map(({ name }: Json) => name)
  const body = (attributes: Json) => ({ data: { attributes } })
  const makeIssue = async () => {
    const answer = await get().post(p('/issues.json'), body({ title: 'i', 'author-id': get().ownerId }))
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const move = (id: string, status: string, more: Json = { 'user-id': get().ownerId }, options = {}) =>
    get().put(p(`/issues/${id}/update_status.json`), body({ 'status-name': status, ...more }), options)

  it('is shown as a whole to every member', async () => {
    const app = get()
    const { data } = (await app.get(p('/workflow.json'))).body
    expect([data.id, data.type]).toEqual([project, 'workflows'])
    const { statuses, transitions } = data.attributes
    expect(statuses.map(({ id: _, ...status }: Json) => status)).toEqual([
      { name: 'new', resolution: null, initial: true, closed: false, position: 1 },
      { name: 'open', resolution: null, initial: false, closed: false, position: 2 },
      { name: 'fixed', resolution: null, initial: false, closed: false, position: 3 },
      { name: 'reopened', resolution: null, initial: false, closed: false, position: 4 },
      { name: 'rejected', resolution: 'rejected', initial: false, closed: true, position: 5 },
      { name: 'closed', resolution: 'done', initial: false, closed: true, position: 6 },
    ])
    const nameOf = (id: number) => statuses.find((status: Json) => status.id === id).name
    expect(transitions.map((row: Json) => [nameOf(row['from-id']), nameOf(row['to-id']), row['group-ids']])).toEqual(
      [
        ['new', 'open'],
        ['new', 'fixed'],
        ['new', 'rejected'],
        ['open', 'fixed'],
        ['open', 'rejected'],
        ['fixed', 'closed'],
        ['fixed', 'reopened'],
        ['reopened', 'open'],
        ['reopened', 'fixed'],
        ['reopened', 'rejected'],
        ['rejected', 'reopened'],
        ['closed', 'reopened'],
      ].map((pair) => [...pair, []]),
    )
    const commenter = await app.person(`commenter-${project}@example.org`, 'Commenters')
    const demo = app.p('/workflow.json')
    expect((await app.get(demo, { token: commenter.token })).status).toBe(200)
    expect((await app.get(p('/workflow.json'), { token: commenter.token })).status).toBe(404)
  })

  describe('statuses', () => {
    it('are added last, or where position says, and numbered without gaps', async () => {
      const app = get()
      const made = await app.post(p('/workflow/statuses.json'), body({ name: 'verified', resolution: 'ok', closed: 1 }))
      expect(made.body).toEqual({
        data: {
          id: expect.any(String),
          type: 'workflow-statuses',
          attributes: { name: 'verified', resolution: 'ok', initial: false, closed: true, position: 7 },
        },
      })
      const second = await app.post(p('/workflow/statuses.json'), body({ name: 'triage', position: 2 }))
      expect(second.body.data.attributes.position).toBe(2)
      await app.post(p('/workflow/statuses.json'), body({ name: 'last', position: 99 }))
      expect(await names()).toEqual([
        'new',
        'triage',
        'open',
        'fixed',
        'reopened',
        'rejected',
        'closed',
        'verified',
        'last',
      ])
      const put = (position: unknown) =>
        app.put(p(`/workflow/statuses/${second.body.data.id}.json`), body({ position }))
      expect((await put('9')).body.data.attributes.position).toBe(9)
      expect((await put(1)).body.data.attributes.position).toBe(1)
      expect((await put(null)).body.data.attributes.position).toBe(1)
      expect((await put(0)).body.errors[0].source.pointer).toBe('/data/attributes/position')
      expect((await put('soon')).status).toBe(422)
      const { statuses } = await workflow()
      expect(statuses.map(({ position }: Json) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
      expect(statuses[0].name).toBe('triage')
    })

    it('have names that are unique without case, and needed', async () => {
      const app = get()
      const before = await workflow()
      const open = await statusNamed('open')
      const answers = [
        await app.post(p('/workflow/statuses.json'), body({ name: 'OPEN' })),
        await app.post(p('/workflow/statuses.json'), body({ name: ' ' })),
        await app.post(p('/workflow/statuses.json'), body({})),
        await app.put(p(`/workflow/statuses/${open.id}.json`), body({ name: 'New' })),
        await app.put(p(`/workflow/statuses/${open.id}.json`), body({ name: null })),
      ]
      for (const answer of answers) {
        expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/name'])
      }
      const many = await app.post(p('/workflow/statuses.json'), body({ name: '', closed: 'x', position: -1 }))
      expect(titles(many)).toHaveLength(3)
      expect(await workflow()).toEqual(before)
      const renamed = await app.put(p(`/workflow/statuses/${open.id}.json`), body({ name: 'Open', resolution: 'x' }))
      expect(renamed.body.data.attributes).toMatchObject({ name: 'Open', resolution: 'x' })
      const cleared = await app.put(p(`/workflow/statuses/${open.id}.json`), body({ resolution: null, closed: null }))
      expect(cleared.body.data.attributes).toMatchObject({ resolution: null, closed: false })
      expect((await app.post(p('/workflow/statuses.json'))).status).toBe(400)
      expect((await app.put(p('/workflow/statuses/999999.json'), body({}))).status).toBe(404)
    })

    it('have exactly one initial among them, in which issues begin', async () => {
      const app = get()
      const open = await statusNamed('open')
      const put = await app.put(p(`/workflow/statuses/${open.id}.json`), body({ initial: true }))
      expect(put.body.data.attributes.initial).toBe(true)
      const initial = async () => (await workflow()).statuses.filter((status: Json) => status.initial)
      expect((await initial()).map(({ name }: Json) => name)).toEqual(['open'])
      expect((await makeIssue()).attributes['status-name']).toBe('open')
      const unset = await app.put(p(`/workflow/statuses/${open.id}.json`), body({ initial: false }))
      expect([unset.status, unset.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/initial'])
      await app.post(p('/workflow/statuses.json'), body({ name: 'inbox', initial: true, position: 1 }))
      expect((await initial()).map(({ name }: Json) => name)).toEqual(['inbox'])
      expect((await makeIssue()).attributes['status-name']).toBe('inbox')
    })

    it('are deleted with their transitions, unless initial or in use', async () => {
      const app = get()
      const issue = await makeIssue()
      await move(issue.id, 'fixed')
      const del = async (name: string) => app.del(p(`/workflow/statuses/${(await statusNamed(name)).id}.json`))
      expect(titles(await del('new'))[0]).toContain('initial')
      expect(titles(await del('fixed'))[0]).toContain('in use')
      const open = await statusNamed('open')
      const deleted = await del('open')
      expect(deleted.body).toEqual({ data: { id: String(open.id), type: 'workflow-statuses' } })
      const { statuses, transitions } = await workflow()
      expect(statuses.map(({ position }: Json) => position)).toEqual([1, 2, 3, 4, 5])
      expect(transitions.filter((row: Json) => [row['from-id'], row['to-id']].includes(open.id))).toEqual([])
      expect(transitions).toHaveLength(8)
      expect((await app.del(p(`/workflow/statuses/${open.id}.json`))).status).toBe(404)
      await app.del(p(`/issues/${issue.id}.json`))
      expect((await del('fixed')).status).toBe(200)
    })

    it('are renamed under their issues, which keep closed-at when closed changes', async () => {
      const app = get()
      const issue = await makeIssue()
      await move(issue.id, 'rejected')
      const rejected = await statusNamed('rejected')
      const before = (await app.get(p(`/issues/${issue.id}.json`))).body.data.attributes
      await app.put(
        p(`/workflow/statuses/${rejected.id}.json`),
        body({ name: 'declined', resolution: 'no', closed: false }),
      )
      const after = (await app.get(p(`/issues/${issue.id}.json`))).body.data.attributes
      expect(after).toEqual({ ...before, 'status-name': 'declined', 'status-resolution': 'no' })
    })

    it('never vanish under an issue that is made or moved at the same time', async () => {
      const app = get()
      for (let i = 0; i < 4; i++) {
        const { id } = (await app.post(p('/workflow/statuses.json'), body({ name: `s${i}` }))).body.data
        const start = await statusNamed('new')
        await app.post(p('/workflow/transitions.json'), body({ 'from-id': start.id, 'to-id': id }))
        const issue = await makeIssue()
        const [moved, deleted] = await Promise.all([
          move(issue.id, `s${i}`),
          app.del(p(`/workflow/statuses/${id}.json`)),
        ])
        expect([moved.status, deleted.status].sort()).toEqual([200, 422])
        expect((await app.get(p(`/issues/${issue.id}.json`))).status).toBe(200)
      }
    })
  })

  describe('transitions', () => {
    it('open a way that was not there, to some groups or to everybody', async () => {
      const app = get()
      const [start, closed] = [await statusNamed('new'), await statusNamed('closed')]
      const groups = (await app.get(p('/groups.json'))).body.data
      const testers = Number(groups.find((group: Json) => group.attributes.name === 'Testers').id)
      const outsider = await app.person(`outsider-${project}@example.org`, null)
      const developers = groups.find((group: Json) => group.attributes.name === 'Developers').id
      const projects = [{ id: project, groups: [{ id: developers }] }]
      await app.put(`/users/${outsider.id}/projects.json`, { data: { projects } })
      const issue = await makeIssue()
      expect((await move(issue.id, 'closed')).status).toBe(422)
      const made = await app.post(
        p('/workflow/transitions.json'),
        body({ 'from-id': String(start.id), 'to-id': closed.id, 'group-ids': [String(testers), testers] }),
      )
      expect(made.body).toEqual({
        data: {
          id: expect.any(String),
          type: 'workflow-transitions',
          attributes: { 'from-id': start.id, 'to-id': closed.id, 'group-ids': [testers] },
        },
      })
      const path = p(`/workflow/transitions/${made.body.data.id}.json`)
      expect((await move(issue.id, 'closed', {}, { token: outsider.token })).status).toBe(403)
      const opened = await app.put(path, body({ 'group-ids': null }))
      expect(opened.body.data.attributes['group-ids']).toEqual([])
      expect((await move(issue.id, 'closed', {}, { token: outsider.token })).status).toBe(200)
      expect((await app.del(path)).body).toEqual({
        data: { id: made.body.data.id, type: 'workflow-transitions' },
      })
      expect((await app.del(path)).status).toBe(404)
      expect((await move((await makeIssue()).id, 'closed')).status).toBe(422)
    })

    it('may lead elsewhere after a PUT', async () => {
      const app = get()
      const { transitions } = await workflow()
      const [start, closed] = [await statusNamed('new'), await statusNamed('closed')]
      const path = p(`/workflow/transitions/${transitions[0].id}.json`)
      const put = await app.put(path, body({ 'to-id': closed.id }))
      expect(put.body.data.attributes).toEqual({ 'from-id': start.id, 'to-id': closed.id, 'group-ids': [] })
      const shown = (await workflow()).transitions[0]
      const same = { 'from-id': shown['from-id'], 'to-id': shown['to-id'], 'group-ids': shown['group-ids'] }
      expect((await app.put(path, body(same))).status).toBe(200)
    })

    it('join two different statuses, once, and name groups of the project', async () => {
      const app = get()
      const before = await workflow()
      const [start, open, closed] = [await statusNamed('new'), await statusNamed('open'), await statusNamed('closed')]
      const [foreign] = (await app.get(app.p('/groups.json'))).body.data
      const post = (attributes: Json) => app.post(p('/workflow/transitions.json'), body(attributes))
      const put = (attributes: Json) =>
        app.put(p(`/workflow/transitions/${before.transitions[0].id}.json`), body(attributes))
      const cases: [Json, string][] = [
        [await post({ 'from-id': start.id, 'to-id': start.id }), 'to-id'],
        [await post({ 'from-id': start.id, 'to-id': open.id }), 'to-id'],
        [await post({ 'from-id': 999999, 'to-id': open.id }), 'from-id'],
        [await post({ 'from-id': start.id, 'to-id': 999999 }), 'to-id'],
        [await post({ 'to-id': open.id }), 'from-id'],
        [await post({ 'from-id': start.id, 'to-id': '' }), 'to-id'],
        [await post({ 'from-id': start.id, 'to-id': closed.id, 'group-ids': 'all' }), 'group-ids'],
        [await post({ 'from-id': start.id, 'to-id': closed.id, 'group-ids': [Number(foreign.id)] }), 'group-ids/0'],
        [await post({ 'from-id': start.id, 'to-id': closed.id, 'group-ids': ['x'] }), 'group-ids/0'],
        [await put({ 'to-id': start.id }), 'to-id'],
        [await put({ 'to-id': (await statusNamed('fixed')).id }), 'to-id'],
        [await put({ 'to-id': null }), 'to-id'],
        [await put({ 'from-id': 'x' }), 'from-id'],
        [await put({ 'group-ids': [1e12] }), 'group-ids/0'],
      ]
      for (const [answer, pointer] of cases) {
        expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([422, `/data/attributes/${pointer}`])
      }
      expect(titles(await post({}))).toHaveLength(2)
      expect(await workflow()).toEqual(before)
      expect((await app.put(p('/workflow/transitions/999999.json'), body({}))).status).toBe(404)
    })
  })

  it('is changed by those with the permission workflow only', async () => {
    const app = get()
    const tester = await app.person(`tester-${project}@example.org`, 'Testers')
    const administrator = await app.person(`administrator-${project}@example.org`, 'Administrators')
    const stranger = await app.person(`stranger-${project}@example.org`, null)
    const [status] = (await app.get(app.p('/workflow.json'))).body.data.attributes.statuses
    const [transition] = (await app.get(app.p('/workflow.json'))).body.data.attributes.transitions
    const calls = (token: string) => [
      app.post(app.p('/workflow/statuses.json'), body({ name: 'x' }), { token }),
      app.put(app.p(`/workflow/statuses/${status.id}.json`), body({}), { token }),
      app.del(app.p('/workflow/statuses/999999.json'), { token }),
      app.post(app.p('/workflow/transitions.json'), body({}), { token }),
      app.put(app.p(`/workflow/transitions/${transition.id}.json`), body({}), { token }),
      app.del(app.p('/workflow/transitions/999999.json'), { token }),
    ]
    for (const answer of await Promise.all(calls(tester.token))) expect(answer.status).toBe(403)
    for (const answer of await Promise.all(calls(stranger.token))) expect(answer.status).toBe(404)
    const put = await app.put(app.p(`/workflow/statuses/${status.id}.json`), body({ resolution: null }), {
      token: administrator.token,
    })
    expect(put.status).toBe(200)
  })

  it('of one project is no business of another', async () => {
    const app = get()
    const [status] = (await workflow()).statuses
    const [transition] = (await workflow()).transitions
    expect((await app.put(app.p(`/workflow/statuses/${status.id}.json`), body({ name: 'x' }))).status).toBe(404)
    expect((await app.del(app.p(`/workflow/transitions/${transition.id}.json`))).status).toBe(404)
  })

  it('shows in the audit what was changed, and nothing for what was not', async () => {
    const app = get()
    const { id } = (await app.post(p('/workflow/statuses.json'), body({ name: 'extra' }))).body.data
    await app.put(p(`/workflow/statuses/${id}.json`), body({ closed: true }))
    await app.put(p(`/workflow/statuses/${id}.json`), body({ closed: true, name: 'extra', position: 7 }))
    const start = await statusNamed('new')
    const made = await app.post(p('/workflow/transitions.json'), body({ 'from-id': start.id, 'to-id': id }))
    await app.del(p(`/workflow/statuses/${id}.json`))
    const events = async (entity: string, entityId: string) =>
      (await app.get(`/audit.json?entity=${entity}&entity-id=${entityId}`)).body.data.map(({ attributes }: Json) => [
        attributes.action,
        attributes.changes.map(({ field }: Json) => field),
      ])
    expect(await events('workflow-status', id)).toEqual([
      ['delete', ['name', 'initial', 'closed', 'position']],
      ['update', ['closed']],
      ['create', ['name', 'initial', 'closed', 'position']],
    ])
    expect(await events('workflow-transition', made.body.data.id)).toEqual([
      ['delete', ['from-id', 'to-id']],
      ['create', ['from-id', 'to-id']],
    ])
  })
})
