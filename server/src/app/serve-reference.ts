import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { apiError } from '../core/errors.ts'
import { asset, sendAsset } from '../http/assets.ts'
import { DOCS, type Documents } from '../openapi/documents.ts'
import { SEARCH } from '../openapi/guide-search.ts'
import { FILES } from '../openapi/guides.ts'
import { PAGE, REFERENCE, START } from '../openapi/reference-page.ts'

/** The renderer as one script. Its package serves it from within its own plugin only, and is large: loaded on demand. */
async function readRenderer(): Promise<string> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const app = Fastify()
  await app.register(scalar, { routePrefix: REFERENCE, configuration: { url: REFERENCE } })
  const { statusCode, body } = await app.inject(`${REFERENCE}/js/scalar.js`)
  await app.close()
  if (statusCode !== 200) throw new Error(`the renderer of the reference answers ${statusCode}`)
  return body
}

/** The renderer may talk to this server only, whatever it would like to load. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

/** The names in a folder of docs/, as links. */
async function listFolder(path: string, name: string): Promise<string> {
  const entries = (await readdir(path)).sort()
  const items = entries.map((entry) => `<li><a href="${FILES}${encodeURI(`${name}/${entry}`)}">${escaped(entry)}</a>`)
  const title = escaped(basename(name))
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><ul>${items.join('')}</ul></html>\n`
}

/** A file of docs/ as text, or the names in a folder of it. Throws 404 for everything else. */
async function readDocsFile(name: string): Promise<{ type: string; text: string }> {
  const missing = apiError('not_found', { title: 'There is no such file in the documentation' })
  const root = await realpath(DOCS)
  // A byte 0 is refused by the file system with an error of its own.
  const path = await realpath(join(root, name)).catch(() => undefined)
  const below = path === undefined ? '..' : relative(root, path)
  if (path === undefined || below === '' || below.split(sep)[0] === '..') throw missing
  const isFolder = (await stat(path)).isDirectory()
  if (isFolder) return { type: 'text/html', text: await listFolder(path, below.split(sep).join('/')) }
  return { type: 'text/plain', text: await readFile(path, 'utf8') }
}

/** `GET /docs`: guides and reference for people, needing no token and nothing from another server (contract §7). */
export function serveReference(app: FastifyInstance, documents: Documents): void {
  const assets = {
    [REFERENCE]: asset('text/html', () => PAGE),
    [`${REFERENCE}/start.js`]: asset('text/javascript', () => START),
    [`${REFERENCE}/search.js`]: asset('text/javascript', () => SEARCH),
    [`${REFERENCE}/guides.json`]: asset('application/json', () => JSON.stringify(documents.sections())),
    [`${REFERENCE}/scalar.js`]: asset('text/javascript', readRenderer),
    [`${REFERENCE}/openapi.json`]: asset('application/json', documents.withGuides),
  }
  app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.header('x-content-type-options', 'nosniff').header('content-security-policy', POLICY)
    })
    for (const [path, get] of Object.entries(assets)) {
      scope.get(path, async (request, reply) => sendAsset(request, reply, await get()))
    }
    scope.get(`${FILES}*`, async (request, reply) => {
      const { type, text } = await readDocsFile((request.params as { '*': string })['*'])
      return reply.header('content-type', `${type}; charset=utf-8`).header('cache-control', 'no-cache').send(text)
    })
  })
}
