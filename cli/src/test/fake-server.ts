import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import zlib from 'node:zlib'

export interface FakeRequest {
  method: string
  /** Below the project: `imports.json`; the query apart. */
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  /** What came, unpacked; of an import that is not kept the first bytes. */
  body: string
}

export interface FakeAnswer {
  status: number
  body?: unknown
  headers?: Record<string, string>
  /** Cut the connection instead of answering; the effect has happened when `after` is set. */
  drop?: 'before' | 'after'
}

type Attributes = Record<string, unknown>

/** A receipt of an import that stored three cases. */
export const RECEIPT: Attributes = {
  'build-id': 50,
  'set-id': 7,
  state: 'stored',
  files: [],
  received: 3,
  stored: 3,
  refused: 0,
  runs: 3,
  passed: 3,
  failed: 0,
  blocked: 0,
  skipped: 0,
  flaky: 0,
  'created-tests': 3,
  'created-instances': 3,
  'moved-tests': 0,
  'wanted-files': [],
}

/** A build that has nothing to say. */
export const BUILD: Attributes = {
  'display-id': 1,
  key: 'b-1',
  name: null,
  state: 'complete',
  results: 3,
  'new-failures': 0,
  'still-failing': 0,
  fixed: 0,
  flaky: 0,
  missing: 0,
  'missing-shards': [],
  infrastructure: false,
}

const DECODERS: Record<string, (() => zlib.Gunzip | zlib.ZstdDecompress) | undefined> = {
  gzip: zlib.createGunzip,
  zstd: zlib.createZstdDecompress,
}

/** As much of the API as the command line needs, in memory, with idempotency keys. `fault` may answer in its place. */
export async function startFakeServer(
  o: {
    fault?: (request: FakeRequest) => FakeAnswer | undefined
    receipt?: Attributes
    meta?: { refusals: unknown[]; notes: string[] }
    refusals?: unknown[]
    build?: Attributes
    results?: Attributes[]
    gates?: string[]
    /** Of an import only this much is kept, and the rest counted. */
    keep?: number
    /** So many imports are cut while their bodies arrive. */
    cuts?: number
  } = {},
) {
  const requests: FakeRequest[] = []
  const stored = new Map<string, { source: string; id: string }>()
  const files: unknown[] = []
  const gates = [...(o.gates ?? ['passed'])]
  let bytes = 0
  let cuts = o.cuts ?? 0

  const receiptOf = (id: string, source: string) => ({
    data: { id, type: 'imports', attributes: { ...RECEIPT, source, ...o.receipt } },
    meta: o.meta ?? { refusals: [], notes: [] },
  })

  function answer({ path, method, headers, body }: FakeRequest): FakeAnswer {
    const ok = (value: unknown): FakeAnswer => ({ status: 200, body: value })
    if (path === 'projects/2.json') return ok({ data: { id: '2', type: 'projects', attributes: { name: 'Demo' } } })
    if (path === 'imports.json' && method === 'POST') {
      const key = headers['idempotency-key'] as string
      const known = stored.get(key) ?? { source: headers['user-agent'] ?? '', id: String(60 + stored.size) }
      stored.set(key, known)
      return ok(receiptOf(known.id, known.source))
    }
    if (path === 'imports.json')
      return ok({ data: [...stored.values()].map(({ id, source }) => receiptOf(id, source).data) })
    if (path.endsWith('/files.json')) {
      const sent = JSON.parse(body).data.attributes.files
      files.push(...sent)
      return ok({ data: { attached: sent.length, unwanted: [], wanted: 0 } })
    }
    if (path.endsWith('/refusals.json')) return ok({ data: o.refusals ?? [], links: {} })
    if (path.startsWith('imports/')) {
      const id = path.slice('imports/'.length, -'.json'.length)
      const shown = receiptOf(id, [...stored.values()].find((each) => each.id === id)?.source ?? '')
      // What was asked for once is not wanted any more, or not to be had.
      return ok({ ...shown, data: { ...shown.data, attributes: { ...shown.data.attributes, 'wanted-files': [] } } })
    }
    if (path === 'builds/50/results.json') {
      return ok({ data: (o.results ?? []).map((attributes) => ({ id: '1', type: 'results', attributes })), links: {} })
    }
    if (path === 'builds/50/gate.json') {
      const verdict = (gates.length > 1 ? gates.shift() : gates[0]) as string
      return ok({ data: { id: '50', attributes: { verdict, text: `Gate ${verdict}: build 1`, rules: [] } } })
    }
    const build = { id: '50', type: 'builds', attributes: { ...BUILD, ...o.build } }
    if (path === 'builds/50.json') return ok({ data: build })
    if (path === 'builds.json') return ok({ data: [build], links: {} })
    if (path === 'quarantines/names.json') return ok({ data: { format: 'lines', names: ['a › b', '::c\u001b[2J'] } })
    return { status: 404, body: { errors: [{ status: '404', title: 'Not found' }] } }
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://fake')
    if (incoming.method === 'POST' && cuts > 0) {
      cuts--
      incoming.once('data', () => incoming.socket.destroy())
      return
    }
    const decoder = DECODERS[incoming.headers['content-encoding'] ?? '']?.()
    const parts: Buffer[] = []
    let kept = 0
    for await (const part of (decoder ? incoming.pipe(decoder) : incoming) as AsyncIterable<Buffer>) {
      bytes += part.length
      if (kept < (o.keep ?? Number.POSITIVE_INFINITY)) parts.push(part)
      kept += part.length
    }
    const request: FakeRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname.replace(/^\/api\/v2\/(projects\/2\/)?/, ''),
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(parts).toString(),
    }
    requests.push(request)
    const planned = o.fault?.(request)
    const given = planned && planned.drop !== 'after' ? planned : answer(request)
    if (planned?.drop) return void response.socket?.destroy()
    const { status, body = {}, headers = {} } = given
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

  const server = createServer((incoming, response) => void serve(incoming, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    imports: () => requests.filter(({ method, path }) => method === 'POST' && path === 'imports.json'),
    files,
    /** Bytes of bodies, unpacked. */
    bytes: () => bytes,
    stop: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
