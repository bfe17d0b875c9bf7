import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRequest {
  method: string
  /** Below the project: `runs.json`; the query apart. */
  path: string
  query: URLSearchParams
  key: string | undefined
  body: { data: unknown }
}

export interface FakeAnswer {
  status: number
  body?: unknown
  headers?: Record<string, string>
  /** Cut the connection instead of answering; the effect has happened when `after` is set. */
  drop?: 'before' | 'after'
}

interface Attributes extends Record<string, unknown> {
  name?: string
}

export interface Stored {
  id: number
  attributes: Attributes
  [side: string]: unknown
}

/**
 * As much of the API as an upload needs, in memory, with bulk requests that take all or none and with idempotency keys.
 * `fault` may answer in the server's place.
 */
export async function startFakeServer(fault: (request: FakeRequest) => FakeAnswer | undefined = () => undefined) {
  const store: Record<string, Stored[]> = { tests: [], sets: [], instances: [], runs: [], custom_fields: [] }
  const requests: FakeRequest[] = []
  const answered = new Map<string, { body: string; answer: FakeAnswer }>()
  let lastId = 100
  let keepRuns = true

  const table = (name: string) => store[name] as Stored[]
  const show = (type: string) => (row: Stored) => ({ id: String(row.id), type, attributes: row.attributes })

  function create(type: string, item: Record<string, unknown>): Stored {
    const row = { ...item, id: ++lastId, attributes: { ...(item.attributes as Attributes) } } as Stored
    if (type !== 'runs' || keepRuns) table(type).push(row)
    return row
  }

  function write(type: string, { query, body }: FakeRequest): FakeAnswer {
    const items = (Array.isArray(body.data) ? body.data : [body.data]) as Record<string, unknown>[]
    const errors = items.flatMap((item, index) => {
      const attributes = item.attributes as Attributes
      const unknown = type === 'instances' && !tests.has(Number(attributes['test-id']))
      const bad =
        unknown || String(attributes['automated-execution-output'] ?? attributes.name ?? '').includes('REFUSE')
      const source = { pointer: `/data/${index}/attributes` }
      return bad ? [{ status: '422', title: `Item ${index + 1}: it does not suit`, source }] : []
    })
    if (errors.length > 0) return { status: 422, body: { errors } }
    const made: number[] = []
    const rows = items.map((item) => {
      const { name } = item.attributes as Attributes
      const found = query.has('find-or-create') ? byName(type, String(name)) : undefined
      if (found) return found
      const row = create(type, item)
      if (type === 'tests') tests.set(row.id, row)
      if (type === 'tests' || type === 'sets') names.set(`${type}:${name}`, row)
      made.push(row.id)
      return row
    })
    const shown = rows.map(show(type))
    return { status: 200, body: { data: Array.isArray(body.data) ? shown : shown[0], meta: { created: made } } }
  }
  const tests = new Map<number, Stored>()
  const names = new Map<string, Stored>()
  const byName = (type: string, name: string) => names.get(`${type}:${name}`)

  function answer(request: FakeRequest): FakeAnswer {
    const { method, path, query } = request
    const list = (rows: Stored[], type: string) => ({ status: 200, body: { data: rows.map(show(type)), links: {} } })
    const ids = (name: string) => new Set((query.get(name) ?? '').split(',').map(Number))
    if (path === 'me.json')
      return { status: 200, body: { data: { id: '1', attributes: { 'token-kind': 'personal' } } } }
    if (path === 'projects/2.json') {
      return { status: 200, body: { data: { id: '2', type: 'projects', attributes: { name: 'Demo' } } } }
    }
    if (path === 'projects.json') {
      return { status: 200, body: { data: [{ id: '2', type: 'projects', attributes: { name: 'Demo' } }] } }
    }
    if (path === 'tests/bulk_search.json') {
      const entries = request.body.data as { name_exact: string }[]
      const data = entries.map((entry) => {
        const found = table('tests').length > 5000 ? [byName('tests', entry.name_exact)] : all(entry.name_exact)
        return { query: entry, tests: { data: found.filter((row) => row !== undefined).map(show('tests')) } }
      })
      return { status: 200, body: { data } }
    }
    const type = path.replace(/(\/\d+)?\.json$/, '')
    if (method === 'POST') return write(type, request)
    if (method === 'PUT') {
      const row = table(type).find(({ id }) => path.includes(`/${id}.`)) as Stored
      Object.assign(row.attributes, (request.body.data as Stored).attributes)
      return { status: 200, body: { data: show(type)(row) } }
    }
    if (type === 'instances') {
      const wanted = ids('test-ids')
      return list(
        table(type).filter(({ attributes }) => wanted.has(Number(attributes['test-id']))),
        type,
      )
    }
    if (type === 'tests') {
      return list(
        table(type).filter(({ attributes }) => ids('display-ids').has(Number(attributes['display-id']))),
        type,
      )
    }
    if (store[type]) return list(table(type), type)
    return { status: 404, body: { errors: [{ status: '404', title: 'Not found' }] } }
  }
  const all = (name: string) => table('tests').filter((row) => row.attributes.name === name)

  function handle(request: FakeRequest, raw: string): FakeAnswer {
    requests.push(request)
    const planned = fault(request)
    if (planned && planned.drop !== 'after') return planned
    const before = request.key === undefined ? undefined : answered.get(request.key)
    if (before) {
      if (before.body === raw) return { ...before.answer, ...(planned?.drop ? { drop: planned.drop } : {}) }
      return { status: 422, body: { errors: [{ title: 'The key was used for another request' }] } }
    }
    const result = answer(request)
    if (request.key !== undefined && result.status === 200 && keepRuns)
      answered.set(request.key, { body: raw, answer: result })
    return planned?.drop ? { ...result, drop: planned.drop } : result
  }

  function serve(incoming: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = []
    incoming.on('data', (part) => parts.push(part))
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://fake')
      const raw = Buffer.concat(parts).toString()
      const request: FakeRequest = {
        method: incoming.method ?? 'GET',
        path: url.pathname.replace(/^\/api\/v2\/(projects\/2\/)?/, ''),
        query: url.searchParams,
        key: incoming.headers['idempotency-key'] as string | undefined,
        body: raw === '' ? { data: null } : JSON.parse(raw),
      }
      const { status, body, headers = {}, drop } = handle(request, raw)
      if (drop) return response.socket?.destroy()
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? {}))
    })
  }

  const server = createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    store: store as Record<'tests' | 'sets' | 'instances' | 'runs' | 'custom_fields', Stored[]>,
    /** For large uploads: remember no runs, requests or answers. */
    forget: () => {
      keepRuns = false
      requests.push = () => 0
    },
    add: (type: string, attributes: Attributes) => {
      const row = create(type, { attributes })
      if (type === 'tests') tests.set(row.id, row)
      if (type === 'tests' && !names.has(`tests:${attributes.name}`)) names.set(`tests:${attributes.name}`, row)
      return row
    },
    stop: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
