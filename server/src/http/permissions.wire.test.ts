import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../test/build-app.ts'
import { CREATE, createEverything, createOne, type Everything } from '../test/one-of-everything.ts'

/** The contract's table of permissions (§3): who of A(dministrators), T(esters), D(evelopers), C(ommenters) has each. */
const GRANTED: Record<string, string> = {
  requirements_view: 'ATDC',
  requirements_editor: 'AT',
  requirements_admin: 'AT',
  tests_view: 'ATDC',
  runs: 'AT',
  runs_admin: 'AT',
  tests_editor: 'AT',
  tests_admin: 'AT',
  issues_view: 'ATDC',
  issues_status_modifier: 'ATD',
  issues_editor: 'ATD',
  issues_admin: 'A',
  customization: 'A',
  custom_views: 'A',
  workflow: 'A',
  project_settings: 'A',
}

/** What the permissions of an entity are called (contract §4.7, §7.6, §7.11). */
const ENTITIES: Record<string, { view: string; edit: string; path: string }> = {
  issue: { view: 'issues_view', edit: 'issues_editor', path: 'issues' },
  requirement: { view: 'requirements_view', edit: 'requirements_editor', path: 'requirements' },
  test: { view: 'tests_view', edit: 'tests_editor', path: 'tests' },
  testset: { view: 'tests_view', edit: 'runs', path: 'sets' },
}

interface Endpoint {
  method: string
  path: string
  permission: string
  /** The kind of entity it is tried on, where that decides the permission. */
  entity?: string
}

const table = readFileSync(new URL('../../../docs/endpoints.tsv', import.meta.url), 'utf8')
const ENDPOINTS: Endpoint[] = table
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))
  .flatMap(([method = '', path = '', , , permission = '']): Endpoint[] =>
    permission.includes('entity:')
      ? Object.keys(ENTITIES).map((entity) => ({ method, path, permission, entity }))
      : [{ method, path, permission }],
  )

type Group = 'Administrators' | 'Testers' | 'Developers' | 'Commenters'
const GROUPS: Group[] = ['Administrators', 'Testers', 'Developers', 'Commenters']

/** Whether members of a group may call an endpoint, read off the contract's words. */
function mayCall({ permission, entity }: Endpoint, group: Group): boolean {
  const words = permission.replace(/ \(.*$/, '')
  if (['any', 'member', 'none'].includes(words)) return true
  if (words.startsWith('account')) return false
  const right = /entity:(view|edit)/.exec(words)?.[1] as 'view' | 'edit' | undefined
  const key = right && entity ? (ENTITIES[entity]?.[right] as string) : words
  const granted = GRANTED[key]
  if (granted === undefined) throw new Error(`the table of permissions has no ${key}`)
  return granted.includes(group.charAt(0))
}

interface Ground {
  app: TestApp
  have: Everything
  project: number
  prefix: string
  tokens: Record<Group | 'outsider' | 'disabled', string>
}

const OWN_BODIES: Record<string, (g: Ground) => Json> = {
  'POST /api/v2/users.json': () => ({ data: { attributes: { email: `${Math.random()}@example.org` } } }),
  'PUT /api/v2/users/:id/projects.json': (g) => ({ data: { projects: [{ id: g.project }] } }),
  'PUT /api/v2/users/:id/groups.json': (g) => ({ data: { projects: [{ id: g.project }] } }),
  'POST /api/v2/projects.json': () => ({ data: { attributes: { name: `P ${Math.random()}` } } }),
  'POST /api/v2/tokens.json': () => ({ data: { attributes: { name: 'x' } } }),
  'POST /api/v2/issues.json': (g) => ({ project_id: g.project, name: 'x', author_id: g.have.users }),
  'POST /api/v2/projects/:project_id/tests/bulk_search.json': () => ({ data: [{ name_exact: 'x' }] }),
  'POST /api/v2/projects/:project_id/runs/auto_create.json': (g) => ({
    data: { attributes: { 'set-id': g.have.sets, 'test-id': g.have.tests } },
  }),
  'PUT /api/v2/projects/:project_id/issues/:id/update_status.json': (g) => ({
    data: { attributes: { 'status-name': 'new', 'user-id': g.have.users } },
  }),
  'PUT /api/v1/integration_issues/:id.json': () => ({ integration_issue: { external_id: 'x' } }),
}

async function ownBody(g: Ground, { method, path, entity }: Endpoint): Promise<Json> {
  const own = OWN_BODIES[`${method} ${path}`]
  if (own) return own(g)
  const link = /\/relationships\/([a-z_]+)\.json$/.exec(path)
  // Nothing is linked to itself.
  const self = path.includes('/issues/:id/relationships/issues')
  if (link)
    return {
      data: [{ id: self ? await createOne(g.app, '/issues', g.have, optionsOf(g)) : g.have[link[1] as string] }],
    }
  if (path.endsWith('/clone.json')) return { data: { attributes: { 'author-id': g.have.users } } }
  const list = path.replace('/api/v2/projects/:project_id', '').replace('.json', '')
  const create = CREATE[list]
  if (method !== 'POST' || create === undefined) return { data: { attributes: {} } }
  const n = Math.floor(Math.random() * 1e9)
  const have = { ...g.have }
  if (list === '/workflow/transitions')
    have[`to${n}`] = await createOne(g.app, '/workflow/statuses', have, optionsOf(g))
  const data = create(have, optionsOf(g), n)
  if (entity === undefined) return { ...data, data }
  const word = { entity, 'entity-id': g.have[ENTITIES[entity]?.path as string] }
  return { ...data, ...word, data: { ...data, ...word, attributes: { ...data.attributes, ...word } } }
}

const optionsOf = (g: Ground) => ({
  projectId: g.project,
  userId: g.have.users as number,
  token: g.app.token,
  prefix: g.prefix,
})

/** Makes what a path names anew, for a call that will use it up. */
async function freshId(g: Ground, { path, entity }: Endpoint): Promise<number> {
  const owner = /^(.*?)\/:id/.exec(path.replace('/api/v2', '').replace('/projects/:project_id', ''))?.[1] ?? ''
  if (owner === '/users') {
    const id = (await g.app.person(`${Math.random()}@example.org`, 'Testers')).id
    return id
  }
  if (owner === '/projects') {
    const made = await g.app.post('/projects.json', { data: { attributes: { name: g.prefix + Math.random() } } })
    return Number(made.body.data.id)
  }
  if (owner === '/tokens') {
    return Number((await g.app.post('/tokens.json', { data: { attributes: { name: 'x' } } })).body.data.id)
  }
  if (entity === undefined) return createOne(g.app, owner, { ...g.have }, optionsOf(g))
  const endpoint = { method: 'POST', path: `/api/v2/projects/:project_id${owner}.json`, permission: '', entity }
  const made = await g.app.post(`/projects/${g.project}${owner}.json`, await ownBody(g, endpoint))
  if (made.status !== 200) throw new Error(made.text)
  return Number([made.body.data].flat()[0].id)
}

async function call(
  g: Ground,
  endpoint: Endpoint,
  token: string | null,
  o: { fresh?: boolean; project?: number } = {},
) {
  const { method, path, entity } = endpoint
  const word = (/([a-z_]+)\/:id/.exec(path)?.[1] ?? '').replace('integration_', '')
  const usesUp = method === 'DELETE' && !path.includes('/relationships/')
  const needsFresh = o.fresh === true && path.includes(':id') && (usesUp || entity !== undefined)
  const id = needsFresh ? await freshId(g, endpoint) : g.have[word]
  const project = o.project ?? g.project
  let url = path.replace(':project_id', String(project)).replace(':id', path.includes('kittens') ? '1' : String(id))
  if (word === 'projects' && o.project !== undefined) url = path.replace(':id', String(project))
  const parameters: string[] = []
  if (entity !== undefined && !path.includes(':id')) {
    parameters.push(`entity=${entity}`, `entity-id=${g.have[ENTITIES[entity]?.path as string]}`)
  }
  if (path.includes('history')) parameters.push(`entity=${entity}`)
  if (path.includes('upload_test_result')) parameters.push(`instance_id=${g.have.instances}`)
  if (method === 'DELETE' && path === '/api/v2/projects/:id.json') {
    const shown = await g.app.get(`/projects/${id}.json`)
    parameters.push(`confirm=${encodeURIComponent(shown.body.data?.attributes.name)}`)
  }
  if (path.includes('signed_token')) {
    const { headers } = await g.app.get(`/projects/${g.project}/attachments/${g.have.attachments}`)
    url = new URL(headers.location as string).pathname
  }
  const body = method === 'GET' ? undefined : await ownBody(g, endpoint)
  return g.app.call(method, `${url}?${parameters.join('&')}`, body, { token })
}

const inProject = ({ path }: Endpoint) => path.includes(':project_id') || path.includes('/projects/:id')
/** Endpoints of no project's path that find it by what they name. */
const namesProject = ({ path }: Endpoint) => /\/issues\.json|upload_test_result|integration_issues/.test(path)

/** What somebody gets who is in no project: 404 for what lies in one, 403 for the account's own business. */
function statusForOutsider(endpoint: Endpoint): number {
  const { path, permission } = endpoint
  if (permission.startsWith('none')) return 200
  if (inProject(endpoint) || namesProject(endpoint)) return 404
  if (permission.startsWith('account') || path.includes('next_test')) return 403
  // A user whom one shares no project with does not exist.
  return path === '/api/v2/users/:id.json' ? 404 : 200
}

const label = ({ method, path, entity }: Endpoint) => `${method} ${path}${entity ? ` of ${entity}` : ''}`

onEveryDatabase(
  'permissions',
  (get) => {
    let g: Ground
    let deletedProject: number
    beforeAll(async () => {
      const app = get()
      const victim = await app.person('victim@example.org', 'Testers')
      const options = { userId: victim.id, token: app.token }
      const have = await createEverything(app, { ...options, projectId: app.projectId, prefix: 'own' })
      const tokens = {} as Ground['tokens']
      for (const group of GROUPS) tokens[group] = (await app.person(`${group}@example.org`, group)).token
      tokens.outsider = (await app.person('outsider@example.org', null)).token
      const disabled = await app.person('disabled@example.org', 'Administrators')
      const off = await app.put(`/users/${disabled.id}/personal_token.json`, {
        data: { attributes: { enabled: false } },
      })
      expect(off.status, off.text).toBe(200)
      tokens.disabled = disabled.token
      g = { app, have, project: app.projectId, prefix: 'own', tokens }
      const made = await app.post('/projects.json', { data: { attributes: { name: 'Gone' } } })
      deletedProject = Number(made.body.data.id)
      await createEverything(app, { ...options, projectId: deletedProject, prefix: 'gone' })
      const gone = await app.del(`/projects/${deletedProject}.json?confirm=Gone`)
      expect(gone.status, gone.text).toBe(200)
    })

    describe('are as the contract says', () => {
      it.each(ENDPOINTS.map((endpoint) => [label(endpoint), endpoint] as const))('%s', async (_, endpoint) => {
        const open = endpoint.permission.startsWith('none')
        const expected: Record<string, number> = { account: 200, outsider: statusForOutsider(endpoint) }
        for (const caller of ['no token', 'wrong token', 'disabled token']) expected[caller] = open ? 200 : 401
        for (const group of GROUPS) expected[group] = open || mayCall(endpoint, group) ? 200 : 403
        const seen: Record<string, number> = {}
        const texts: string[] = []
        const note = (caller: string, { status, text }: { status: number; text: string }) => {
          // The download is the one redirect of the API.
          seen[caller] = status === 302 ? 200 : status
          if (seen[caller] !== expected[caller]) texts.push(`${caller}: ${status} ${text.slice(0, 300)}`)
        }
        note('no token', await call(g, endpoint, null))
        note('wrong token', await call(g, endpoint, 'f'.repeat(40)))
        note('disabled token', await call(g, endpoint, g.tokens.disabled))
        note('outsider', await call(g, endpoint, g.tokens.outsider))
        for (const group of GROUPS) {
          note(group, await call(g, endpoint, g.tokens[group], { fresh: expected[group] === 200 }))
        }
        note('account', await call(g, endpoint, g.app.token, { fresh: true }))
        expect(seen, texts.join('\n')).toEqual(expected)
        if (inProject(endpoint)) {
          const gone = await call(g, endpoint, g.app.token, { project: deletedProject })
          expect(gone.status, gone.text).toBe(404)
        }
      })
    })
  },
  { record: false },
)
