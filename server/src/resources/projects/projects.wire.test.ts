import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

const ATTRIBUTES = [
  'name',
  'created-at',
  'automation-support',
  'enable-delete-issues',
  'time-management-support',
  'assign-to-group',
  'mainline-branches',
  'queue-branches',
  'codeowners',
]

async function makeProject(app: TestApp, name: string, attributes: Json = {}): Promise<string> {
  const answer = await app.post('/projects.json', { data: { attributes: { name, ...attributes } } })
  expect(answer.status, answer.text).toBe(200)
  return answer.body.data.id
}

onEveryDatabase('projects', (get) => {
  describe('POST /projects.json', () => {
    it('makes one with defaults, its four groups and the default workflow', async () => {
      const app = get()
      const { body } = await app.post('/projects.json', { data: { attributes: { name: 'Made' } } })
      expect(Object.keys(body.data.attributes)).toEqual(ATTRIBUTES)
      expect(body.data.attributes).toMatchObject({
        'automation-support': true,
        'enable-delete-issues': true,
        'time-management-support': true,
        'assign-to-group': false,
      })
      const groups = (await app.get(`/projects/${body.data.id}/groups.json`)).body.data
      expect(groups).toHaveLength(4)
      const taken = await app.post('/projects.json', { data: { attributes: { name: 'MADE' } } })
      expect(titles(taken)[0]).toContain('taken')
    })
  })

  describe('PUT /projects/:id.json', () => {
    it('renames and changes settings, which count at once', async () => {
      const app = get()
      const id = await makeProject(app, 'Payments')
      const put = (attributes: Json) => app.put(`/projects/${id}.json`, { data: { attributes } })
      const changed = await put({ name: 'Billing', 'assign-to-group': true, enable_delete_issues: false })
      expect(changed.body.data).toMatchObject({
        id,
        type: 'projects',
        attributes: { name: 'Billing', 'assign-to-group': true, 'enable-delete-issues': false },
      })
      expect((await app.get(`/projects/${id}.json`)).body).toEqual(changed.body)
      const issue = { data: { attributes: { title: 'kept', 'author-id': app.ownerId } } }
      const { data } = (await app.post(`/projects/${id}/issues.json`, issue)).body
      expect((await app.del(`/projects/${id}/issues/${data.id}.json`)).status).toBe(403)
      await put({ 'enable-delete-issues': true, 'automation-support': null })
      expect((await app.del(`/projects/${id}/issues/${data.id}.json`)).status).toBe(200)
      expect((await app.put(`/projects/${id}.json`, (await app.get(`/projects/${id}.json`)).body)).status).toBe(200)
      expect(await makeProject(app, 'Payments')).not.toBe(id)
    })

    it('refuses blank and taken names and wrong flags, and then changes nothing', async () => {
      const app = get()
      const id = await makeProject(app, 'Kept')
      await makeProject(app, 'Neighbour')
      const put = (attributes: Json) => app.put(`/projects/${id}.json`, { data: { attributes } })
      const before = (await app.get(`/projects/${id}.json`)).body
      for (const [attributes, pointer] of [
        [{ name: 'NEIGHBOUR', 'assign-to-group': true }, 'name'],
        [{ name: '' }, 'name'],
        [{ name: null }, 'name'],
        [{ name: 'x'.repeat(1001) }, 'name'],
        [{ 'assign-to-group': 'perhaps' }, 'assign-to-group'],
      ] as const) {
        const answer = await put(attributes)
        expect([answer.status, answer.body.errors[0].source.pointer]).toEqual([422, `/data/attributes/${pointer}`])
      }
      expect((await app.get(`/projects/${id}.json`)).body).toEqual(before)
      expect((await put({ name: 'KEPT' })).body.data.attributes.name).toBe('KEPT')
      expect((await app.put(`/projects/${id}.json`)).status).toBe(400)
    })

    it('takes project_settings; to others the project is 403 or does not exist', async () => {
      const app = get()
      const body = { data: { attributes: { 'time-management-support': false } } }
      const path = `/projects/${app.projectId}.json`
      const tester = await app.person('tester@example.org', 'Testers')
      const stranger = await app.person('stranger@example.org', null)
      const administrator = await app.person('administrator@example.org', 'Administrators')
      expect((await app.put(path, body, { token: tester.token })).status).toBe(403)
      expect((await app.put(path, body, { token: stranger.token })).status).toBe(404)
      expect((await app.put(path, body, { token: administrator.token })).status).toBe(200)
      expect((await app.put('/projects/999999.json', body)).status).toBe(404)
    })
  })

  describe('DELETE /projects/:id.json', () => {
    it('needs the exact name as confirmation, in the query or anywhere in a body', async () => {
      const app = get()
      const id = await makeProject(app, 'Old & gone')
      const path = `/projects/${id}.json`
      const missing = await app.del(path)
      expect([missing.status, missing.body.errors[0].source]).toEqual([422, { parameter: 'confirm' }])
      const wrong: [string, Json, Json][] = [
        [`${path}?confirm=old+%26+gone`, undefined, { parameter: 'confirm' }],
        [path, { confirm: 'gone' }, { pointer: '/confirm' }],
        [path, { data: { confirm: 'gone' } }, { pointer: '/data/confirm' }],
        [path, { data: { attributes: { Confirm: 'gone' } } }, { pointer: '/data/attributes/confirm' }],
        [path, { data: { attributes: {} } }, { parameter: 'confirm' }],
      ]
      for (const [url, body, source] of wrong) {
        const answer = await app.call('DELETE', url, body)
        expect([answer.status, answer.body.errors[0].source]).toEqual([422, source])
      }
      expect((await app.call('DELETE', path, '{"broken')).status).toBe(400)
      expect((await app.get(path)).status).toBe(200)
      const deleted = await app.del(`${path}?confirm=Old+%26+gone`)
      expect(deleted.body).toEqual({ data: { id, type: 'projects' } })
      for (const body of [
        { confirm: '2024' },
        { confirm: 2024 },
        { data: { confirm: '2024' } },
        { data: { attributes: { confirm: '2024' } } },
      ]) {
        const next = await makeProject(app, '2024')
        expect((await app.call('DELETE', `/projects/${next}.json`, body)).status).toBe(200)
      }
    })

    it('is 404 everywhere at once for every token, and frees the name', async () => {
      const app = get()
      const id = await makeProject(app, 'Short-lived')
      const p = (path: string) => `/projects/${id}${path}`
      const groups = (await app.get(p('/groups.json'))).body.data
      const one = await app.person('one@example.org', null)
      const two = await app.person('two@example.org', null)
      for (const person of [one, two]) {
        const projects = [{ id, groups: [{ id: groups[0].id }] }]
        await app.put(`/users/${person.id}/projects.json`, { data: { projects } })
      }
      const named = { data: { attributes: { name: 't', 'author-id': app.ownerId } } }
      const test = (await app.post(p('/tests.json'), named)).body.data.id
      const files = { data: [{ filename: 'a.txt', content_encoded: 'YQ==' }] }
      const attachment = { entity: 'test', 'entity-id': test, data: { files } }
      const [file] = (await app.post(p('/attachments.json'), attachment)).body.data
      const link = (await app.get(p(`/attachments/${file.id}`))).headers.location as string
      expect((await app.get(new URL(link).pathname, { token: null })).status).toBe(200)
      expect((await app.get(`/users/${two.id}.json`, { token: one.token })).status).toBe(200)

      await app.call('DELETE', p('.json'), { confirm: 'Short-lived' })
      for (const token of [app.token, one.token]) {
        for (const path of [p('.json'), p('/tests.json'), p(`/tests/${test}.json`), p('/groups.json')]) {
          expect((await app.get(path, { token })).status, path).toBe(404)
        }
        expect((await app.post(p('/tests.json'), named, { token })).status).toBe(404)
      }
      expect((await app.call('DELETE', p('.json'), { confirm: 'Short-lived' })).status).toBe(404)
      expect((await app.get(new URL(link).pathname, { token: null })).status).toBe(404)
      expect((await app.get('/projects.json')).text).not.toContain('Short-lived')
      expect((await app.get(`/users/${one.id}/projects.json`)).body.data).toEqual([])
      expect((await app.get('/users.json?active=true&email=one@example.org')).body.data).toEqual([])
      expect((await app.get(`/users/${two.id}.json`, { token: one.token })).status).toBe(404)
      const flat = { project_id: id, name: 'x', author_id: app.ownerId }
      expect((await app.post('/issues.json', flat)).status).toBe(404)
      expect((await app.put(`/users/${one.id}/projects.json`, { data: { projects: [{ id }] } })).status).toBe(422)
      expect(await makeProject(app, 'short-LIVED')).not.toBe(id)
    })

    it('is for account tokens and account owners', async () => {
      const app = get()
      const { token } = await app.person('admin2@example.org', 'Administrators')
      const stranger = await app.person('stranger2@example.org', null)
      const body = { confirm: 'Demo' }
      expect((await app.call('DELETE', `/projects/${app.projectId}.json`, body, { token })).status).toBe(403)
      const outside = await app.call('DELETE', `/projects/${app.projectId}.json`, body, { token: stranger.token })
      expect(outside.status).toBe(404)
    })
  })

  it('show in the audit when they are made, changed and deleted', async () => {
    const app = get()
    const id = await makeProject(app, 'Audited')
    await app.put(`/projects/${id}.json`, { data: { attributes: { name: 'Audited', 'assign-to-group': true } } })
    await app.put(`/projects/${id}.json`, { data: { attributes: { name: 'Audited' } } })
    await app.del(`/projects/${id}.json?confirm=Audited`)
    const { data } = (await app.get(`/audit.json?entity=project&entity-id=${id}`)).body
    expect(data.map(({ attributes }: Json) => attributes.action)).toEqual(['delete', 'update', 'create'])
    expect(data[1].attributes.changes).toEqual([{ field: 'assign-to-group', from: false, to: true }])
    expect(data[2].attributes.changes).toContainEqual({ field: 'name', from: null, to: 'Audited' })
  })
})
