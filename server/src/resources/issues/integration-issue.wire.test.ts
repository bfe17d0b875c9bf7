import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('integration issues', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })

  const makeIssue = async (title = 'Total missing'): Promise<string> => {
    const body = { data: { attributes: { title, 'author-id': app.ownerId } } }
    return (await app.post(app.p('/issues.json'), body)).body.data.id
  }
  const put = (id: string, integration: Json, options = {}) =>
    app.put(`/api/v1/integration_issues/${id}.json`, { integration_issue: integration }, options)
  const show = async (id: string) => (await app.get(app.p(`/issues/${id}.json`))).body.data

  it('take external id, title and status, each if sent, and answer the issue', async () => {
    const id = await makeIssue()
    const answer = await put(id, { external_id: 'EXT-9', description: 'Renamed', status: 'FIXED' })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toEqual({ data: await show(id) })
    expect(answer.body.data.attributes).toMatchObject({
      'external-id': 'EXT-9',
      title: 'Renamed',
      description: null,
      'status-name': 'fixed',
    })
    const raw = '{"Integration-Issue":{"External-ID":90071992547409930}}'
    const numbered = await app.put(`/api/integration_issues/${id}`, raw)
    expect(numbered.body.data.attributes).toMatchObject({
      'external-id': '90071992547409930',
      title: 'Renamed',
      'status-name': 'fixed',
    })
    for (const nothing of [
      {},
      null,
      { external_id: null, description: ' ', status: null, other: 7 },
      { external_id: ' ', status: ' ' },
      { status: 'FIXED' },
    ]) {
      const before = await show(id)
      const same = await put(id, nothing)
      expect([same.status, same.body]).toEqual([200, { data: before }])
    }
    // One that is no object, as of a client that encodes twice, is none.
    for (const body of [undefined, {}, { data: {} }, '"{}"', '[]', '7', 'not json', '']) {
      expect((await app.put(`/api/v1/integration_issues/${id}.json`, body)).status).toBe(200)
    }
    const long = '😀'.repeat(1001)
    expect((await put(id, { description: long })).body.data.attributes.title).toBe('😀'.repeat(1000))
    expect((await put(id, { description: 17 })).body.data.attributes.title).toBe('17')
  })

  it('set any status of the workflow without a transition, and keep when and by whom it was closed', async () => {
    const id = await makeIssue()
    const developer = await app.person('developer@example.org', 'Developers')
    const closed = (await put(id, { status: 'Closed' }, { token: developer.token })).body.data.attributes
    expect(closed).toMatchObject({ 'status-name': 'closed', 'closed-by-id': developer.id })
    expect(closed['closed-at']).toMatch(/Z$/)
    expect((await put(id, { status: 'new' })).body.data.attributes).toMatchObject({
      'status-name': 'new',
      'closed-at': null,
      'closed-by-id': null,
    })
    expect((await put(id, { status: 'closed' })).body.data.attributes['closed-by-id']).toBeNull()
    const events = await app.database.read.db
      .selectFrom('history_events')
      .selectAll()
      .where('entity', '=', 'issue')
      .where('entity_id', '=', Number(id))
      .orderBy('id')
      .execute()
    expect(events.map(({ action }) => action)).toEqual(['create', 'status', 'status', 'status'])
    expect(events.map(({ user_id }) => user_id)).toEqual([app.ownerId, developer.id, null, null])
  })

  it('follow the words of common trackers by their class, and keep the word', async () => {
    const id = await makeIssue()
    expect((await show(id)).attributes['external-status']).toBeNull()
    const shown = async (status: unknown) => {
      const { attributes } = (await put(id, { status })).body.data
      return [attributes['status-name'], attributes['external-status'], attributes['closed-at'] !== null]
    }
    expect(await shown('In Progress')).toEqual(['new', 'In Progress', false])
    expect(await shown('Resolved')).toEqual(['closed', 'Resolved', true])
    expect(await shown('Verified')).toEqual(['closed', 'Verified', true])
    expect(await shown('Purple')).toEqual(['closed', 'Purple', true])
    expect(await shown('TO_DO')).toEqual(['reopened', 'TO_DO', false])
    expect(await shown("Won't-Fix")).toEqual(['rejected', "Won't-Fix", true])
    expect(await shown(' Open ')).toEqual(['open', 'Open', false])
    expect(await shown(5)).toEqual(['open', '5', false])
    expect(await shown({ name: 'Closed' })).toEqual(['open', '5', false])
    expect(await shown('x'.repeat(300))).toEqual(['open', 'x'.repeat(255), false])
    const keys = Object.keys((await show(id)).attributes)
    expect(keys[keys.indexOf('external-id') + 1]).toBe('external-status')
    // It is the tracker's: nobody else writes it.
    const own = { data: { attributes: { 'external-status': 'mine' } } }
    expect((await app.put(app.p(`/issues/${id}.json`), own)).body.data.attributes['external-status']).not.toBe('mine')
    const clone = await app.post(app.p(`/issues/${id}/clone.json`), {
      data: { attributes: { 'author-id': app.ownerId } },
    })
    expect(clone.body.data.attributes['external-status']).toBeNull()
    const history = (await app.get(app.p(`/history.json?entity=issue&entity-id=${id}&page[size]=50`))).body
      .data as Json[]
    const words = history.flatMap(({ attributes }) =>
      attributes.changes.filter((c: Json) => c.field === 'external-status'),
    )
    expect(words.map(({ to }: Json) => to).slice(-3)).toEqual(['Verified', 'Resolved', 'In Progress'])
  })

  it('leave the status where a transition is limited to groups the owner of the token is not in', async () => {
    const id = await makeIssue()
    const outsider = await app.person('outsider@example.org', 'Developers')
    const insider = await app.person('insider@example.org', 'Testers')
    const { db } = app.database.read
    const [statuses, group] = [
      await db.selectFrom('issue_statuses').selectAll().where('project_id', '=', app.projectId).execute(),
      await db
        .selectFrom('groups')
        .selectAll()
        .where('project_id', '=', app.projectId)
        .where('name', '=', 'Testers')
        .executeTakeFirstOrThrow(),
    ]
    const idOf = (name: string) => Number(statuses.find((status) => status.name === name)?.id)
    await app.database.write(0, async (tx) => {
      await tx.db
        .updateTable('issue_transitions')
        .set({ group_ids: JSON.stringify([group.id]) })
        .where('project_id', '=', app.projectId)
        .where('from_id', '=', idOf('new'))
        .where('to_id', '=', idOf('open'))
        .execute()
    })
    const refused = await put(id, { status: 'open', external_id: 'E1' }, { token: outsider.token })
    expect(refused.status).toBe(200)
    expect(refused.body.data.attributes).toMatchObject({ 'status-name': 'new', 'external-id': 'E1' })
    const taken = await put(id, { status: 'open' }, { token: insider.token })
    expect(taken.body.data.attributes['status-name']).toBe('open')
    const other = await makeIssue()
    expect((await put(other, { status: 'open' })).body.data.attributes['status-name']).toBe('open')
  })

  it('are found in every project the token may see, and changed with issues_editor', async () => {
    const id = await makeIssue()
    const commenter = await app.person('commenter@example.org', 'Commenters')
    const stranger = await app.person('stranger@example.org', null)
    const status = async (token: string) => (await put(id, { external_id: 'x' }, { token })).status
    expect(await status(commenter.token)).toBe(403)
    expect(await status(stranger.token)).toBe(404)
    const missing = await put('999999999', { external_id: 'x' })
    expect([missing.status, missing.body.error]).toEqual([404, titles(missing)[0]])
    expect((await put('undefined', {})).status).toBe(404)
    expect((await app.get(`/api/v1/integration_issues/${id}.json`)).status).toBe(405)
    expect((await put(id, {}, { token: null })).status).toBe(401)
    const custom = { authorization: `Custom api_token=${app.token}, developer_email=a@b` }
    expect((await put(id, { external_id: 'y' }, { token: null, headers: custom })).body.data.attributes).toMatchObject({
      'external-id': 'y',
    })
  })

  it('refuse what no issue can hold, all in one answer, and change nothing then', async () => {
    const id = await makeIssue()
    const answer = await put(id, { external_id: ['x'], description: { a: 1 }, status: 'open' })
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map((error: Json) => error.source.pointer).sort()).toEqual([
      '/integration_issue/description',
      '/integration_issue/external-id',
    ])
    expect(answer.body.error).toBe(titles(answer)[0])
    expect((await put(id, { external_id: 'x'.repeat(1001), status: 'open' })).status).toBe(422)
    expect((await put(id, 'EXT-9')).status).toBe(422)
    expect((await app.put(`/api/v1/integration_issues/${id}.json`, '{')).status).toBe(400)
    expect((await show(id)).attributes).toMatchObject({ 'external-id': null, 'status-name': 'new' })
  })
})
