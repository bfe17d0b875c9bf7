import { expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

onEveryDatabase('users of a group', (get) => {
  const make = async (name: string) => {
    const answer = await get().post(get().p('/groups.json'), { data: { attributes: { name } } })
    return get().p(`/groups/${answer.body.data.id}/relationships/users.json`)
  }
  const makeUsers = async (...names: string[]): Promise<number[]> => {
    const ids: number[] = []
    for (const name of names) {
      const made = await get().post('/users.json', { data: { attributes: { email: `${name}@example.org` } } })
      ids.push(Number(made.body.data.id))
    }
    return ids
  }
  const ids = (answer: Json) => answer.body.data.map((row: Json) => Number(row.id))
  const remove = (path: string, body?: Json, options = {}) => get().call('DELETE', path, body, options)

  it('are added and removed by identifiers, and shown by ascending id on one page', async () => {
    const app = get()
    const path = await make('Added')
    const [a, b, c] = (await makeUsers('a', 'b', 'c')) as [number, number, number]
    expect((await app.get(path)).body).toEqual({
      data: [],
      links: {},
      meta: { 'current-page': 1, 'next-page': null, 'prev-page': null, 'total-pages': 0, 'total-count': 0 },
    })
    const added = await app.post(path, { data: [{ id: c, type: 'users' }, { id: String(a) }, { id: a }] })
    expect(added.body).toEqual({
      data: [
        { id: String(a), type: 'users' },
        { id: String(c), type: 'users' },
      ],
      links: {},
      meta: { 'current-page': 1, 'next-page': null, 'prev-page': null, 'total-pages': 1, 'total-count': 2 },
    })
    expect(ids(await app.post(path, { data: { id: b, type: 'user' } }))).toEqual([a, b, c])
    expect(ids(await app.post(path, { data: [{ id: a }] }))).toEqual([a, b, c])
    expect(ids(await app.post(path, { data: [] }))).toEqual([a, b, c])
    expect(ids(await remove(path, { data: [{ id: a }, { id: app.ownerId }] }))).toEqual([b, c])
    expect(ids(await app.get(path))).toEqual([b, c])
    const [project] = (await app.get(`/users/${b}/projects.json`)).body.data
    expect([project.id, project.attributes.groups.map(({ name }: Json) => name)]).toEqual([
      String(app.projectId),
      ['Added'],
    ])
  })

  it('page when the request says so', async () => {
    const app = get()
    const path = await make('Paged')
    const users = await makeUsers('p1', 'p2', 'p3')
    await app.post(path, { data: users.map((id) => ({ id })) })
    const first = await app.get(`${path}?page[size]=2`)
    expect([ids(first), first.body.meta['total-count']]).toEqual([users.slice(0, 2), 3])
    const next = new URL(first.body.links.next)
    const second = await app.get(next.pathname + next.search)
    expect([ids(second), second.body.links.next]).toEqual([users.slice(2), undefined])
    expect((await app.get(`${path}?page[number]=0`)).status).toBe(422)
  })

  it('change nothing when a body is wrong', async () => {
    const app = get()
    const path = await make('Wrong')
    const [a] = await makeUsers('kept')
    const { ownerId } = await app.otherAccount()
    await app.post(path, { data: { id: a } })
    const wrong: [Json, number][] = [
      [await app.post(path, { data: [{ id: app.ownerId }, { id: 999999999 }] }), 422],
      [await app.post(path, { data: [{ id: ownerId }] }), 422],
      [await app.post(path, { data: [{ id: 'abc' }] }), 422],
      [await app.post(path, { data: [{}] }), 422],
      [await app.post(path, { data: [{ id: app.ownerId, type: 'tests' }] }), 422],
      [await remove(path, { data: [{ id: a }, { id: 999999999 }] }), 422],
      [await remove(path, { data: [] }), 422],
      [await remove(path, { data: 5 }), 400],
      [await remove(path), 400],
      [await app.post(path, {}), 400],
      [await app.call('PATCH', path, { data: [] }), 405],
    ]
    expect(wrong.map(([answer]) => answer.status)).toEqual(wrong.map(([, status]) => status))
    expect(wrong[0]?.[0].body.errors[0].source.pointer).toBe('/data/1/id')
    expect(ids(await app.get(path))).toEqual([a])
    for (const answer of [
      await app.get(app.p('/groups/999999/relationships/users.json')),
      await app.post(app.p('/groups/999999/relationships/users.json'), { data: [{ id: a }] }),
      await remove(app.p('/groups/999999/relationships/users.json'), { data: [{ id: a }] }),
    ]) {
      expect(answer.status).toBe(404)
    }
  })

  it('always leave somebody in Administrators', async () => {
    const app = get()
    const groups = (await app.get(app.p('/groups.json'))).body.data
    const idOf = (name: string) => groups.find((group: Json) => group.attributes.name === name).id
    const path = app.p(`/groups/${idOf('Administrators')}/relationships/users.json`)
    const [second] = await makeUsers('second')
    const before = ids(await app.get(path))
    expect(before).toEqual([app.ownerId])
    const refused = await remove(path, { data: [{ id: app.ownerId }] })
    expect(refused.status).toBe(422)
    expect(titles(refused)[0]).toContain('last member of Administrators')
    await app.post(path, { data: { id: second } })
    expect((await remove(path, { data: [{ id: app.ownerId }, { id: second }] })).status).toBe(422)
    expect(ids(await remove(path, { data: { id: app.ownerId } }))).toEqual([second])
    const testers = app.p(`/groups/${idOf('Testers')}/relationships/users.json`)
    await app.post(testers, { data: { id: second } })
    expect(ids(await remove(testers, { data: { id: second } }))).toEqual([])
  })

  it('leave somebody there when two remove each other at once', async () => {
    const app = get()
    const made = await app.post('/projects.json', { data: { attributes: { name: 'Two administrators' } } })
    const project = `/projects/${made.body.data.id}`
    const [group] = (await app.get(`${project}/groups.json`)).body.data
    const path = `${project}/groups/${group.id}/relationships/users.json`
    const [a, b] = await makeUsers('duel1', 'duel2')
    await app.post(path, { data: [{ id: a }, { id: b }] })
    const answers = await Promise.all([remove(path, { data: { id: a } }), remove(path, { data: { id: b } })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
    expect(ids(await app.get(path))).toHaveLength(1)
  })

  it('never join a group that is being deleted', async () => {
    const app = get()
    for (let i = 0; i < 5; i++) {
      const path = await make(`race ${i}`)
      const id = Number(/groups\/(\d+)/.exec(path)?.[1])
      const [user] = await makeUsers(`race${i}`)
      const projects = [{ id: app.projectId, groups: [{ id }] }]
      const answers = await Promise.all([
        app.del(app.p(`/groups/${id}.json`)),
        app.post(path, { data: { id: user } }),
        app.put(`/users/${user}/projects.json`, { data: { projects } }),
      ])
      expect(answers[0].status).toBe(200)
      for (const { status } of answers.slice(1)) expect([200, 404, 422]).toContain(status)
      expect((await app.get(`/users/${user}/projects.json`)).body.data).toEqual([])
    }
  })

  it('are seen and changed by those who manage the project', async () => {
    const app = get()
    const path = await make('Guarded')
    const tester = await app.person('tester@example.org', 'Testers')
    const { token } = tester
    expect((await app.get(path, { token })).status).toBe(403)
    expect((await app.post(path, { data: { id: tester.id } }, { token })).status).toBe(403)
    expect((await remove(path, { data: { id: tester.id } }, { token })).status).toBe(403)
  })
})
