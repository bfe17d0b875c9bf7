import { DatabaseSync } from 'node:sqlite'
import type { CompiledQuery } from 'kysely'
import { connectionOver } from './sqlite-connection.ts'

/** What the parent sends: a query and the number its answer carries. */
export interface ReadingRequest {
  id: number
  sql: string
  parameters: unknown[]
}

export type ReadingAnswer = { id: number; rows: unknown[] } | { id: number; error: string; errcode?: number }

const send = (answer: ReadingAnswer) => process.send?.(answer)
const database = new DatabaseSync(process.argv[2] as string, { readOnly: true, timeout: 5000 })
const connection = connectionOver(() => database)

process.on('message', async ({ id, sql, parameters }: ReadingRequest) => {
  try {
    const { rows } = await connection.executeQuery({ sql, parameters } as unknown as CompiledQuery)
    send({ id, rows })
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number }
    send({ id, error: message, errcode })
  }
})
process.on('disconnect', () => process.exit(0))
