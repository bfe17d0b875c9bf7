// biome-ignore lint/suspicious/noExplicitAny: bodies are made and answers are read key by key
type Json = any

interface Answered {
  status: number
  body: Json
  text: string
}

/** Whatever takes requests: paths stand below /api/v2. */
interface Asked {
  get(path: string, options: { token: string }): Promise<Answered>
  post(path: string, body: unknown, options: { token: string }): Promise<Answered>
}

/** One of each thing that a path can name, by the word of its path: `tests`, `step_runs`, `statuses`, … */
export type Everything = Record<string, number>

interface Options {
  projectId: number
  /** A user of the account who is named as author and member. */
  userId: number
  token: string
  /** Text that every name starts with, to be recognised by. */
  prefix: string
}

/** Bodies that create one of each resource, given what exists already; by the path below the project or the root. */
export const CREATE: Record<string, (have: Everything, o: Pick<Options, 'userId' | 'prefix'>, n: number) => Json> = {
  '/custom_fields': (_, { prefix }, n) => ({
    attributes: { name: `${prefix} field ${n}`, 'field-format': 'list', entities: ['Test'], 'possible-values': ['a'] },
  }),
  '/folders': (_, { prefix }, n) => ({ attributes: { name: `${prefix} folder ${n}`, entity: 'test' } }),
  '/filters': (_, { prefix }, n) => ({
    attributes: { name: `${prefix} filter ${n}`, entity: 'test', ptql: 'ID > 0', 'autofilter-fields': ['Name'] },
  }),
  '/milestones': (_, { prefix, userId }) => ({ attributes: { name: `${prefix} milestone`, 'author-id': userId } }),
  '/tests': (have, { prefix, userId }) => ({
    attributes: { name: `${prefix} test`, 'author-id': userId, 'folder-id': have.folders },
    steps: { data: [{ name: `${prefix} step` }] },
  }),
  '/steps': (have, { prefix }) => ({ attributes: { 'test-id': have.tests, steps: [{ name: `${prefix} step` }] } }),
  '/sets': (have, { prefix, userId }) => ({
    attributes: { name: `${prefix} set`, 'author-id': userId, 'milestone-id': have.milestones },
    instances: { 'test-ids': [have.tests] },
  }),
  '/instances': (have) => ({ attributes: { 'set-id': have.sets, 'test-id': have.tests } }),
  '/runs': (have, { prefix }) => ({
    attributes: { 'instance-id': have.instances },
    steps: { data: [{ name: `${prefix} step`, status: 'FAILED' }] },
  }),
  '/requirements': (have, { prefix, userId }) => ({
    attributes: { name: `${prefix} requirement`, 'author-id': userId },
    traceability: { 'test-ids': [have.tests] },
  }),
  '/issues': (_, { prefix, userId }) => ({ attributes: { title: `${prefix} issue`, 'author-id': userId } }),
  '/webhooks': (_, { prefix }) => ({
    attributes: { name: `${prefix} webhook`, url: 'http://127.0.0.1:9/', events: ['test.created'], enabled: false },
  }),
  '/groups': (_, { prefix }, n) => ({ attributes: { name: `${prefix} group ${n}`, permissions: { runs: true } } }),
  '/workflow/statuses': (_, { prefix }, n) => ({ attributes: { name: `${prefix} status ${n}` } }),
  '/workflow/transitions': (have, _, n) => ({ attributes: { 'from-id': have.statuses, 'to-id': have[`to${n}`] } }),
  '/attachments': (have, { prefix }) => ({
    entity: 'test',
    'entity-id': have.tests,
    files: { data: [{ filename: `${prefix}.txt`, content_encoded: 'c2VjcmV0' }] },
  }),
  '/comments': (have, { prefix, userId }) => ({
    attributes: { entity: 'test', 'entity-id': have.tests, body: `${prefix} comment`, 'author-id': userId },
  }),
  '/imports': (_, { prefix }) =>
    `<testsuite name="${prefix} suite"><testcase name="${prefix} imported"><failure message="${prefix} broke"/></testcase></testsuite>`,
  '/builds': (_, { prefix }, n) => ({ attributes: { key: `${prefix} build ${n}`, pipeline: prefix } }),
  '/quarantines': (have, { prefix }) => ({ attributes: { 'test-id': have.tests, reason: `${prefix} reason` } }),
  '/gates': (_, { prefix }, n) => ({
    attributes: { name: `${prefix} gate ${n}`, branches: [prefix], rules: { 'max-new-failures': 0 } },
  }),
}

/** What stands in the query of a creation, by the same path. */
export const QUERY: Record<string, (o: Pick<Options, 'prefix'>) => string> = {
  '/imports': ({ prefix }) => `set-name=${encodeURIComponent(`${prefix} reports`)}`,
}

/** An element as the body that creates it; files name their entity beside `data`, as the documents show. */
export function bodyOf(path: string, element: Json): Json {
  // A report is sent as it is.
  if (typeof element === 'string') return element
  if (path !== '/attachments') return { data: element }
  const { files, ...named } = element
  return { ...named, data: { type: 'attachments', files } }
}

/** The last word of a path: what its ids are called. */
export const wordOfPath = (path: string): string => /([a-z_]+)$/.exec(path)?.[1] ?? ''

let made = 0

/** Creates one more of a resource; answers its id. Throws unless the API took it. */
export async function createOne(app: Asked, path: string, have: Everything, o: Options): Promise<number> {
  const n = ++made
  const call = async (at: string, data: Json) => {
    const query = QUERY[at]?.(o) ?? ''
    const url = `/projects/${o.projectId}${at}.json${query && `?${query}`}`
    const answer = await app.post(url, bodyOf(at, data), { token: o.token })
    if (answer.status !== 200) throw new Error(`${at}: ${answer.status} ${answer.text}`)
    const [first] = [answer.body.data].flat()
    return Number(first.id)
  }
  // A transition must be new, so it leads to a status of its own.
  if (path === '/workflow/transitions') have[`to${n}`] = await createOne(app, '/workflow/statuses', have, o)
  const create = CREATE[path]
  if (create === undefined) throw new Error(`nothing is known to create ${path}`)
  return call(path, create(have, o, n))
}

/** Fills a project with one of everything. */
export async function createEverything(app: Asked, o: Options): Promise<Everything> {
  // Kittens are always there.
  const have: Everything = { projects: o.projectId, users: o.userId, kittens: 1 }
  const get = async (path: string): Promise<Json> =>
    (await app.get(`/projects/${o.projectId}${path}`, { token: o.token })).body.data[0]
  for (const path of Object.keys(CREATE)) {
    const word = wordOfPath(path)
    if (word === 'instances') have.instances = Number((await get(`/instances.json?set-ids=${have.sets}`)).id)
    else have[word] = await createOne(app, path, have, o)
    if (word === 'imports') have.failures = Number((await get('/failures.json?')).id)
    if (word === 'runs') have.step_runs = Number((await get(`/step_runs.json?run-ids=${have.runs}`)).id)
  }
  const token = await app.post(
    '/tokens.json',
    { data: { attributes: { name: `${o.prefix} token` } } },
    { token: o.token },
  )
  have.tokens = Number(token.body.data.id)
  return have
}
