import { beforeAll, describe, expect, it } from 'vitest'
import { onEveryDatabase, type TestApp } from '../../test/build-app.ts'

onEveryDatabase('issues', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })

  describe('POST /api/v2/issues.json', () => {
    it('takes the flat body of the 2016 documents', async () => {
      const attributes = {
        name: 'List',
        'field-format': 'multilist',
        entities: ['Issue'],
        'possible-values': ['one', 'two'],
      }
      const field = (await app.post(app.p('/custom_fields.json'), { data: { attributes } })).body.data.id
      const answer = await app.post('/issues.json', {
        project_id: app.projectId,
        name: 'yaniv',
        author_id: app.ownerId,
        [`___f_${field}`]: { value: ['one', 'two'] },
      })
      expect(answer.status).toBe(200)
      expect(answer.body.data.attributes).toMatchObject({
        title: 'yaniv',
        'status-name': 'new',
        'issue-type': 'defect',
        'custom-fields': { [`---f-${field}`]: ['one', 'two'] },
      })
      expect((await app.post('/issues.json', { name: 'x' })).status).toBe(422)
      expect((await app.post('/issues.json', { name: 'x', project_id: 999999 })).status).toBe(404)
    })
  })

  it('are listed by title, shown with relationships, and changed', async () => {
    const body = { data: { attributes: { title: 'Broken total', 'author-id': app.ownerId, tags: ['ui', 'UI', ''] } } }
    const { id } = (await app.post(app.p('/issues.json'), body)).body.data
    const listed = await app.get(app.p('/issues.json?title_like=BROKEN&relationships=true'))
    expect(listed.body.data[0]).toMatchObject({
      id,
      attributes: { tags: ['ui'], 'instances-count': 0 },
      relationships: {
        issues: { data: [] },
        requirements: { data: [] },
        tests: { data: [] },
        milestones: { data: [] },
      },
    })
    const put = await app.put(app.p(`/issues/${id}.json`), {
      data: { attributes: { title: 'Total', 'status-name': 'closed' } },
    })
    expect(put.body.data.attributes).toMatchObject({ title: 'Total', 'status-name': 'new' })
  })

  it('need an author with an account token', async () => {
    expect((await app.post(app.p('/issues.json'), { data: { attributes: { title: 'x' } } })).status).toBe(422)
  })
})
