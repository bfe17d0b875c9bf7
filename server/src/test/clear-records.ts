import { rmSync } from 'node:fs'
import { join } from 'node:path'

/** Where tests note which endpoints they called, for `npm run contract`. */
export const RECORDS = join(process.cwd(), 'reports', 'contract')

/** A run of the tests starts with nothing recorded, so that a test that is gone never counts. */
export function setup(): void {
  rmSync(RECORDS, { recursive: true, force: true })
}
