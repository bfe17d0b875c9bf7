import { createEverything, type Everything } from '../test-support/one-of-everything.ts'
import type { Json, ServerProcess } from './server-process.ts'

/** What a test needs to know of a project that was filled. */
export interface World extends Everything {
  project: number
}

/**
 * Fills the server's first project with one of everything, and with whatever else holds ids: users in custom fields,
 * filters that name filters, somebody who is signed in, trees, links, calls, copies, groups with members, history of all of it.
 */
export async function fillWorld(server: ServerProcess): Promise<World> {
  const ask = (method: string) => async (path: string, body?: unknown) => {
    const answer = await fetch(`${server.url}/api/v2${path}`, {
      method,
      headers: { pttoken: server.token },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await answer.text()
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return { status: answer.status, headers: {}, text, body: JSON.parse(text) as Json }
  }
  const [post, put] = [ask('POST'), ask('PUT')]
  const get = (path: string) => ask('GET')(path)
  const project = Number((await get('/projects.json')).body.data[0].id)
  const userId = Number((await get('/users.json')).body.data[0].id)
  await put(`/projects/${project}.json`, { data: { attributes: { 'assign-to-group': true } } })
  const user = Number(
    (await post('/users.json', { data: { attributes: { email: 'tester@example.org' } } })).body.data.id,
  )
  const { url } = (await post(`/users/${user}/invitation.json`)).body.data.attributes
  const chosen = JSON.stringify({ code: url.split('/').at(-1), password: 'correct horse battery' })
  const welcomed = await fetch(`${server.url}/session/welcome`, { method: 'POST', body: chosen })
  if (welcomed.status !== 200) throw new Error(await welcomed.text())
  const have = await createEverything({ get, post }, { projectId: project, userId, token: server.token, prefix: 'one' })

  const make = async (path: string, data: Json): Promise<number> => {
    const made = (await post(`/projects/${project}${path}`, { data })).body.data
    return Number([made].flat()[0].id)
  }
  const change = (path: string, attributes: Json) => put(`/projects/${project}${path}`, { data: { attributes } })
  const named = (name: string, more: Json = {}) => ({ attributes: { name, 'author-id': userId, ...more } })

  const entities = ['Test', 'Run', 'Requirement', 'Issue']
  const field = (name: string, format: string, more: Json = {}) =>
    make('/custom_fields.json', { attributes: { name, 'field-format': format, entities, ...more } })
  const owner = await field('Owner', 'user', { 'default-value': String(user) })
  const number = await field('Number', 'number')
  const list = await field('Colour', 'list', { 'possible-values': ['red', 'blue'] })
  const ready = await field('Ready', 'checkbox', { 'default-value': false })
  const fields = {
    [`---f-${owner}`]: user,
    [`---f-${number}`]: '1.50',
    [`---f-${list}`]: 'red',
    [`---f-${ready}`]: true,
  }

  const parent = await make('/filters.json', {
    attributes: { name: 'inner', entity: 'test', ptql: `---f-${list} = red AND Name <> "VIEW #1"` },
  })
  await make('/filters.json', { attributes: { name: 'outer', entity: 'test', ptql: `NOT VIEW #${parent}` } })
  await make('/filters.json', { attributes: { name: 'below', entity: 'test', 'parent-id': parent } })
  const folder = await make('/folders.json', {
    attributes: { name: 'deep', entity: 'test', 'parent-id': have.folders },
  })

  const called = await make('/tests.json', { ...named('called', { tags: ['a', 'b'], 'custom-fields': fields }) })
  const caller = await make('/tests.json', {
    ...named('caller', { 'folder-id': folder, 'assigned-to-id': user, 'assigned-to-type': 'user' }),
    steps: { data: [{ name: 'first' }, { 'test-to-call-id': called }] },
  })
  await change(`/tests/${caller}.json`, { 'assigned-to-type': 'group', 'assigned-to-id': have.groups })
  await change(`/tests/${caller}.json`, { 'custom-fields': fields })
  await post(`/projects/${project}/tests/${caller}/clone.json`, { data: named('copy') })
  const set = await make('/sets.json', {
    ...named('second set', { 'milestone-id': have.milestones, 'custom-fields': fields }),
    instances: { 'test-ids': [called, caller, have.tests] },
  })
  await post(`/projects/${project}/sets/${set}/clone.json`, { data: named('cloned') })
  const instances = (await get(`/projects/${project}/instances.json?set-ids=${set}`)).body.data as Json[]
  for (const [n, { id }] of instances.entries()) {
    await make('/runs.json', {
      attributes: { 'instance-id': id, 'exit-code': n, 'run-duration': '00:00:10', 'custom-fields': fields },
      files: {
        data: [{ filename: `log ${n}.txt`, content_encoded: Buffer.from(`log ${n}\u2028`).toString('base64') }],
      },
    })
  }
  // Rows of one test in one set: the failing one counts, whatever came last.
  const again = await make('/instances.json', { attributes: { 'set-id': set, 'test-id': called } })
  await make('/runs.json', { attributes: { 'instance-id': again, 'exit-code': 1 } })
  await make('/runs.json', { attributes: { 'instance-id': Number(instances[0]?.id), 'exit-code': 0 } })
  const above = await make('/requirements.json', { ...named('above'), traceability: { 'test-ids': [called, caller] } })
  await make('/requirements.json', {
    ...named('below', { 'parent-id': above }),
    traceability: { 'test-ids': [called] },
  })
  const issue = await make('/issues.json', {
    attributes: { title: 'broken', 'author-id': userId, 'external-id': String(called), 'custom-fields': fields },
  })
  await post(`/projects/${project}/tests/${called}/relationships/issues.json`, {
    data: [{ type: 'issues', id: String(issue) }],
  })
  await post(`/projects/${project}/groups/${have.groups}/relationships/users.json`, {
    data: [{ type: 'users', id: String(user) }],
  })
  const large = Buffer.alloc(500_000, 'attachment ')
  await post(`/projects/${project}/attachments.json`, {
    entity: 'issue',
    'entity-id': issue,
    data: { files: { data: [{ filename: 'large.bin', content_encoded: large.toString('base64') }] } },
  })
  return { ...have, project, user, set, issue, called, caller }
}
