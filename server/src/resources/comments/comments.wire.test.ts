import { expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

/** One entity of every kind, by entity word. */
async function makeOfEveryKind(app: TestApp): Promise<Record<string, number>> {
  const make = async (path: string, attributes: Json, rest: Json = {}) => {
    const answer = await app.post(app.p(path), { data: { attributes, ...rest } })
    expect(answer.status, answer.text).toBe(200)
    return Number(answer.body.data.id)
  }
  const author = { 'author-id': app.ownerId }
  const test = await make('/tests.json', { name: 't', ...author })
  const testset = await make('/sets.json', { name: 's' })
  const instance = await make('/instances.json', { 'test-id': test, 'set-id': testset })
  const run = await make('/runs.json', { 'instance-id': instance }, { steps: [{ name: 'a' }] })
  const stepRuns = (await app.get(app.p(`/step_runs.json?run-ids=${run}`))).body.data
  return {
    requirement: await make('/requirements.json', { name: 'r', ...author }),
    test,
    step: await make('/steps.json', { 'test-id': test, name: 'a' }),
    testset,
    instance,
    run,
    'step-run': Number(stepRuns[0].id),
    issue: await make('/issues.json', { title: 'i', ...author }),
    milestone: await make('/milestones.json', { name: 'm' }),
  }
}

onEveryDatabase('comments', (get) => {
  const post = (attributes: Json, token?: string) =>
    get().post(get().p('/comments.json'), { data: { attributes } }, token === undefined ? {} : { token })
  const list = (query: string, token?: string) =>
    get().get(get().p(`/comments.json?${query}`), token === undefined ? {} : { token })

  it('are made, listed and deleted on every kind of entity', async () => {
    const app = get()
    const body = 'Looks <b>odd</b>\u0007 \u{1F41B}'
    for (const [entity, id] of Object.entries(await makeOfEveryKind(app))) {
      const made = await post({ entity, 'entity-id': String(id), body, 'author-id': app.ownerId })
      expect(made.body, made.text).toEqual({
        data: {
          id: expect.any(String),
          type: 'comments',
          attributes: {
            'project-id': app.projectId,
            entity,
            'entity-id': id,
            body,
            'author-id': app.ownerId,
            'created-at': expect.any(String),
          },
        },
      })
      expect(Object.keys(made.body.data.attributes)).toEqual([
        'project-id',
        'entity',
        'entity-id',
        'body',
        'author-id',
        'created-at',
      ])
      const second = await post({ entity, 'entity-id': id, body: 2.5, 'author-id': app.ownerId })
      expect(second.body.data.attributes.body).toBe('2.5')
      const query = `entity=${entity}&entity_id=${id}`
      const listed = await list(`${query}&page[size]=1`)
      expect(listed.body.data).toEqual([made.body.data])
      expect(listed.body.meta).toMatchObject({ 'total-count': 2, 'next-page': 2 })
      const path = app.p(`/comments/${made.body.data.id}.json`)
      expect((await app.del(path)).body).toEqual({ data: { id: made.body.data.id, type: 'comments' } })
      expect((await app.del(path)).status).toBe(404)
      expect((await list(query)).body.data.map((comment: Json) => comment.id)).toEqual([second.body.data.id])
    }
  })

  it('name their entity in any spelling and place, and bump nothing', async () => {
    const app = get()
    const { testset, 'step-run': stepRun } = await makeOfEveryKind(app)
    const before = (await app.get(app.p(`/sets/${testset}.json`))).body.data
    for (const [entity, id] of [
      ['Test_Sets', testset],
      ['set', testset],
      ['step_run', stepRun],
    ]) {
      const attributes = { body: 'x', 'author-id': app.ownerId }
      const beside = await app.post(app.p('/comments.json'), { entity, 'entity-id': id, data: { attributes } })
      expect(beside.status, beside.text).toBe(200)
      const inQuery = await app.post(app.p(`/comments.json?entity=${entity}&entity-id=${id}`), { data: { attributes } })
      expect(inQuery.status).toBe(200)
    }
    expect((await app.get(app.p(`/sets/${testset}.json`))).body.data).toEqual(before)
    expect((await app.get(app.p(`/history.json?entity=testset&entity-id=${testset}`))).body.data).toHaveLength(1)
  })

  it('are refused with 422 for a word, 404 for an entity, 422 for the rest', async () => {
    const app = get()
    const { test, issue } = await makeOfEveryKind(app)
    const cases: [Json, number, Json][] = [
      [{ 'entity-id': test, body: 'x' }, 422, { pointer: '/data/attributes/entity' }],
      [{ entity: 'folder', 'entity-id': test, body: 'x' }, 422, { pointer: '/data/attributes/entity' }],
      [{ entity: 'test', body: 'x' }, 422, { pointer: '/data/attributes/entity-id' }],
      [{ entity: 'test', 'entity-id': 'x', body: 'x' }, 422, { pointer: '/data/attributes/entity-id' }],
      [{ entity: 'test', 'entity-id': issue, body: 'x' }, 404, undefined],
      [{ entity: 'test', 'entity-id': '9'.repeat(30), body: '' }, 404, undefined],
      [{ entity: 'test', 'entity-id': test, 'author-id': app.ownerId }, 422, { pointer: '/data/attributes/body' }],
      [
        { entity: 'test', 'entity-id': test, body: ' \n', 'author-id': app.ownerId },
        422,
        { pointer: '/data/attributes/body' },
      ],
      [
        { entity: 'test', 'entity-id': test, body: 'x'.repeat(1_048_577), 'author-id': app.ownerId },
        422,
        { pointer: '/data/attributes/body' },
      ],
      [{ entity: 'test', 'entity-id': test, body: 'x' }, 422, { pointer: '/data/attributes/author-id' }],
      [
        { entity: 'test', 'entity-id': test, body: 'x', 'author-id': 99_999_999 },
        422,
        { pointer: '/data/attributes/author-id' },
      ],
    ]
    for (const [attributes, status, source] of cases) {
      const answer = await post(attributes)
      expect([answer.status, answer.body.errors[0].source], JSON.stringify(attributes).slice(0, 99)).toEqual([
        status,
        source,
      ])
    }
    expect(titles(await post({ entity: 'test', 'entity-id': test }))).toHaveLength(2)
    const longest = await post({
      entity: 'test',
      'entity-id': test,
      body: 'é'.repeat(1_048_576),
      'author-id': app.ownerId,
    })
    expect(longest.status).toBe(200)
    for (const query of ['', 'entity=test', 'entity=cat&entity-id=1', 'entity=test&entity-id=x']) {
      expect((await list(query)).status, query).toBe(422)
    }
    expect((await list(`entity=test&entity-id=${issue}`)).status).toBe(404)
    expect((await app.post(app.p('/comments.json'))).status).toBe(400)
    expect((await app.get(app.p(`/comments/${longest.body.data.id}.json`))).status).toBe(405)
  })

  it('are for whoever may see the entity, and go by their author or an editor', async () => {
    const app = get()
    const { test, issue, milestone } = await makeOfEveryKind(app)
    const commenter = await app.person('commenter@comments.org', 'Commenters')
    const developer = await app.person('developer@comments.org', 'Developers')
    const stranger = await app.person('stranger@comments.org', null)
    const made = await post({ entity: 'issue', 'entity-id': issue, body: 'a', 'author-id': 1 }, commenter.token)
    expect(made.body.data.attributes['author-id']).toBe(commenter.id)
    const onTest = await post({ entity: 'test', 'entity-id': test, body: 'b' }, developer.token)
    const onMilestone = await post({ entity: 'milestone', 'entity-id': milestone, body: 'c' }, commenter.token)
    expect([onTest.status, onMilestone.status]).toEqual([200, 200])
    const pathOf = (answer: Json) => app.p(`/comments/${answer.body.data.id}.json`)
    expect((await app.del(pathOf(onTest), { token: commenter.token })).status).toBe(403)
    expect((await app.del(pathOf(onMilestone), { token: developer.token })).status).toBe(403)
    expect((await app.del(pathOf(made), { token: stranger.token })).status).toBe(404)
    expect((await app.del(pathOf(made), { token: developer.token })).status).toBe(200)
    expect((await app.del(pathOf(onTest), { token: developer.token })).status).toBe(200)
    expect((await app.del(pathOf(onMilestone), { token: commenter.token })).status).toBe(200)
    await app.database.write(0, async ({ db }) => {
      await db
        .updateTable('groups')
        .set({ permissions: '["issues_view"]' })
        .where('name', '=', 'Commenters')
        .where('project_id', '=', app.projectId)
        .execute()
    })
    // A word first, then the permission, then whether it is there.
    expect((await post({ entity: 'cat', 'entity-id': test, body: 'x' }, commenter.token)).status).toBe(422)
    expect((await post({ entity: 'test', 'entity-id': 99_999_999, body: 'x' }, commenter.token)).status).toBe(403)
    expect((await list(`entity=test&entity-id=${test}`, commenter.token)).status).toBe(403)
    expect((await list(`entity=issue&entity-id=${issue}`, commenter.token)).status).toBe(200)
  })

  it('record whom an impersonating token names', async () => {
    const app = get()
    const { issue } = await makeOfEveryKind(app)
    const agent = await app.person('agent@comments.org', 'Developers', true)
    const made = await post({ entity: 'issue', 'entity-id': issue, body: 'a', 'author-id': app.ownerId }, agent.token)
    expect(made.body.data.attributes['author-id']).toBe(app.ownerId)
  })

  it('go with their entity', async () => {
    const app = get()
    const { testset, instance, run, 'step-run': stepRun } = await makeOfEveryKind(app)
    const made = []
    for (const [entity, id] of Object.entries({ testset, instance, run, 'step-run': stepRun })) {
      const answer = await post({ entity, 'entity-id': id, body: 'x', 'author-id': app.ownerId })
      made.push(answer.body.data.id)
    }
    await app.del(app.p(`/sets/${testset}.json`))
    for (const id of made) expect((await app.del(app.p(`/comments/${id}.json`))).status).toBe(404)
  })
})
