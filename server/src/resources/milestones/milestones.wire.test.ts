import { expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

onEveryDatabase('milestones', (get) => {
  const make = async (attributes: Json): Promise<Json> => {
    const app = get()
    const answer = await app.post(app.p('/milestones.json'), { data: { attributes } })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }

  it('are made, changed and deleted with the attributes of the contract', async () => {
    const app = get()
    const made = await make({ name: 'Sprint 1', 'start-date': '2025-01-01T23:00:00+02:00', 'end-date': '2025-01-14' })
    expect(made).toEqual({
      id: expect.any(String),
      type: 'milestones',
      attributes: {
        'project-id': app.projectId,
        'display-id': expect.any(Number),
        name: 'Sprint 1',
        description: null,
        'milestone-status': 'Planned',
        'milestone-type': null,
        'start-date': '2025-01-01',
        'end-date': '2025-01-14',
        'author-id': null,
        'custom-fields': {},
        'created-at': expect.any(String),
        'updated-at': expect.any(String),
      },
    })
    const path = app.p(`/milestones/${made.id}.json`)
    const put = (attributes: Json) => app.put(path, { data: { attributes } })
    expect((await put({ 'milestone-status': 'Frozen', 'assigned-to-id': 7 })).body.data.attributes).toMatchObject({
      'milestone-status': 'Frozen',
    })
    expect((await put({ 'milestone-status': null })).body.data.attributes['milestone-status']).toBe('Frozen')
    expect(titles(await put({ 'end-date': '2024-12-31' }))[0]).toContain('before the start')
    expect(titles(await put({ 'start-date': 'soon' }))[0]).toContain('Start date')
    expect((await put({ 'start-date': null, 'end-date': '2024-12-31' })).status).toBe(200)
    expect((await app.del(path)).body.data).toEqual({ id: made.id, type: 'milestones' })
    expect((await app.get(path)).status).toBe(404)
  })

  it('gather sets, which are in none once their milestone is gone', async () => {
    const app = get()
    const made = await make({ name: 'Release' })
    const set = await app.post(app.p('/sets.json'), {
      data: { attributes: { name: 's', 'milestone-id': made.id } },
    })
    expect(set.body.data.attributes['milestone-id']).toBe(Number(made.id))
    const shown = await app.get(app.p(`/milestones/${made.id}.json?relationships=true`))
    expect(shown.body.data.relationships).toEqual({
      requirements: { data: [] },
      issues: { data: [] },
      suites: { data: [{ id: set.body.data.id, type: 'sets' }] },
    })
    await app.del(app.p(`/milestones/${made.id}.json`))
    const after = await app.get(app.p(`/sets/${set.body.data.id}.json`))
    expect(after.body.data.attributes['milestone-id']).toBeNull()
    const wrong = await app.post(app.p('/sets.json'), { data: { attributes: { name: 's', 'milestone-id': made.id } } })
    expect(titles(wrong)[0]).toContain('names no milestone')
  })

  it('are seen by every member and changed by those who edit tests', async () => {
    const app = get()
    const made = await make({ name: 'Seen' })
    const commenter = await app.person('commenter@example.org', 'Commenters')
    const path = app.p(`/milestones/${made.id}.json`)
    expect((await app.get(path, { token: commenter.token })).status).toBe(200)
    expect((await app.put(path, { data: { attributes: { name: 'x' } } }, { token: commenter.token })).status).toBe(403)
    expect((await app.del(path, { token: commenter.token })).status).toBe(403)
  })
})
