import { expect, it } from 'vitest'
import { addLinks, directlyLinked, removeLinks } from '../features/links/links.store.ts'
import { onEveryDatabase } from '../test/build-app.ts'

onEveryDatabase('requests that name very many ids', (get) => {
  it('are answered, up to the 256 KB that a request line may have', async () => {
    const app = get()
    const author = app.ownerId
    const test = await app.post(app.p('/tests.json'), { data: { attributes: { name: 't', 'author-id': author } } })
    const id = test.body.data.id
    const set = await app.post(app.p('/sets.json'), {
      data: { attributes: { name: 's' }, instances: { 'test-ids': [id] } },
    })
    const many = Array.from({ length: 80_000 }, (_, i) => (i % 80).toString()).join(',')
    const ids = `${many},${Array.from({ length: 2000 }, (_, i) => 900_000 + i).join(',')}`
    const found = async (path: string) => {
      const answer = await app.get(app.p(path))
      expect(answer.status, answer.text.slice(0, 300)).toBe(200)
      return answer.body.data.length
    }
    expect(await found(`/instances.json?set-ids=${ids},${set.body.data.id}`)).toBe(1)
    expect(await found(`/instances.json?test-ids=${ids},${id}`)).toBe(1)
    expect(await found(`/tests.json?display-ids=${ids}`)).toBe(1)
    const pairs = Array.from({ length: 30_000 }, (_, i) => `${i}:${i}`).join(',')
    expect(await found(`/instances.json?display-id=${pairs}`)).toBe(1)
  })

  it('link and unlink more than a statement takes parameters', async () => {
    const { database, projectId } = get()
    const links = { projectId, from: 'issues', id: 1, to: 'milestones' } as const
    const ids = Array.from({ length: 34_000 }, (_, i) => i + 1)
    await database.write(0, (tx) => addLinks(tx, { ...links, ids }))
    expect(await directlyLinked(database.read, links)).toHaveLength(34_000)
    await database.write(0, (tx) => removeLinks(tx, { ...links, ids }))
    expect(await directlyLinked(database.read, links)).toEqual([])
  })
})
