import { bodyOf, CREATE, createOne, type Everything, QUERY } from '../../../test-support/one-of-everything.ts'
import { codeAt } from '../people/totp.ts'
import type { Answered, Json, TestApp } from './build-app.ts'

/** An endpoint as the list of them spells it. */
export interface Endpoint {
  method: string
  path: string
  /** The kind of entity it is tried on, where that decides the permission. */
  entity?: string
}

/** What a call of any endpoint stands on: a project with one of everything. */
export interface CallGround {
  app: Pick<TestApp, 'call' | 'get' | 'post' | 'person' | 'token'>
  have: Everything
  project: number
  prefix: string
  /** Bodies that say more than they must, by method and path. */
  bodies?: Record<string, (g: CallGround) => Json>
}

/** The path word of each kind of entity that endpoints are tried on. */
const PATHS: Record<string, string> = { issue: 'issues', requirement: 'requirements', test: 'tests', testset: 'sets' }

let made = 0
/** A number that no other call got. */
const next = () => ++made

/** Somebody who has been invited, and the code of the link that they got. */
async function invited({ app }: CallGround): Promise<{ email: string; code: string }> {
  const email = `invited${next()}@example.org`
  const made = await app.post('/users.json?invite=true', { data: { attributes: { email } } })
  return { email, code: made.body.data ? made.body.meta.invitation.url.split('/').at(-1) : made.text }
}

/** Somebody who may sign in. */
async function signer(g: CallGround): Promise<{ email: string; password: string }> {
  const { email, code } = await invited(g)
  const password = 'correct horse battery'
  await g.app.call('POST', '/session/welcome', { code, password }, { token: null })
  return { email, password }
}

/** A code that confirms the second factor of whoever has a token. */
async function factorCode({ app }: CallGround, token: string | null): Promise<string> {
  const begun = await app.call('POST', '/me/totp.json', undefined, { token })
  return begun.status === 200 ? codeAt(begun.body.data.attributes.secret, Date.now()) : '000000'
}

const OWN_BODIES: Record<string, (g: CallGround, token: string | null) => Json> = {
  'PUT /api/v2/me/totp.json': async (g, token) => ({ data: { attributes: { code: await factorCode(g, token) } } }),
  'POST /session': signer,
  'POST /session/welcome': async (g) => ({ code: (await invited(g)).code, password: 'correct horse battery' }),
  'POST /session/reset': () => ({ email: `reset${next()}@example.org` }),
  'PUT /api/v2/me/password.json': () => ({ data: { attributes: { new: 'correct horse battery' } } }),
  'POST /api/v2/users.json': () => ({ data: { attributes: { email: `user${next()}@example.org` } } }),
  'PUT /api/v2/users/:id/projects.json': (g) => ({ data: { projects: [{ id: g.project }] } }),
  'PUT /api/v2/users/:id/groups.json': (g) => ({ data: { projects: [{ id: g.project }] } }),
  'POST /api/v2/projects.json': () => ({ data: { attributes: { name: `Project ${next()}` } } }),
  'POST /api/v2/tokens.json': () => ({ data: { attributes: { name: 'x' } } }),
  'POST /api/v2/issues.json': (g) => ({ project_id: g.project, name: 'x', author_id: g.have.users }),
  'POST /api/v2/projects/:project_id/tests/bulk_search.json': () => ({ data: [{ name_exact: 'x' }] }),
  'POST /api/v2/projects/:project_id/runs/auto_create.json': (g) => ({
    data: { attributes: { 'set-id': g.have.sets, 'test-id': g.have.tests } },
  }),
  'PUT /api/v2/projects/:project_id/issues/:id/update_status.json': (g) => ({
    data: { attributes: { 'status-name': 'new', 'user-id': g.have.users } },
  }),
  // Without a change it takes less than its permission.
  'PUT /api/v2/projects/:project_id/custom_fields/:id.json': () => ({
    data: { attributes: { name: `Field ${next()}` } },
  }),
  'POST /api/v2/projects/:project_id/imports/:id/files.json': () => ({
    data: { attributes: { files: [{ path: 'shots/cart.png', content_encoded: 'aGVsbG8=' }] } },
  }),
  'POST /api/v2/projects/:project_id/gates/check.json': (g) => ({
    data: { attributes: { rules: { 'max-failed': 0 }, 'build-id': g.have.builds } },
  }),
  'POST /api/v2/projects/:project_id/builds/:id/renames.json': async (g) => ({
    data: { attributes: await twoTests(g) },
  }),
  'PUT /api/v1/integration_issues/:id.json': () => ({ integration_issue: { external_id: 'x' } }),
  'POST /api/v1/automated_tests/upload_test_result.json': (g) => ({ instance_id: g.have.instances, exit_code: 0 }),
}

/** Two tests that are alike enough to be joined: neither has steps. */
async function twoTests(g: CallGround): Promise<{ from: number; to: number }> {
  const make = async () => {
    const attributes = { name: `${g.prefix} renamed ${next()}`, 'author-id': g.have.users }
    return Number((await g.app.post(`/projects/${g.project}/tests.json`, { data: { attributes } })).body.data.id)
  }
  return { from: await make(), to: await make() }
}

/** A pair of tests that a build has, joined. */
async function freshPair(g: CallGround, build: number): Promise<number> {
  const path = `/projects/${g.project}/builds/${build}/renames.json`
  return Number((await g.app.post(path, { data: { attributes: await twoTests(g) } })).body.data.id)
}

/** The list of a project that a path is, below the project: `/tests`. */
const listOf = (path: string) => path.replace('/api/v2/projects/:project_id', '').replace('.json', '')

async function ownBody(
  g: CallGround,
  { method, path, entity }: Endpoint,
  token = g.app.token as string | null,
): Promise<Json> {
  const key = `${method} ${path}`
  const own = g.bodies?.[key] ?? OWN_BODIES[key]
  if (own) return await own(g, token)
  const link = /\/relationships\/([a-z_]+)\.json$/.exec(path)
  // Nothing is linked to itself.
  const self = path.includes('/issues/:id/relationships/issues')
  if (link)
    return {
      data: [{ id: self ? await createOne(g.app, '/issues', g.have, optionsOf(g)) : g.have[link[1] as string] }],
    }
  if (path.endsWith('/clone.json')) return { data: { attributes: { 'author-id': g.have.users } } }
  const list = listOf(path)
  const create = CREATE[list]
  if (method !== 'POST' || create === undefined) return { data: { attributes: {} } }
  const n = 1_000_000 + next()
  const have = { ...g.have }
  if (list === '/workflow/transitions')
    have[`to${n}`] = await createOne(g.app, '/workflow/statuses', have, optionsOf(g))
  const data = create(have, optionsOf(g), n)
  if (entity === undefined) return bodyOf(list, data)
  if (list === '/folders') return bodyOf(list, { ...data, attributes: { ...data.attributes, entity } })
  const word = { entity, 'entity-id': g.have[PATHS[entity] as string] }
  if (list === '/attachments') return bodyOf(list, { ...data, ...word })
  return { data: { ...data, attributes: { ...data.attributes, ...word } } }
}

const optionsOf = (g: CallGround) => ({
  projectId: g.project,
  userId: g.have.users as number,
  token: g.app.token,
  prefix: g.prefix,
})

/** Makes what a path names anew, for a call that will use it up. */
async function freshId(g: CallGround, { path, entity }: Endpoint): Promise<number> {
  const owner = /^(.*?)\/:id/.exec(path.replace('/api/v2', '').replace('/projects/:project_id', ''))?.[1] ?? ''
  if (owner === '/users') {
    const id = (await g.app.person(`user${next()}@example.org`, 'Testers')).id
    return id
  }
  if (owner === '/projects') {
    const made = await g.app.post('/projects.json', { data: { attributes: { name: `${g.prefix} ${next()}` } } })
    return Number(made.body.data.id)
  }
  if (owner === '/tokens') {
    return Number((await g.app.post('/tokens.json', { data: { attributes: { name: 'x' } } })).body.data.id)
  }
  if (entity === undefined) return createOne(g.app, owner, { ...g.have }, optionsOf(g))
  const endpoint = { method: 'POST', path: `/api/v2/projects/:project_id${owner}.json`, entity }
  const made = await g.app.post(`/projects/${g.project}${owner}.json`, await ownBody(g, endpoint))
  if (made.status !== 200) throw new Error(made.text)
  return Number([made.body.data].flat()[0].id)
}

/**
 * Calls an endpoint with what makes it succeed for whoever may call it. `fresh`: what the call uses up is made for it
 * first. `project`: another one than that of the ground.
 */
export async function callEndpoint(
  g: CallGround,
  endpoint: Endpoint,
  token: string | null,
  o: { fresh?: boolean; project?: number; parameters?: string[] } = {},
): Promise<Answered & { sent: Json }> {
  const { method, path, entity } = endpoint
  const word = (/([a-z_]+)\/:id/.exec(path)?.[1] ?? '').replace('integration_', '')
  const usesUp = method === 'DELETE' && !path.includes('/relationships/')
  const needsFresh = o.fresh === true && path.includes(':id') && (usesUp || entity !== undefined)
  const id = needsFresh ? await freshId(g, endpoint) : g.have[word]
  const project = o.project ?? g.project
  let url = path.replace(':project_id', String(project)).replace(':id', String(id))
  if (path.includes(':pair')) url = url.replace(':pair', String(needsFresh ? await freshPair(g, id as number) : 1))
  if (word === 'projects' && o.project !== undefined) url = path.replace(':id', String(project))
  const parameters = [...(o.parameters ?? [])]
  if (entity !== undefined && method === 'GET' && !path.includes(':id')) {
    parameters.push(`entity=${entity}`, `entity-id=${g.have[PATHS[entity] as string]}`)
  }
  if (path.endsWith('/compare.json')) parameters.push(`with=${g.have.builds}`)
  if (method === 'POST') parameters.push(...[QUERY[listOf(path)]?.(g) ?? []].flat())
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
  const body = method === 'GET' || usesUp ? undefined : await ownBody(g, endpoint, token)
  return { ...(await g.app.call(method, `${url}?${parameters.join('&')}`, body, { token })), sent: body }
}
