import type { Database } from '../../db/handle.ts'

/** So many due messages are counted; more are the same trouble. */
const COUNTED = 10_000

/** Messages that are due and with nobody, and for how long the oldest has been, by the index of due times. */
export async function readBacklog({ read }: Database, now: number): Promise<{ due: number; seconds: number }> {
  const due = read.db
    .selectFrom('webhook_messages')
    .select('next_attempt_at')
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .limit(COUNTED)
  const { count, oldest } = await read.db
    .selectFrom(due.as('due'))
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('next_attempt_at').as('oldest')])
    .executeTakeFirstOrThrow()
  return { due: Number(count), seconds: oldest === null ? 0 : (now - oldest) / 1000 }
}
