import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { apiError } from '../core/errors.ts'
import type { Database } from '../db/handle.ts'

/** How long the database may take to answer a probe, in milliseconds. */
const PATIENCE = 2000

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it can do its work, because the database answers and the server
 * is not stopping; else 503. Neither takes a token, and neither shows anything of an account (contract §7).
 */
export function serveProbes(app: FastifyInstance, database: Database): void {
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  const say = (status: string) => JSON.stringify({ status })
  const json = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }
  app.get('/healthz', async (_request, reply) => reply.headers(json).send(say('ok')))
  app.get('/readyz', async (_request, reply) => {
    const answered = await Promise.race([
      sql`select 1`.execute(database.read.db).then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE, false).unref()),
    ])
    if (stopping || !answered) {
      const title = stopping ? 'The server is stopping' : 'The database does not answer'
      throw apiError('unavailable', { title }, { 'retry-after': '1' })
    }
    return reply.headers(json).send(say('ready'))
  })
}
