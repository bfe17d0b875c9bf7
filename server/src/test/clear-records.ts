import { rmSync } from 'node:fs'
import { join } from 'node:path'

/** Where tests note which endpoints they called, for `npm run contract`. */
export const RECORDS = join(process.cwd(), 'reports', 'contract')

/** Where tests note which SQL the server sent to PostgreSQL, for `npm run contract` as well. */
export const SQL_RECORDS = join(process.cwd(), 'reports', 'sql')

/** Where tests note which exceptions of tolerated.ts they needed, for `npm run contract` as well. */
export const TOLERATED_RECORDS = join(process.cwd(), 'reports', 'tolerated')

/** A run of the tests starts with nothing recorded, so that a test that is gone never counts. */
export function setup(): void {
  for (const folder of [RECORDS, SQL_RECORDS, TOLERATED_RECORDS]) rmSync(folder, { recursive: true, force: true })
}
