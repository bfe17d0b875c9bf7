import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('history', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const post = async (path: string, attributes: Json = {}, rest: Json = {}, token?: string): Promise<Json> => {
    const options = token === undefined ? {} : { token }
    const answer = await app.post(app.p(path), { data: { attributes, ...rest } }, options)
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const put = async (path: string, attributes: Json): Promise<void> => {
    const answer = await app.put(app.p(path), { data: { attributes } })
    expect(answer.status, answer.text).toBe(200)
  }
  const history = async (query: string): Promise<Json[]> => (await app.get(app.p(`/history.json?${query}`))).body.data
  /** What happened to an entity, oldest first: action, and changes by field. */
  const told = async (entity: string, id: Json) =>
    (await history(`entity=${entity}&entity-id=${id}`))
      .reverse()
      .map(({ attributes: { action, changes } }) => [
        action,
        Object.fromEntries(changes.map((change: Json) => [change.field, [change.from, change.to]])),
      ])
  const author = () => ({ 'author-id': app.ownerId })

  it('has events of the documented attributes, newest first, with a numbering of their own', async () => {
    const test = await post('/tests.json', { name: 'shown', priority: '2-high', ...author() })
    await put(`/tests/${test.id}.json`, { priority: null, 'updated-by-user-id': app.ownerId })
    const [newest, oldest] = await history(`entity=test&entity-id=${test.id}`)
    expect(newest).toEqual({
      id: expect.stringMatching(/^\d+$/),
      type: 'history-events',
      attributes: {
        entity: 'test',
        'entity-id': Number(test.id),
        'entity-display-id': test.attributes['display-id'],
        action: 'update',
        'user-id': app.ownerId,
        'token-kind': 'account',
        changes: [{ field: 'priority', from: '2-high', to: null }],
        'created-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    })
    expect(Object.keys(newest.attributes)).toEqual([
      'entity',
      'entity-id',
      'entity-display-id',
      'action',
      'user-id',
      'token-kind',
      'changes',
      'created-at',
    ])
    expect(oldest.attributes).toMatchObject({ action: 'create', 'user-id': app.ownerId })
    expect(Number(oldest.id)).toBe(Number(newest.id) - 1)
  })

  it('tells of creates, updates and deletes of every kind, field by field, and stays when the entity is gone', async () => {
    const field = await app.post(app.p('/custom_fields.json'), {
      data: {
        attributes: { name: 'Colour', 'field-format': 'text', entities: ['Requirement', 'Test', 'TestSet', 'Issue'] },
      },
    })
    const key = `---f-${field.body.data.id}`
    const kinds: [string, string, string][] = [
      ['requirement', 'requirements', 'name'],
      ['test', 'tests', 'name'],
      ['testset', 'sets', 'name'],
      ['issue', 'issues', 'title'],
      ['milestone', 'milestones', 'name'],
    ]
    for (const [entity, path, name] of kinds) {
      const fields = entity === 'milestone' ? {} : { 'custom-fields': { [key]: 'red' } }
      const made = await post(`/${path}.json`, { [name]: 'old', ...author(), ...fields })
      const changed = entity === 'milestone' ? { description: 'd' } : { 'custom-fields': { [key]: 'blue' } }
      await put(`/${path}/${made.id}.json`, { [name]: 'new', ...changed })
      await put(`/${path}/${made.id}.json`, { [name]: 'new' })
      await app.del(app.p(`/${path}/${made.id}.json`))
      const events = await told(entity, made.id)
      expect(
        events.map(([action]) => action),
        entity,
      ).toEqual(['create', 'update', 'delete'])
      const [created, updated, deleted] = events.map(([, changes]) => changes)
      expect(created).toMatchObject({ [name]: [null, 'old'], 'author-id': [null, app.ownerId] })
      expect(updated).toEqual({
        [name]: ['old', 'new'],
        ...(entity === 'milestone' ? { description: [null, 'd'] } : { [key]: ['red', 'blue'] }),
      })
      expect(deleted).toMatchObject({ [name]: ['new', null] })
      if (entity !== 'milestone')
        expect([created[key], deleted[key]]).toEqual([
          [null, 'red'],
          ['blue', null],
        ])
    }
  })

  it('tells of instances, their runs, and what goes with a set or a test', async () => {
    const tests = await Promise.all(['a', 'b'].map((name) => post('/tests.json', { name, ...author() })))
    const ids = tests.map((test) => Number(test.id))
    const set = await post('/sets.json', { name: 's', ...author() }, { instances: { 'test-ids': ids } })
    const list = (await app.get(app.p(`/instances.json?set-ids=${set.id}`))).body.data
    const [first, second] = list.map((instance: Json) => Number(instance.id)) as [number, number]
    await put(`/instances/${first}.json`, { priority: 'high', parameters: { A: 1 } })
    const run = await post('/runs.json', { 'instance-id': first, 'exit-code': 0, 'tester-id': app.ownerId })
    await app.del(app.p(`/runs/${run.id}.json`))
    await app.del(app.p(`/tests/${ids[0]}.json`))
    expect(await told('instance', first)).toEqual([
      ['create', expect.objectContaining({ 'set-id': [null, Number(set.id)], 'test-id': [null, ids[0]] })],
      ['update', { priority: [null, 'high'], parameters: [{}, { a: '1' }] }],
      ['run', { run: [null, Number(run.id)] }],
      ['update', { run: [Number(run.id), null] }],
      ['delete', expect.objectContaining({ 'set-id': [Number(set.id), null], priority: ['high', null] })],
    ])
    const [newest] = await history(`entity=instance&entity-id=${first}&action=run`)
    expect(newest?.attributes).toMatchObject({
      'entity-display-id': `${set.attributes['display-id']}:1`,
      'user-id': app.ownerId,
    })
    const [made] = await history(`entity=instance&entity-id=${first}&action=create`)
    expect(made?.attributes['user-id']).toBe(app.ownerId)
    await app.del(app.p(`/sets/${set.id}.json`))
    expect((await told('instance', second)).map(([action]) => action)).toEqual(['create', 'delete'])
    expect((await told('testset', set.id)).map(([action]) => action)).toEqual(['create', 'delete'])
  })

  it('tells what auto_create, clones and v1 uploads make', async () => {
    const set = await post('/sets.json', { name: 'auto' })
    const answer = await app.post(app.p('/runs/auto_create.json'), {
      data: { attributes: { 'set-id': set.id, 'tester-id': app.ownerId }, 'test-attributes': { name: 'auto made' } },
    })
    const { 'created-test': test, 'created-instance': instance } = answer.body.meta
    expect((await history(`entity=test&entity-id=${test}`))[0]?.attributes['user-id']).toBe(app.ownerId)
    expect((await told('instance', instance)).map(([action]) => action)).toEqual(['create', 'run'])
    const clone = await post(`/sets/${set.id}/clone.json`)
    expect((await told('testset', clone.id)).map(([action]) => action)).toEqual(['create'])
    await app.post(`/api/v1/automated_tests/upload_test_result.json?instance_id=${instance}&exit_code=0`)
    expect((await told('instance', instance)).map(([action]) => action)).toEqual(['create', 'run', 'run'])
  })

  it('tells of steps as changes of their test', async () => {
    const test = await post('/tests.json', { name: 'stepped', ...author() }, { steps: [{ name: 'first' }] })
    const step = await post('/steps.json', { 'test-id': test.id, name: 'second' })
    await put(`/steps/${step.id}.json`, { description: 'd', position: 1 })
    await put(`/steps/${step.id}.json`, { description: 'd' })
    await app.del(app.p(`/steps/${step.id}.json`))
    expect((await told('test', test.id)).slice(1)).toEqual([
      ['update', { [`steps/${step.id}`]: [null, 'second'] }],
      ['update', { [`steps/${step.id}/description`]: ['', 'd'], [`steps/${step.id}/position`]: [2, 1] }],
      ['update', { [`steps/${step.id}`]: ['second', null] }],
    ])
  })

  it('tells of an issue moving along the workflow', async () => {
    const issue = await post('/issues.json', { title: 'moves', ...author() })
    await app.put(app.p(`/issues/${issue.id}/update_status.json`), {
      data: { attributes: { 'status-name': 'open', 'user-id': app.ownerId } },
    })
    expect((await told('issue', issue.id))[1]).toEqual(['status', { 'status-name': ['new', 'open'] }])
    expect((await history(`entity=issue&entity-id=${issue.id}`))[0]?.attributes['user-id']).toBe(app.ownerId)
  })

  describe('links', () => {
    const link = (method: string, path: string, data: Json) => app.call(method, app.p(`/${path}.json`), { data })

    it('are told from both ends, also when they go with what they led to', async () => {
      const test = await post('/tests.json', { name: 'linked', ...author() })
      const requirement = await post(
        '/requirements.json',
        { name: 'linking', ...author() },
        { traceability: { 'test-ids': [test.id] } },
      )
      const issue = await post('/issues.json', { title: 'linked', ...author() })
      await link('POST', `requirements/${requirement.id}/relationships/issues`, [{ id: issue.id }])
      await link('POST', `requirements/${requirement.id}/relationships/issues`, [{ id: issue.id }])
      await link('DELETE', `requirements/${requirement.id}/relationships/issues`, [{ id: issue.id }])
      expect((await told('requirement', requirement.id)).slice(1)).toEqual([
        ['link', { tests: [null, Number(test.id)] }],
        ['link', { issues: [null, Number(issue.id)] }],
        ['unlink', { issues: [Number(issue.id), null] }],
      ])
      expect((await told('issue', issue.id)).slice(1)).toEqual([
        ['link', { requirements: [null, Number(requirement.id)] }],
        ['unlink', { requirements: [Number(requirement.id), null] }],
      ])
      const before = await history(`entity=test&entity-id=${test.id}&action=link`)
      expect(before[0]?.attributes['user-id']).toBe(app.ownerId)
      await app.del(app.p(`/requirements/${requirement.id}.json`))
      expect((await told('test', test.id)).slice(1)).toEqual([
        ['link', { requirements: [null, Number(requirement.id)] }],
        ['unlink', { requirements: [Number(requirement.id), null] }],
      ])
    })

    it('of a step-run are links of its test, as long as no other leads there', async () => {
      const test = await post('/tests.json', { name: 'run', ...author() })
      const set = await post('/sets.json', { name: 'run' }, { instances: { 'test-ids': [test.id] } })
      const [instance] = (await app.get(app.p(`/instances.json?set-ids=${set.id}`))).body.data
      const run = await post('/runs.json', { 'instance-id': instance.id }, { steps: [{ name: 'a' }, { name: 'b' }] })
      const steps = (await app.get(app.p(`/step_runs.json?run-ids=${run.id}`))).body.data
      const issue = await post('/issues.json', { title: 'found', ...author() })
      const data = [{ id: issue.id }]
      for (const step of steps) await link('POST', `step_runs/${step.id}/relationships/issues`, data)
      for (const step of steps) await link('DELETE', `step_runs/${step.id}/relationships/issues`, data)
      expect((await told('test', test.id)).slice(1)).toEqual([
        ['link', { issues: [null, Number(issue.id)] }],
        ['unlink', { issues: [Number(issue.id), null] }],
      ])
      expect((await told('step-run', steps[0].id)).map(([action]) => action)).toEqual(['link', 'unlink'])
    })

    it('between milestones and sets are moves of the set', async () => {
      const [one, two] = await Promise.all(['one', 'two'].map((name) => post('/milestones.json', { name })))
      const set = await post('/sets.json', { name: 'moved', 'milestone-id': one.id })
      const id = Number(set.id)
      await link('POST', `milestones/${two.id}/relationships/sets`, [{ id }])
      await link('PATCH', `milestones/${two.id}/relationships/sets`, [])
      await put(`/sets/${id}.json`, { 'milestone-id': two.id })
      await app.del(app.p(`/milestones/${two.id}.json`))
      expect((await told('testset', id)).slice(1)).toEqual([
        ['update', { 'milestone-id': [Number(one.id), Number(two.id)] }],
        ['update', { 'milestone-id': [Number(two.id), null] }],
        ['update', { 'milestone-id': [null, Number(two.id)] }],
        ['update', { 'milestone-id': [Number(two.id), null] }],
      ])
      expect((await told('milestone', one.id)).slice(1)).toEqual([['unlink', { sets: [id, null] }]])
      expect((await told('milestone', two.id)).slice(1, 3)).toEqual([
        ['link', { sets: [null, id] }],
        ['unlink', { sets: [id, null] }],
      ])
    })

    it('of children to a requirement that goes become links to its parent', async () => {
      const parent = await post('/requirements.json', { name: 'parent', ...author() })
      const middle = await post('/requirements.json', { name: 'middle', 'parent-id': parent.id, ...author() })
      const child = await post('/requirements.json', { name: 'child', 'parent-id': middle.id, ...author() })
      await app.del(app.p(`/requirements/${middle.id}.json`))
      expect((await told('requirement', child.id)).slice(1)).toEqual([
        ['update', { 'parent-id': [Number(middle.id), Number(parent.id)] }],
      ])
    })
  })

  describe('GET history.json', () => {
    it('records the owner of a personal token, whom it impersonates, and nobody', async () => {
      const tester = await app.person('tester@history.org', 'Testers')
      const agent = await app.person('agent@history.org', 'Testers', true)
      const mine = await post('/sets.json', { name: 'mine' }, {}, tester.token)
      const theirs = await post('/sets.json', { name: 'theirs', 'author-id': app.ownerId }, {}, agent.token)
      const nobodys = await post('/sets.json', { name: 'nobodys' })
      const who = async (set: Json) => {
        const [event] = await history(`entity=set&entity-id=${set.id}`)
        return [event?.attributes['user-id'], event?.attributes['token-kind']]
      }
      expect(await who(mine)).toEqual([tester.id, 'personal'])
      expect(await who(theirs)).toEqual([app.ownerId, 'personal'])
      expect(await who(nobodys)).toEqual([null, 'account'])
      expect((await history(`user-id=${tester.id}`)).map((event) => event.attributes['entity-id'])).toEqual([
        Number(mine.id),
      ])
      expect(await history('user-id=0')).toEqual([])
      expect(await history('user-id=99999999')).toEqual([])
    })

    it('filters by entity, id, action and time, all together', async () => {
      const set = await post('/sets.json', { name: 'filtered' })
      await put(`/sets/${set.id}.json`, { name: 'renamed' })
      const id = Number(set.id)
      expect((await history(`entity-id=${id}`)).map((event) => event.attributes.action)).toEqual(['update', 'create'])
      expect(await history(`entity=Test_Set&entity_id=${id}&action=CREATE`)).toHaveLength(1)
      expect(await history(`entity=issue&entity-id=${id}`)).toEqual([])
      for (const event of await history('entity=testset')) expect(event.attributes.entity).toBe('testset')
      for (const event of await history('action=link')) expect(event.attributes.action).toBe('link')
      for (const event of await history('entity=instance&action=run')) {
        expect([event.attributes.entity, event.attributes.action]).toEqual(['instance', 'run'])
      }
      const future = new Date(Date.now() + 60_000).toISOString()
      expect(await history(`entity-id=${id}&since=${future}`)).toEqual([])
      expect(await history(`entity-id=${id}&since=2020-01-01&until=${future}`)).toHaveLength(2)
      expect(await history(`entity-id=${id}&until=2020-01-01`)).toEqual([])
      expect(await history(`entity-id=${id}&since=&action=`)).toHaveLength(2)
      expect(await history('entity=run')).toEqual([])
    })

    it('has windows of time that meet without overlapping', async () => {
      const set = await post('/sets.json', { name: 'timed' })
      const at = 1_700_000_000_500
      await app.database.write(0, async ({ db }) => {
        await db.updateTable('history_events').set({ created_at: at }).where('entity_id', '=', Number(set.id)).execute()
      })
      const found = (query: string) => history(`entity-id=${set.id}&${query}`)
      expect(await found('since=2023-11-14T22:13:20Z')).toHaveLength(1)
      expect(await found('until=2023-11-14T22:13:20Z')).toHaveLength(0)
      expect(await found('since=2023-11-14T22:13:20.500Z&until=2023-11-14T22:13:21Z')).toHaveLength(1)
      expect(await found('until=2023-11-14T22:13:20.500Z')).toHaveLength(0)
    })

    it.each([
      'entity=cat',
      'entity=group',
      'entity-id=x',
      'user-id=ada',
      'action=clone',
      'since=soon',
      'until=2025-02-30',
      'page[number]=0',
      'ptql=x',
    ])('refuses %s with 422', async (query) => {
      const answer = await app.get(app.p(`/history.json?${query}`))
      expect([answer.status, answer.body.errors[0].source]).toEqual([422, { parameter: query.split('=')[0] }])
    })

    it('pages from the newest to the oldest, each event once', async () => {
      const set = await post('/sets.json', { name: '0' })
      for (let i = 1; i < 7; i++) await put(`/sets/${set.id}.json`, { name: String(i) })
      const names: string[] = []
      const query = `entity=testset&entity-id=${set.id}&page[size]=3`
      let next: string | undefined = app.p(`/history.json?${query}`)
      while (next !== undefined) {
        const page: Json = (await app.get(next)).body
        expect(page.meta['total-count']).toBe(7)
        names.push(...page.data.map((event: Json) => event.attributes.changes[0].to))
        next = page.links.next?.replace(/^https?:\/\/[^/]+/, '')
      }
      expect(names).toEqual(['6', '5', '4', '3', '2', '1', '0'])
      expect((await app.get(app.p(`/history.json?${query}&page[number]=9`))).body.data).toEqual([])
    })

    it('shows only the kinds that a personal token may view', async () => {
      const commenter = await app.person('commenter@history.org', 'Commenters')
      const stranger = await app.person('stranger@history.org', null)
      const { token } = commenter
      const issue = await post('/issues.json', { title: 'hidden', ...author() })
      const permissions = (value: string) =>
        app.database.write(0, async ({ db }) => {
          await db
            .updateTable('groups')
            .set({ permissions: value })
            .where('project_id', '=', app.projectId)
            .where('name', '=', 'Commenters')
            .execute()
        })
      const path = app.p('/history.json')
      await permissions('["tests_view"]')
      const kinds = (data: Json[]) => [...new Set(data.map((event) => event.attributes.entity))].sort()
      const seen = (await app.get(path, { token })).body.data
      expect(kinds(seen)).not.toContain('issue')
      expect(kinds(seen).length).toBeGreaterThan(0)
      expect((await app.get(`${path}?entity=issue`, { token })).status).toBe(403)
      expect((await app.get(`${path}?entity=issue&page[number]=0`, { token })).status).toBe(403)
      expect((await app.get(`${path}?entity=cat`, { token })).status).toBe(422)
      expect((await app.get(`${path}?entity-id=${issue.id}`, { token })).body.data).toEqual([])
      expect((await app.get(`${path}?entity=test`, { token })).status).toBe(200)
      await permissions('[]')
      expect(kinds((await app.get(path, { token })).body.data)).toEqual(['milestone'])
      expect((await app.get(`${path}?entity=milestone`, { token })).status).toBe(200)
      expect((await app.get(path, { token: stranger.token })).status).toBe(404)
      expect((await app.get(`${path}?entity-id=${issue.id}`)).body.data).toHaveLength(1)
    })
  })

  describe('GET audit.json', () => {
    const audit = async (query: string): Promise<Json[]> => (await app.get(`/audit.json?${query}`)).body.data

    it('tells what was done in every project of the account, and to settings', async () => {
      const other = await app.post('/projects.json', { data: { attributes: { name: 'Audited' } } })
      const projectId = other.body.data.id
      const elsewhere = await app.post(`/projects/${projectId}/sets.json`, { data: { attributes: { name: 'x' } } })
      const here = await post('/sets.json', { name: 'y' })
      const ids = (await audit('entity=testset')).map((event) => event.attributes['entity-id'])
      expect(ids.slice(0, 2)).toEqual([Number(here.id), Number(elsewhere.body.data.id)])
      const folder = await post('/folders.json', { entity: 'test', name: 'kept' })
      await put(`/folders/${folder.id}.json`, { name: 'renamed' })
      await app.del(app.p(`/folders/${folder.id}.json`))
      const events = await audit(`entity=folder&entity-id=${folder.id}`)
      expect(events.map((event) => [event.attributes.action, event.attributes.changes])).toEqual([
        ['delete', expect.arrayContaining([{ field: 'name', from: 'renamed', to: null }])],
        ['update', [{ field: 'name', from: 'kept', to: 'renamed' }]],
        ['create', expect.arrayContaining([{ field: 'entity', from: null, to: 'test' }])],
      ])
      expect(await history(`entity-id=${folder.id}`)).toEqual([])
      expect((await audit(`entity-id=${here.id}&action=create`))[0]?.attributes.entity).toBe('testset')
      expect(await audit('entity=instance&action=run&since=2020-01-01')).not.toHaveLength(0)
    })

    it('is for account tokens and owners, and of one account', async () => {
      const tester = await app.person('tester@audit.org', 'Administrators')
      const refused = await app.get('/audit.json', { token: tester.token })
      expect([refused.status, titles(refused)[0]]).toEqual([403, expect.stringContaining('account token')])
      const other = await app.otherAccount()
      const foreign = await app.get('/audit.json?entity=testset', { token: other.token })
      expect([foreign.status, foreign.body.data]).toEqual([200, []])
      for (const query of ['entity=cat', 'since=x', 'action=x', 'user-id=x', 'entity-id=x']) {
        expect((await app.get(`/audit.json?${query}`)).status, query).toBe(422)
      }
      for (const word of [
        'user',
        'tokens',
        'group',
        'project',
        'custom_field',
        'workflow-status',
        'webhook',
        'filter',
      ]) {
        expect((await app.get(`/audit.json?entity=${word}`)).status, word).toBe(200)
      }
    })
  })
})
