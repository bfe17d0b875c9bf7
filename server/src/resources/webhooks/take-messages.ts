import { type Selectable, sql } from 'kysely'
import type { Database } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { lockRows } from '../../db/store.ts'

/** A message of the outbox. */
export type WaitingMessage = Selectable<Schema['webhook_messages']>

/** How long a message stays with the process that took it, in milliseconds; longer than an attempt can take. */
const LEASE = 60_000

/** Messages that are due, oldest first, without those of webhooks and projects that are busy. */
export async function findDue(
  { read }: Database,
  {
    now,
    busy,
    busyProjects,
    limit,
  }: { now: number; busy: readonly number[]; busyProjects: readonly number[]; limit: number },
): Promise<WaitingMessage[]> {
  return read.db
    .selectFrom('webhook_messages')
    .selectAll()
    .where('next_attempt_at', '<=', now)
    .$if(busy.length > 0, (query) => query.where('webhook_id', 'not in', [...busy]))
    .$if(busyProjects.length > 0, (query) => query.where('project_id', 'not in', [...busyProjects]))
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** When the first message that waits is due; undefined when none waits. */
export async function nextDue({ read }: Database): Promise<number | undefined> {
  const row = await read.db
    .selectFrom('webhook_messages')
    .select('next_attempt_at')
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_attempt_at
}

/**
 * Takes messages for this process by moving their next attempt behind the lease; one that another process took in
 * between is left to it. If this process dies, they are due again when the lease ends.
 */
export async function takeMessages(
  database: Database,
  messages: readonly WaitingMessage[],
  now: number,
): Promise<WaitingMessage[]> {
  return database.write(0, async (tx) => {
    const taken: WaitingMessage[] = []
    const byProject = Map.groupBy(messages, (message) => message.project_id)
    for (const [projectId, members] of [...byProject].sort(([a], [b]) => a - b)) {
      const ids = members.map((message) => message.id)
      await lockRows(tx, 'webhook_messages', projectId, sql<boolean>`id in (${sql.join(ids)})`)
      const rows = await tx.db
        .updateTable('webhook_messages')
        .set({ next_attempt_at: now + LEASE })
        .where('project_id', '=', projectId)
        .where('id', 'in', ids)
        .where('next_attempt_at', '<=', now)
        .returningAll()
        .execute()
      taken.push(...rows)
    }
    return taken.sort((a, b) => a.id - b.id)
  })
}
