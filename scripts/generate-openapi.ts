import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../server/src/app/app.ts'
import { RESOURCES, ROUTES } from '../server/src/app/registry.ts'
import { openDatabase } from '../server/src/db/database.ts'
import { buildDocument, operationsOf } from '../server/src/openapi/build-document.ts'
import { SUMMARY } from '../server/src/openapi/documents.ts'
import type { Example } from '../server/src/openapi/operations.ts'
import { type Bootstrapped, bootstrap } from '../server/src/operator/bootstrap.ts'
import { createPeople } from '../server/src/people/people.ts'
import { KITTEN_ROUTES } from '../server/src/resources/kittens/kittens.routes.ts'
import { createDiskBlobStore } from '../server/src/storage/disk-blob-store.ts'
import { openSpool } from '../server/src/storage/spool.ts'
import { type CallGround, callEndpoint } from '../server/src/test/call-endpoint.ts'
import { createEverything } from '../test-support/one-of-everything.ts'

// `npm run generate:openapi`: calls every endpoint of a fresh server, keeps what it was asked and what it answered as
// examples (server/src/openapi/examples.json), and writes the document without samples and guides (openapi.json).
// `--check` writes nothing and fails when either is stale.

const root = join(import.meta.dirname, '..')
const routes = [...ROUTES, ...KITTEN_ROUTES]

/** Bodies that a reader would send. */
const BODIES: CallGround['bodies'] = {
  'POST /api/v2/users.json': () => ({
    data: { type: 'users', attributes: { email: 'grace@example.org', 'display-name': 'Grace H.' } },
  }),
  'PUT /api/v2/users/:id.json': () => ({ data: { type: 'users', attributes: { 'display-name': 'Ada L.' } } }),
  'POST /api/v2/projects.json': () => ({ data: { type: 'projects', attributes: { name: 'Payments' } } }),
  'POST /api/v2/projects/:project_id/tests/bulk_search.json': () => ({ data: [{ name_exact: 'Checkout test' }] }),
  'POST /api/v2/projects/:project_id/runs/auto_create.json': (g) => ({
    data: {
      attributes: { 'set-id': g.have.sets, 'exit-code': 0, 'run-duration': '00:00:13' },
      'test-attributes': { name: 'Pay by invoice', 'author-id': g.have.users },
    },
  }),
  'PUT /api/v2/projects/:project_id/issues/:id/update_status.json': (g) => ({
    data: { attributes: { 'status-name': 'fixed', 'user-id': g.have.users } },
  }),
}

/** What a PUT of an entity shows as its body: something that changes. */
const CHANGES: Record<string, object> = {
  tests: { priority: '2-high' },
  sets: { status: 'In progress' },
  requirements: { version: '1.5' },
  issues: { priority: '2-high' },
  instances: { version: '1.5' },
  runs: { version: '1.5' },
  'step-runs': { status: 'PASSED', 'actual-results': 'Total is shown' },
  steps: { 'expected-results': 'Total is shown' },
  milestones: { 'milestone-status': 'Active' },
}

/** Times, tokens and secrets differ from run to run; a committed example does not. */
function steady(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g, '2026-11-24T12:00:00Z')
    .replaceAll(/"last-used-at":"[^"]*"/g, '"last-used-at":null')
    .replaceAll(/"elapsed":\d+/g, '"elapsed":1000')
    .replaceAll(/"(token)":"[0-9a-f]{40}"/g, `"$1":"${'0'.repeat(40)}"`)
    .replaceAll(/(\/welcome\/|"code":")[\w-]{43}/g, `$1${'A'.repeat(43)}`)
    .replaceAll(/(secret(?:"?[=:]"?))[A-Z2-7]{32}/g, '$1JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP')
    .replaceAll(/"code":"\d{6}"/g, '"code":"123456"')
    .replaceAll(/\b[a-z2-9]{4}(-[a-z2-9]{4}){3}\b/g, 'abcd-efgh-jkmn-pqrs')
    .replaceAll(/whsec_[\w+/=]+/g, `whsec_${'A'.repeat(32)}`)
    .replaceAll('http://localhost:80/', 'http://127.0.0.1:3000/')
  return JSON.parse(text)
}

async function collectExamples(): Promise<Record<string, Example>> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-openapi-'))
  const database = openDatabase({ dataDir: folder })
  await database.migrate()
  const account = (await bootstrap(database, {
    ownerEmail: 'owner@example.org',
    token: 'a'.repeat(40),
    now: Date.now(),
  })) as Bootstrapped
  const services = {
    database,
    blobs: createDiskBlobStore(join(folder, 'attachments')),
    signingKey: 'examples',
    baseUrl: 'http://127.0.0.1:3000',
    maxFileBytes: 2 ** 20,
    keepAuditEntries: async () => {},
    deliverSoon: () => {},
  }
  const mailer = { send: async () => {}, close: () => {} }
  const people = createPeople({ work: { cost: 4, blockSize: 8, parallel: 1 }, mailer, warn: console.error })
  const server = buildApp({
    services,
    rateLimit: 0,
    maxBodyBytes: 2 ** 20,
    limits: { agentTimeout: 3600, maxImportBytes: 2 ** 20, shardTimeout: 3_600_000, people },
    spool: openSpool(join(folder, 'spool')).forRequest,
    kittens: true,
  })
  const call: CallGround['app']['call'] = async (method, path, body, { token = account.token } = {}) => {
    const answer = await server.inject({
      method: method as 'GET',
      url: /^\/(api|files|kittens|session)/.test(path) ? path : `/api/v2${path}`,
      headers: token === null ? {} : { pttoken: token },
      payload: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    })
    const isJson = String(answer.headers['content-type']).startsWith('application/json')
    const headers = answer.headers as Record<string, string>
    return { status: answer.statusCode, headers, text: answer.body, body: isJson ? answer.json() : undefined }
  }
  const get: CallGround['app']['get'] = (path) => call('GET', path)
  const post: CallGround['app']['post'] = (path, body) => call('POST', path, body)
  const person: CallGround['app']['person'] = async (email) => {
    const user = await post('/users.json', { data: { attributes: { email } } })
    const id = Number(user.body.data.id)
    await call('PUT', `/users/${id}/projects.json`, { data: { projects: [{ id: account.projectId }] } })
    const token = await post(`/users/${id}/personal_token.json`)
    return { id, token: token.body.data.attributes.token }
  }
  const app = { call, get, post, person, token: account.token }
  const ada = await person('ada@example.org', 'Testers')
  const o = { projectId: account.projectId, userId: ada.id, token: account.token, prefix: 'Checkout' }
  const have = await createEverything(app, o)
  const ground: CallGround = { app, have, project: account.projectId, prefix: 'Checkout', bodies: BODIES }

  /** What an account token may not do. */
  const isForPeople = new Set([
    'showSession',
    'listSessions',
    'endSessions',
    'changePassword',
    'showTotp',
    'startTotp',
    'confirmTotp',
  ])
  const examples: Record<string, Example> = {}
  for (const { id, method, path, tag } of operationsOf({ resources: RESOURCES, routes, examples: {} })) {
    const needsEntity = /\/(attachments|comments)(\/|\.|$)|history/.test(path)
    const endpoint = {
      method: method.toUpperCase(),
      path: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      ...(needsEntity ? { entity: 'test' } : {}),
    }
    const isEntity = endpoint.method === 'PUT' && /^\/api\/v2.*\/\{id\}\.json$/.test(path)
    const change = isEntity ? CHANGES[tag] : undefined
    const key = `${endpoint.method} ${endpoint.path}`
    const bodies = change ? { ...BODIES, [key]: () => ({ data: { type: tag, attributes: change } }) } : BODIES
    const parameters = endpoint.method === 'GET' ? ['page[size]=2'] : []
    const token = isForPeople.has(id) ? ada.token : account.token
    const answer = await callEndpoint({ ...ground, bodies }, endpoint, token, { fresh: true, parameters })
    if (answer.status !== 200 && answer.status !== 302) throw new Error(`${key}: ${answer.status} ${answer.text}`)
    if (answer.body === undefined) continue
    examples[id] = steady({ request: answer.sent, response: answer.body }) as Example
  }
  await server.close()
  await database.close()
  rmSync(folder, { recursive: true, force: true })
  return examples
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const examples = await collectExamples()
const document = buildDocument({ resources: RESOURCES, routes, examples, description: SUMMARY, version })
const files: Record<string, string> = {
  'server/src/openapi/examples.json': `${JSON.stringify(examples, null, 2)}\n`,
  'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
}
const stale: string[] = []
for (const [file, content] of Object.entries(files)) {
  const path = join(root, file)
  if (!process.argv.includes('--check')) writeFileSync(path, content)
  else if (readFileSync(path, 'utf8') !== content) stale.push(file)
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run generate:openapi" and commit what it writes.`)
  process.exitCode = 1
}
