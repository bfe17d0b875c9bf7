import { expect, it } from 'vitest'
import { onEveryDatabase } from '../test/build-app.ts'

onEveryDatabase(
  'with a replica that is never behind',
  (get) => {
    const marks = async (projectId: number) => {
      const { db } = get().database.read
      const row = await db
        .selectFrom('counters')
        .select('value')
        .where('project_id', '=', projectId)
        .where('name', '=', 'writes')
        .executeTakeFirst()
      return row?.value ?? 0
    }

    it('every write marks its project, or the account, once', async () => {
      const app = get()
      const moves = app.dialect === 'postgres' ? 1 : 0
      const [here, account] = [await marks(app.projectId), await marks(0)]
      const test = { data: { attributes: { name: 'Marked', 'author-id': app.ownerId } } }
      const { id } = (await app.post(app.p('/tests.json'), test)).body.data
      await app.put(app.p(`/tests/${id}.json`), { data: { attributes: { description: 'changed' } } })
      await app.get(app.p('/tests.json'))
      expect(await marks(app.projectId)).toBe(here + 2 * moves)
      expect(await marks(0)).toBe(account)
      await app.post('/users.json', { data: { attributes: { email: 'x@example.org', 'display-name': 'X' } } })
      expect(await marks(0)).toBe(account + moves)
      // A body that leads into a project is a write to that one.
      await app.post('/issues.json', { project_id: app.projectId, title: 'Flat', author_id: app.ownerId })
      expect(await marks(app.projectId)).toBe(here + 3 * moves)
      // What is refused marks nothing.
      await app.post(app.p('/tests.json'), { data: { attributes: {} } })
      expect(await marks(app.projectId)).toBe(here + 3 * moves)
    })

    it('what was written is shown, listed, counted and found', async () => {
      const app = get()
      const test = { data: { attributes: { name: 'Found', 'author-id': app.ownerId } } }
      const { id } = (await app.post(app.p('/tests.json'), test)).body.data
      expect((await app.get(app.p(`/tests/${id}.json`))).body.data.attributes.name).toBe('Found')
      const found = await app.get(app.p(`/tests.json?ptql=${encodeURIComponent('Name = Found')}`))
      expect(found.body.meta['total-count']).toBe(1)
      await app.del(app.p(`/tests/${id}.json`))
      expect((await app.get(app.p(`/tests/${id}.json`))).status).toBe(404)
    })
  },
  { replicated: true },
)
