import { beforeAll, describe, expect, it } from 'vitest'
import { createEverything, type Everything } from '../../../test-support/one-of-everything.ts'
import { ROUTES } from '../app/registry.ts'
import { type Json, onEveryDatabase } from '../test/build-app.ts'

/** Parameters that narrow a list by what they name. */
const ID_PARAMETERS: Record<string, string> = {
  'test-ids': 'tests',
  'set-ids': 'sets',
  'instance-ids': 'instances',
  'run-ids': 'runs',
  'filter-id': 'filters',
  'set-filter-id': 'filters',
  'filter-user-id': 'users',
  'entity-id': 'tests',
  'user-id': 'users',
}

/** An id that names nothing anywhere. */
const NOTHING = 1_999_999_999

onEveryDatabase('two accounts', (get) => {
  let theirs: Everything
  let own: Everything
  let theirProject: number
  let theirToken: string

  beforeAll(async () => {
    const app = get()
    const other = await app.otherAccount()
    theirToken = other.token
    const made = await app.post('/projects.json', { data: { attributes: { name: 'Demo' } } }, { token: theirToken })
    theirProject = Number(made.body.data.id)
    theirs = await createEverything(app, {
      projectId: theirProject,
      userId: other.ownerId,
      token: theirToken,
      prefix: 'secret',
    })
    own = await createEverything(app, {
      projectId: app.projectId,
      userId: app.ownerId,
      token: app.token,
      prefix: 'ours',
    })
  })

  it('cannot reach each other by any id in a path', async () => {
    const app = get()
    const seen: string[] = []
    const asked = new Set<string>()
    for (const route of ROUTES.filter(({ path }) => path.includes(':'))) {
      const word = (/\/([a-z_]+)\/:id/.exec(route.path)?.[1] ?? '').replace('integration_', '')
      const inProject = route.path.includes(':project_id')
      const pairs: [number, number | undefined][] = inProject
        ? [
            [theirProject, theirs[word]],
            [theirProject, own[word]],
            ...(route.path.includes(':id') ? [[app.projectId, theirs[word]] as [number, number]] : []),
          ]
        : [[theirProject, word === 'projects' ? theirProject : theirs[word]]]
      for (const [project, id] of pairs) {
        const root = route.atRoot ? '' : '/api/v2'
        const path = `${root}${route.path.replace(':project_id', String(project)).replace(':id', String(id))}.json`
        const body = { data: { attributes: { name: 'taken over', entity: 'test', projects: [] } } }
        const query = '?entity=test&entity-id=1&confirm=Demo'
        const answer = await app.call(route.method, `${path}${query}`, route.method === 'GET' ? undefined : body)
        asked.add(`${route.method} ${route.path}`)
        if (answer.status !== 404 || answer.text.includes('secret'))
          seen.push(`${route.method} ${path}: ${answer.text}`)
      }
    }
    expect(seen).toEqual([])
    expect(asked.size).toBeGreaterThan(150)
    const untouched = await app.get(`/projects/${theirProject}/tests/${theirs.tests}.json`, { token: theirToken })
    expect(untouched.body.data.attributes.name).toBe('secret test')
  })

  it('show nothing of each other in any list, whatever narrows it', async () => {
    const app = get()
    // What is a person's own is no account's.
    const lists = ROUTES.filter(
      ({ method, path, atRoot, access }) => method === 'GET' && !path.includes(':id') && !atRoot && access !== 'user',
    )
    const strangers = new Set(Object.values(theirs).map(String))
    const leaks: string[] = []
    for (const { path } of lists) {
      const url = path.replace(':project_id', String(app.projectId))
      const queries = ['', 'name_like=secret', 'title_like=secret', 'email=owner@example.org', 'entity=issue']
      for (const [parameter, word] of Object.entries(ID_PARAMETERS)) {
        queries.push(`entity=test&${parameter}=${theirs[word]}`)
      }
      for (const query of queries) {
        const { body, text, status } = await app.get(`${url}.json?${query}`, { madeUp: true })
        const rows: Json[] = Array.isArray(body?.data) ? body.data : []
        if (text.includes('secret') || rows.some(({ id }) => strangers.has(String(id))))
          leaks.push(`${url}?${query}: ${text}`)
        expect([200, 404, 422], `${url}?${query} ${text}`).toContain(status)
      }
    }
    expect(leaks).toEqual([])
    expect((await app.get('/projects.json')).body.data.map((row: Json) => row.id)).toEqual([String(app.projectId)])
    expect((await app.get('/users.json')).body.data.map((row: Json) => row.id)).toEqual([String(app.ownerId)])
  })

  it.each([
    ['tests', 'Name CONTAINS "secret"'],
    ['tests', 'Folder CONTAINS "secret"'],
    ['tests', 'LINKED TO Requirement WHERE (Name CONTAINS "secret")'],
    ['tests', 'LINKED TO TestSet WHERE (Milestone CONTAINS "secret")'],
    ['tests', 'System_ID = {tests}'],
    ['tests', 'Author = {users}'],
    ['tests', 'Folder = {folders}'],
    ['sets', 'Milestone = {milestones}'],
    ['sets', 'LINKED TO Test WHERE (System_ID = {tests})'],
    ['requirements', 'LINKED TO Test WHERE (Author = {users})'],
    ['issues', 'Title LIKE "secret%"'],
    ['instances', 'Name CONTAINS "secret"'],
    ['runs', 'System_ID = {sets}'],
  ])('select nothing of each other in %s with %s', async (list, template) => {
    const query = template.replaceAll(/\{(\w+)\}/g, (_, word: string) => String(theirs[word]))
    const answer = await get().get(get().p(`/${list}.json?ptql=${encodeURIComponent(query)}`))
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body.data).toEqual([])
  })

  it('tell users of the same e-mail apart, and say nothing of each other in errors', async () => {
    const app = get()
    const ask = (query: string) => app.get(app.p(`/tests.json?ptql=${encodeURIComponent(query)}`))
    const mine = await ask('Author = "owner@example.org"')
    expect(mine.body.data.map((row: Json) => row.id)).toEqual([String(own.tests)])
    for (const query of [
      'secre = 1',
      'VIEW "secret filter 1"',
      `VIEW #${theirs.filters}`,
      `---f-${theirs.custom_fields} = 1`,
    ]) {
      const answer = await ask(query)
      expect(answer.status).toBe(422)
      expect(answer.text.replaceAll(JSON.stringify(query).slice(1, -1), '')).not.toMatch(/secret field|criteria|ID > 0/)
    }
    const audit = await app.get('/audit.json')
    expect(audit.status).toBe(200)
    expect(audit.text).not.toContain('secret')
    expect((await app.get('/tokens.json')).text).not.toContain('secret')
  })

  /** What a body may name, as the attribute that names it and the word of what it names. */
  const NAMED: [method: string, path: string, body: (id: number, mine: Everything) => Json, word: string][] = [
    ['POST', '/sets', (id) => ({ attributes: { name: 's' }, instances: { 'test-ids': [id] } }), 'tests'],
    ['POST', '/sets', (id) => ({ attributes: { name: 's', 'milestone-id': id } }), 'milestones'],
    ['POST', '/sets', (id) => ({ attributes: { name: 's', 'author-id': id } }), 'users'],
    ['POST', '/instances', (id, { tests }) => ({ attributes: { 'set-id': id, 'test-id': tests } }), 'sets'],
    ['POST', '/instances', (id, { sets }) => ({ attributes: { 'set-id': sets, 'test-id': id } }), 'tests'],
    ['POST', '/runs', (id) => ({ attributes: { 'instance-id': id } }), 'instances'],
    [
      'POST',
      '/runs',
      (id, { instances }) => ({ attributes: { 'instance-id': instances, 'run-type': 'ManualRun', 'tester-id': id } }),
      'users',
    ],
    ['POST', '/runs/auto_create', (id, { tests }) => ({ attributes: { 'set-id': id, 'test-id': tests } }), 'sets'],
    ['POST', '/runs/auto_create', (id, { sets }) => ({ attributes: { 'set-id': sets, 'test-id': id } }), 'tests'],
    ['POST', '/tests', (id) => ({ attributes: { name: 't', 'author-id': id } }), 'users'],
    [
      'POST',
      '/tests',
      (id, { users }) => ({ attributes: { name: 't', 'author-id': users, 'folder-id': id } }),
      'folders',
    ],
    [
      'POST',
      '/tests',
      (id, { users }) => ({ attributes: { name: 't', 'author-id': users, 'assigned-to-id': id } }),
      'users',
    ],
    [
      'POST',
      '/tests',
      (id, { users }) => ({ attributes: { name: 't', 'author-id': users, 'custom-fields': { [`---f-${id}`]: 'a' } } }),
      'custom_fields',
    ],
    ['PUT', '/tests/:tests', (id) => ({ attributes: { 'updated-by-user-id': id } }), 'users'],
    ['POST', '/steps', (id) => ({ attributes: { 'test-id': id, name: 'x' } }), 'tests'],
    [
      'POST',
      '/steps',
      (id, { tests }) => ({ attributes: { 'test-id': tests, kind: 'CallToTest', 'test-to-call-id': id } }),
      'tests',
    ],
    [
      'POST',
      '/requirements',
      (id, { users }) => ({ attributes: { name: 'r', 'author-id': users }, traceability: { 'test-ids': [id] } }),
      'tests',
    ],
    [
      'POST',
      '/requirements',
      (id, { users }) => ({ attributes: { name: 'r', 'author-id': users, 'parent-id': id } }),
      'requirements',
    ],
    ['POST', '/requirements/:requirements/relationships/tests', (id) => [{ id }], 'tests'],
    ['PATCH', '/requirements/:requirements/relationships/issues', (id) => [{ id }], 'issues'],
    ['POST', '/tests/:tests/relationships/requirements', (id) => [{ id }], 'requirements'],
    ['DELETE', '/issues/:issues/relationships/milestones', (id) => [{ id }], 'milestones'],
    ['POST', '/step_runs/:step_runs/relationships/issues', (id) => [{ id }], 'issues'],
    ['POST', '/milestones/:milestones/relationships/sets', (id) => [{ id }], 'sets'],
    ['POST', '/groups/:groups/relationships/users', (id) => [{ id }], 'users'],
    ['POST', '/folders', (id) => ({ attributes: { name: 'f', entity: 'test', 'parent-id': id } }), 'folders'],
    ['POST', '/filters', (id) => ({ attributes: { name: 'f', entity: 'test', 'parent-id': id } }), 'filters'],
    [
      'POST',
      '/workflow/transitions',
      (id, { statuses }) => ({ attributes: { 'from-id': statuses, 'to-id': id } }),
      'statuses',
    ],
    ['PUT', '/workflow/transitions/:transitions', (id) => ({ attributes: { 'group-ids': [id] } }), 'groups'],
    [
      'PUT',
      '/issues/:issues/update_status',
      (id) => ({ attributes: { 'status-name': 'open', 'user-id': id } }),
      'users',
    ],
    [
      'POST',
      '/comments',
      (id, { users }) => ({ attributes: { entity: 'test', 'entity-id': id, body: 'b', 'author-id': users } }),
      'tests',
    ],
    [
      'POST',
      '/custom_fields',
      (id) => ({
        attributes: {
          name: 'linked',
          'field-format': 'linkedlist',
          entities: ['Test'],
          'parent-list-id': id,
        },
      }),
      'custom_fields',
    ],
  ]

  describe('ids of the other account in a body answer as ids that do not exist', () => {
    it.each(NAMED)('%s %s (case %#)', async (method, path, body, word) => {
      const app = get()
      const url = app.p(path.replaceAll(/:(\w+)/g, (_, name: string) => String(own[name])))
      const ask = async (id: number) => {
        const { status, text } = await app.call(method, `${url}.json`, { data: body(id, own) })
        return [status, text.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), 'ID')]
      }
      const stranger = theirs[word] as number
      const [real, missing] = [await ask(stranger), await ask(NOTHING)]
      expect(real).toEqual(missing)
      expect([422, 404]).toContain(real[0])
      expect(real[1]).not.toContain('secret')
    })
  })

  it('cannot put users into each other’s projects, nor issues by a flat body, nor results by v1', async () => {
    const app = get()
    const access = await app.put(`/users/${app.ownerId}/projects.json`, { data: { projects: [{ id: theirProject }] } })
    expect(access.status).toBe(422)
    const flat = await app.post('/issues.json', { project_id: theirProject, name: 'x', author_id: app.ownerId })
    expect(flat.status).toBe(404)
    const v1 = '/api/v1/automated_tests/upload_test_result.json'
    expect((await app.post(`${v1}?instance_id=${theirs.instances}&exit_code=0`)).status).toBe(404)
    expect((await app.post(`${v1}?project_id=${theirProject}&instance_display_id=1:1`)).status).toBe(404)
  })
})
