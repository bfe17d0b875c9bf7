import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { expect } from 'vitest'
import { RECORDS } from './clear-records.ts'

/**
 * Notes every call that succeeded with the test that made it: a line of method, route, database and test. The suffix
 * is kept, because for attachments it decides between two endpoints.
 */
export function recordCalls(app: FastifyInstance, dialect: string): void {
  mkdirSync(RECORDS, { recursive: true })
  const file = join(RECORDS, `${process.pid}-${crypto.randomUUID()}.tsv`)
  const known = new Set<string>()
  app.addHook('onResponse', async (request, reply) => {
    const test = expect.getState().currentTestName
    if (test === undefined || (reply.statusCode !== 200 && reply.statusCode !== 302)) return
    const suffix = /\.json(\?|$)/.test(request.originalUrl) ? '.json' : ''
    const line = [request.method, `${request.routeOptions.url}${suffix}`, dialect, test].join('\t')
    if (known.has(line)) return
    known.add(line)
    appendFileSync(file, `${line}\n`)
  })
}
