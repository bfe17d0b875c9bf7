import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

onEveryDatabase('the projects of a user', (get) => {
  let app: TestApp
  let other: number
  let groups: Record<string, number>
  beforeAll(async () => {
    app = get()
    other = Number((await app.post('/projects.json', { data: { attributes: { name: 'Other' } } })).body.data.id)
    const list = (await app.get(app.p('/groups.json'))).body.data
    groups = Object.fromEntries(list.map(({ id, attributes }: Json) => [attributes.name, Number(id)]))
  })

  const makeUser = async (email: string) =>
    Number((await app.post('/users.json', { data: { attributes: { email } } })).body.data.id)
  const access = (answer: { body: Json }) =>
    answer.body.data.map(({ id, attributes }: Json) => [Number(id), attributes.groups.map(({ name }: Json) => name)])

  it('are none for a new user, and replaced as a whole by PUT, under both of its addresses', async () => {
    const id = await makeUser('new@example.org')
    const none = await app.get(`/users/${id}/projects.json`)
    expect(none.body).toMatchObject({ data: [], meta: { 'total-count': 0 } })
    const first = await app.put(`/users/${id}/projects.json`, {
      data: {
        projects: [
          { id: String(app.projectId), groups: [{ id: groups.Developers }, { id: String(groups.Commenters) }] },
          { id: other },
        ],
      },
    })
    expect(access(first)).toEqual([
      [other, ['Testers']],
      [app.projectId, expect.arrayContaining(['Developers', 'Commenters'])],
    ])
    expect(first.body.data[1]).toMatchObject({ type: 'projects', attributes: { name: 'Demo' } })
    expect(Object.keys(first.body.links)).toEqual(['self', 'first', 'prev', 'next', 'last'])
    expect(access(await app.get(`/users/${id}/projects.json`))).toEqual(access(first))
    const second = await app.put(`/users/${id}/groups.json`, {
      data: { projects: [{ id: app.projectId, groups: [] }] },
    })
    expect(access(second)).toEqual([[app.projectId, ['Testers']]])
    expect((await app.get(`/users.json?active=true&email=NEW@example.org`)).body.data).toHaveLength(1)
    expect((await app.del(`/users/${id}/projects.json`)).body).toEqual({ data: [] })
    expect((await app.get(`/users.json?active=true&email=new@example.org`)).body.data).toEqual([])
  })

  it('follow each other by links with all five keys', async () => {
    const id = await makeUser('paged@example.org')
    await app.put(`/users/${id}/projects.json`, { data: { projects: [{ id: app.projectId }, { id: other }] } })
    const first = (await app.get(`/users/${id}/projects.json?page[size]=1`)).body
    expect(first.links.prev).toBeNull()
    const second = (await app.get(new URL(first.links.next).pathname + new URL(first.links.next).search)).body
    expect([first.data[0].id, second.data[0].id]).toEqual([String(other), String(app.projectId)])
    expect(second.links.next).toBeNull()
    expect(second.links.last).toContain('page%5Bnumber%5D=2')
  })

  it('stay as they are when anything in a PUT is wrong', async () => {
    const id = await makeUser('kept@example.org')
    await app.put(`/users/${id}/projects.json`, { data: { projects: [{ id: other }] } })
    const wrong: [unknown, string][] = [
      [{}, '/data/projects'],
      [{ projects: null }, '/data/projects'],
      [{ projects: 'all' }, '/data/projects'],
      [{ projects: [{ id: 999999999 }] }, '/data/projects/0/id'],
      [{ projects: [{ id: other }, { id: 'x' }] }, '/data/projects/1/id'],
      [{ projects: [{ id: other, groups: [{ id: groups.Testers }] }] }, '/data/projects/0/groups/0/id'],
      [{ projects: [{ id: other, groups: 'Testers' }] }, '/data/projects/0/groups'],
    ]
    for (const [data, pointer] of wrong) {
      const answer = await app.put(`/users/${id}/projects.json`, { data })
      expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([422, pointer])
    }
    expect(access(await app.get(`/users/${id}/projects.json`))).toEqual([[other, ['Testers']]])
    expect((await app.put('/users/999999999/projects.json', { data: {} })).status).toBe(404)
  })

  it('are shown to the own personal token, and changed by account tokens only', async () => {
    const { id, token } = await app.person('self@example.org', 'Commenters')
    expect(access(await app.get(`/users/${id}/projects.json`, { token }))).toEqual([[app.projectId, ['Commenters']]])
    expect((await app.get(`/users/${app.ownerId}/projects.json`, { token })).status).toBe(403)
    expect((await app.put(`/users/${id}/projects.json`, { data: { projects: [] } }, { token })).status).toBe(403)
    expect((await app.del(`/users/${id}/projects.json`, { token })).status).toBe(403)
  })
})
