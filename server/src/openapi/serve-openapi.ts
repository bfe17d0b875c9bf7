import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { API_ROOT } from '../http/register-routes.ts'
import type { Room } from '../http/room.ts'
import type { Route } from '../http/route.ts'
import { buildDocument, operationsOf } from './build-document.ts'
import type { Example } from './operations.ts'
import { readSamples } from './samples.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Folder of the guides and samples that are served with the reference. */
export const DOCS = at('../../../docs')

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown

/** The document of this server with samples and real examples, as JSON text; read and built when first asked for. */
export function createDocument(rooms: readonly Room[], routes: readonly Route[]): () => string {
  let built: string | undefined
  return () => {
    if (built !== undefined) return built
    const { version } = readJson(at('../../package.json')) as { version: string }
    const examples = readJson(at('./examples.json')) as Record<string, Example>
    const samples = readSamples(`${DOCS}/examples`, operationsOf({ rooms, routes, examples }))
    const description = 'Self-hosted test management that speaks the PractiTest REST API v2.'
    built = JSON.stringify(buildDocument({ rooms, routes, examples, samples, description, version }))
    return built
  }
}

/** `GET /api/v2/openapi.json`: no token needed, and nothing of any account in it (contract §7). */
export function serveOpenApi(app: FastifyInstance, document: () => string): void {
  app.get(`${API_ROOT}/openapi`, async (_request, reply) =>
    reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(document()),
  )
}
