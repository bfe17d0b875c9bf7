import type { Database } from '../db/handle.ts'
import { dropOldSessions } from './sessions.store.ts'
import { dropOldCodes } from './welcome-codes.store.ts'

/** Removes sessions and links that are over; none of them counts any more. */
export async function tendPeople(database: Database, now: number): Promise<void> {
  await database.write(0, async (tx) => {
    await dropOldSessions(tx, now)
    await dropOldCodes(tx, now)
  })
}
