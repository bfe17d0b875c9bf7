import { AsyncLocalStorage } from 'node:async_hooks'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'
import { SQL_RECORDS } from './clear-records.ts'

const recording = new AsyncLocalStorage<true>()
const known = new Set<string>()
let file: string | undefined

/** However many parameters or rows of them a statement takes, it is the same statement. */
function shapeOf(text: string): string {
  return text
    .replaceAll(/\$\d+/g, '$1')
    .replaceAll(/\$1(?:, *\$1)+/g, '$1')
    .replaceAll(/\(\$1\)(?:, *\(\$1\))+/g, '($1)')
}

function note(text: string): void {
  const shape = shapeOf(text)
  if (known.has(shape)) return
  known.add(shape)
  if (file === undefined) {
    mkdirSync(SQL_RECORDS, { recursive: true })
    file = join(SQL_RECORDS, `${process.pid}-${crypto.randomUUID()}.jsonl`)
  }
  appendFileSync(file, `${JSON.stringify({ sql: shape, test: expect.getState().currentTestName ?? '' })}\n`)
}

type Query = (this: pg.Client, ...args: unknown[]) => unknown

const send = pg.Client.prototype.query as unknown as Query
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  const [query] = args
  const text = typeof query === 'string' ? query : (query as { text?: unknown }).text
  if (recording.getStore() && typeof text === 'string') note(text)
  return send.apply(this, args)
} as typeof pg.Client.prototype.query

/**
 * Does what the server does by itself, as opposed to a test that looks into its database, and notes every statement
 * that it sends to PostgreSQL meanwhile: `npm run contract` checks them.
 */
export function recordSql<T>(work: () => T): T {
  return recording.run(true, work)
}
