import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, titles } from '../../test/build-app.ts'

onEveryDatabase('folders', (get) => {
  const post = (attributes: Json, token?: string) =>
    get().post(get().p('/folders.json'), { data: { attributes } }, token === undefined ? {} : { token })
  const put = (id: string, attributes: Json) => get().put(get().p(`/folders/${id}.json`), { data: { attributes } })
  const make = async (attributes: Json): Promise<Json> => {
    const answer = await post(attributes)
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }

  it('have the attributes of the contract, a parent of their kind and a position', async () => {
    const app = get()
    const root = await make({ entity: 'Test-Set', name: 'Nightly' })
    expect(root).toEqual({
      id: expect.any(String),
      type: 'folders',
      attributes: {
        'project-id': app.projectId,
        entity: 'testset',
        name: 'Nightly',
        'parent-id': null,
        position: 1,
        'created-at': expect.any(String),
        'updated-at': expect.any(String),
      },
    })
    expect(Object.keys(root.attributes)).toEqual([
      'project-id',
      'entity',
      'name',
      'parent-id',
      'position',
      'created-at',
      'updated-at',
    ])
    const child = await make({ entity: 'testset', name: 'Web', 'parent-id': root.id })
    expect(child.attributes).toMatchObject({ 'parent-id': Number(root.id), position: 1 })
    const second = await make({ entity: 'testset', name: 'Api', 'parent-id': root.id, position: null })
    expect(second.attributes.position).toBe(2)
    expect((await put(child.id, { position: '7', entity: 'issue' })).body.data.attributes).toMatchObject({
      position: 7,
      entity: 'testset',
    })
    expect((await put(child.id, { position: null })).body.data.attributes.position).toBe(3)
    expect((await put(child.id, { 'parent-id': null, name: 'Web shop' })).body.data.attributes).toMatchObject({
      'parent-id': null,
      name: 'Web shop',
    })
    expect((await app.get(app.p(`/folders/${child.id}.json`))).body.data.attributes.name).toBe('Web shop')
    const unchanged = (await app.get(app.p(`/folders/${root.id}.json`))).body.data
    expect((await put(root.id, unchanged.attributes)).body.data).toEqual(unchanged)
  })

  it('are listed by id, of one kind where that is asked for', async () => {
    const app = get()
    const first = await make({ entity: 'issue', name: 'Bugs' })
    const second = await make({ entity: 'issues', name: 'Wishes', position: 1 })
    const list = await app.get(app.p('/folders.json?entity=issue'))
    expect(list.body.data.map((folder: Json) => folder.id)).toEqual([first.id, second.id])
    expect(list.body.meta['total-count']).toBe(2)
    expect((await app.get(app.p('/folders.json?entity='))).body.meta['total-count']).toBeGreaterThan(2)
    const wrong = await app.get(app.p('/folders.json?entity=run'))
    expect([wrong.status, wrong.body.errors[0].source]).toEqual([422, { parameter: 'entity' }])
  })

  it('are refused with 422 and a pointer for what is wrong', async () => {
    const root = await make({ entity: 'requirement', name: 'Wrong' })
    const foreign = await make({ entity: 'test', name: 'Wrong' })
    const cases: [Json, string][] = [
      [{ name: 'x' }, '/data/attributes/entity'],
      [{ name: 'x', entity: 'instance' }, '/data/attributes/entity'],
      [{ entity: 'requirement' }, '/data/attributes/name'],
      [{ entity: 'requirement', name: ' ' }, '/data/attributes/name'],
      [{ entity: 'requirement', name: 'x'.repeat(1001) }, '/data/attributes/name'],
      [{ entity: 'requirement', name: 'wRONG' }, '/data/attributes/name'],
      [{ entity: 'requirement', name: 'x', 'parent-id': foreign.id }, '/data/attributes/parent-id'],
      [{ entity: 'requirement', name: 'x', 'parent-id': 99_999_999 }, '/data/attributes/parent-id'],
      [{ entity: 'requirement', name: 'x', 'parent-id': 'root' }, '/data/attributes/parent-id'],
      [{ entity: 'requirement', name: 'x', position: 0 }, '/data/attributes/position'],
      [{ entity: 'requirement', name: 'x', position: 'top' }, '/data/attributes/position'],
    ]
    for (const [attributes, pointer] of cases) {
      const answer = await post(attributes)
      expect([answer.status, answer.body.errors[0].source], JSON.stringify(attributes).slice(0, 80)).toEqual([
        422,
        { pointer },
      ])
    }
    const both = await post({ entity: 'requirement', position: 0, 'parent-id': foreign.id })
    expect(titles(both)).toHaveLength(3)
    // The same name elsewhere is another folder.
    const child = await make({ entity: 'requirement', name: 'wrong', 'parent-id': root.id })
    const back = await put(child.id, { 'parent-id': null })
    expect([back.status, titles(back)[0]]).toEqual([422, expect.stringContaining('is taken')])
    expect((await put(root.id, { 'parent-id': child.id })).body.errors[0].title).toContain('cycle')
    expect((await put(root.id, { 'parent-id': root.id })).status).toBe(422)
    expect((await put(root.id, { name: null })).status).toBe(422)
    expect((await put(root.id, { name: 'WRONG' })).body.data.attributes.name).toBe('WRONG')
  })

  it('stand at most 100 deep, also when a tree is moved under another', async () => {
    let parent: string | null = null
    const chain: string[] = []
    for (let depth = 1; depth <= 100; depth++) {
      parent = (await make({ entity: 'requirement', name: 'deep', 'parent-id': parent })).id as string
      chain.push(parent)
    }
    const tooDeep = await post({ entity: 'requirement', name: 'deep', 'parent-id': parent })
    expect(titles(tooDeep)[0]).toContain('100')
    const other = await make({ entity: 'requirement', name: 'other' })
    expect(titles(await put(chain[0] as string, { 'parent-id': other.id }))[0]).toContain('100')
    expect((await put(chain[1] as string, { 'parent-id': other.id })).status).toBe(200)
  })

  it('keep two folders at once from one name', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => post({ entity: 'test', name: 'once' })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422, 422, 422, 422, 422])
  })

  it('go when no folder stands in them; what lay in them is in none', async () => {
    const app = get()
    const root = await make({ entity: 'test', name: 'Root' })
    const child = await make({ entity: 'test', name: 'Child', 'parent-id': root.id })
    const test = await app.post(app.p('/tests.json'), {
      data: { attributes: { name: 't', 'author-id': app.ownerId, 'folder-id': child.id } },
    })
    expect(test.body.data.attributes['folder-id']).toBe(Number(child.id))
    const refused = await app.del(app.p(`/folders/${root.id}.json`))
    expect([refused.status, titles(refused)[0]]).toEqual([422, expect.stringContaining('holds other folders')])
    const headers = { 'idempotency-key': 'gone' }
    const gone = await app.del(app.p(`/folders/${child.id}.json`), { headers })
    expect(gone.body).toEqual({ data: { id: child.id, type: 'folders' } })
    expect((await app.del(app.p(`/folders/${child.id}.json`), { headers })).body).toEqual(gone.body)
    expect((await app.del(app.p(`/folders/${child.id}.json`))).status).toBe(404)
    expect((await app.get(app.p(`/tests/${test.body.data.id}.json`))).body.data.attributes['folder-id']).toBeNull()
    expect((await app.del(app.p(`/folders/${root.id}.json`))).status).toBe(200)
    const wrong = await app.put(app.p(`/tests/${test.body.data.id}.json`), {
      data: { attributes: { 'folder-id': child.id } },
    })
    expect(wrong.status).toBe(422)
  })

  describe('permissions', () => {
    it('every member sees them, the editors of their kind write them', async () => {
      const app = get()
      const developer = await app.person('developer@folders.org', 'Developers')
      const stranger = await app.person('stranger@folders.org', null)
      const { token } = developer
      const set = await make({ entity: 'testset', name: 'Of testers' })
      const mine = await post({ entity: 'issue', name: 'Of developers' }, token)
      expect(mine.status).toBe(200)
      const path = app.p(`/folders/${set.id}.json`)
      expect((await app.get(path, { token })).status).toBe(200)
      expect((await app.get(app.p('/folders.json'), { token })).status).toBe(200)
      expect((await app.get(path, { token: stranger.token })).status).toBe(404)
      // The word first, then the permission, then everything else.
      expect((await post({ entity: 'cat' }, token)).status).toBe(422)
      expect((await post({ entity: 'testset', position: 0 }, token)).status).toBe(403)
      expect((await app.put(path, { data: { attributes: { name: '' } } }, { token })).status).toBe(403)
      expect((await app.put(path, '{', { token })).status).toBe(403)
      expect((await app.del(path, { token })).status).toBe(403)
      const own = app.p(`/folders/${mine.body.data.id}.json`)
      expect((await app.put(own, { data: { attributes: { name: 'Ours' } } }, { token })).status).toBe(200)
      expect((await app.del(own, { token })).status).toBe(200)
      expect((await app.put(app.p('/folders/99999999.json'), { data: {} }, { token })).status).toBe(404)
      expect((await app.put(app.p('/folders/99999999.json'), '{')).status).toBe(400)
      expect((await app.get(app.p('/folders/undefined.json'))).status).toBe(404)
    })
  })
})
