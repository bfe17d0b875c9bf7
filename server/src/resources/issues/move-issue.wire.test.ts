import { beforeAll, describe, expect, it } from 'vitest'
import { onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('the issue workflow', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })

  const makeIssue = async () => {
    const body = { data: { attributes: { title: 'Total missing', 'author-id': app.ownerId } } }
    return Number((await app.post(app.p('/issues.json'), body)).body.data.id)
  }
  const move = (id: number, status: unknown, more: object = { 'user-id': app.ownerId }, options = {}) =>
    app.put(
      app.p(`/issues/${id}/update_status.json`),
      { data: { attributes: { 'status-name': status, ...more } } },
      options,
    )

  it('walks the default workflow, keeps who closed it and when, and clears both on reopening', async () => {
    const id = await makeIssue()
    expect((await move(id, 'FIXED')).body.data.attributes).toMatchObject({ 'status-name': 'fixed', 'closed-at': null })
    const closed = (await move(id, 'closed')).body.data.attributes
    expect(closed).toMatchObject({ 'status-name': 'closed', 'status-resolution': 'done', 'closed-by-id': app.ownerId })
    expect(closed['closed-at']).toMatch(/Z$/)
    const same = (await move(id, 'closed')).body.data.attributes
    expect(same['updated-at']).toBe(closed['updated-at'])
    const reopened = (await move(id, 'reopened')).body.data.attributes
    expect(reopened).toMatchObject({ 'closed-at': null, 'closed-by-id': null, 'status-resolution': null })
  })

  it('refuses what the workflow does not know', async () => {
    const id = await makeIssue()
    expect(titles(await move(id, 'closed'))).toEqual(['The workflow has no transition from "new" to "closed"'])
    expect((await move(id, 'solved')).body.errors[0]).toMatchObject({
      status: '422',
      source: { pointer: '/data/attributes/status-name' },
    })
    expect((await move(id, '')).status).toBe(422)
    expect((await move(id, 'open', {})).body.errors[0].source.pointer).toBe('/data/attributes/user-id')
    expect((await move(id, 'open', { 'user-id': 999999999 })).status).toBe(422)
    expect((await move(999999999, 'open')).status).toBe(404)
    expect((await app.get(app.p(`/issues/${id}.json`))).body.data.attributes['status-name']).toBe('new')
  })

  it('lets Developers move it with their own token, and Commenters not', async () => {
    const id = await makeIssue()
    const developer = await app.person('developer@example.org', 'Developers')
    const commenter = await app.person('commenter@example.org', 'Commenters')
    expect((await move(id, 'rejected', {}, { token: commenter.token })).status).toBe(403)
    const moved = await move(id, 'rejected', { 'user-id': app.ownerId }, { token: developer.token })
    expect(moved.body.data.attributes).toMatchObject({ 'status-name': 'rejected', 'closed-by-id': developer.id })
  })

  it('keeps a transition to its groups: 403 for a personal token, 422 for the user an account token names', async () => {
    const id = await makeIssue()
    const outsider = await app.person('outside@example.org', 'Developers')
    const insider = await app.person('inside@example.org', 'Testers')
    const group = (await app.get(app.p('/groups.json'))).body.data.find(
      (each: { attributes: { name: string } }) => each.attributes.name === 'Testers',
    )
    const { db } = app.database.read
    const statuses = await db.selectFrom('issue_statuses').selectAll().where('project_id', '=', app.projectId).execute()
    const idOf = (name: string) => Number(statuses.find((status) => status.name === name)?.id)
    await app.database.write(0, async (tx) => {
      await tx.db
        .updateTable('issue_transitions')
        .set({ group_ids: JSON.stringify([Number(group.id)]) })
        .where('project_id', '=', app.projectId)
        .where('from_id', '=', idOf('new'))
        .where('to_id', '=', idOf('open'))
        .execute()
    })
    expect((await move(id, 'open', {}, { token: outsider.token })).status).toBe(403)
    expect((await move(id, 'open', { 'user-id': outsider.id })).body.errors[0].source.pointer).toBe(
      '/data/attributes/user-id',
    )
    expect((await move(id, 'open', {}, { token: insider.token })).status).toBe(200)
  })

  it('lets the second of two at once be judged from the new status', async () => {
    const id = await makeIssue()
    const answers = await Promise.all([move(id, 'rejected'), move(id, 'fixed')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
  })

  describe('DELETE', () => {
    it('removes the issue and its files, unless the project forbids it', async () => {
      const id = await makeIssue()
      const files = { data: [{ filename: 'a.txt', content_encoded: 'YQ==' }] }
      await app.post(app.p('/attachments.json'), { entity: 'issue', 'entity-id': id, data: { files } })
      const before = (await app.get(app.p('/issues.json'))).body.meta['total-count']
      const tester = await app.person('tester@example.org', 'Testers')
      expect((await app.del(app.p(`/issues/${id}.json`), { token: tester.token })).status).toBe(403)
      expect((await app.del(app.p(`/issues/${id}.json`))).body).toEqual({ data: { id: String(id), type: 'issues' } })
      expect((await app.get(app.p(`/issues/${id}.json`))).status).toBe(404)
      expect((await app.get(app.p(`/attachments.json?entity=issue&entity-id=${id}`))).status).toBe(404)
      expect((await app.get(app.p('/issues.json'))).body.meta['total-count']).toBe(before - 1)
      const made = await app.post('/projects.json', {
        data: { attributes: { name: 'No deleting', 'enable-delete-issues': false } },
      })
      const issue = { data: { attributes: { title: 'kept', 'author-id': app.ownerId } } }
      const path = `/projects/${made.body.data.id}/issues`
      const kept = (await app.post(`${path}.json`, issue)).body.data.id
      expect((await app.del(`${path}/${kept}.json`)).status).toBe(403)
    })
  })
})
