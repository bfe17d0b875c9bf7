import { beforeAll, describe, expect, it } from 'vitest'
import { onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

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

  it('keep numbers as they were written in the flat body', async () => {
    const make = async (name: string, format: string): Promise<string> => {
      const attributes = { name, 'field-format': format, entities: ['Issue'] }
      return (await app.post(app.p('/custom_fields.json'), { data: { attributes } })).body.data.id
    }
    const [number, text, list] = [await make('N', 'number'), await make('T', 'text'), await make('L', 'multilist')]
    const answer = await app.post(
      '/issues.json',
      `{"project_id":${app.projectId},"name":5.0,"author_id":${app.ownerId},"___f_${number}":4.50,` +
        `"---F-${text}":{"value":7.0},"custom_fields":{"___f_${list}":[2.0,[1.50]]}}`,
    )
    expect(answer.body.data.attributes).toMatchObject({
      title: '5.0',
      'custom-fields': { [`---f-${number}`]: '4.5', [`---f-${text}`]: '7.0', [`---f-${list}`]: ['2.0', '1.50'] },
    })
  })

  it('made without a project in the path: an Idempotency-Key belongs to the token alone', async () => {
    const other = await app.post('/projects.json', { data: { attributes: { name: 'Other' } } })
    const make = (project: unknown) =>
      app.post(
        '/issues.json',
        { project_id: project, name: 'keyed', author_id: app.ownerId },
        { headers: { 'idempotency-key': 'flat' } },
      )
    const first = await make(app.projectId)
    expect((await make(app.projectId)).body).toEqual(first.body)
    const reused = await make(other.body.data.id)
    expect([reused.status, titles(reused)]).toEqual([422, [expect.stringContaining('used for another request')]])
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
