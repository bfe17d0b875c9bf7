import { type Selectable, sql } from 'kysely'
import type { Database, Reader } from '../../db/handle.ts'
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

/** The webhook of a message; undefined when it is gone, or its project is. */
export async function findWebhook(
  { db }: Pick<Reader, 'db'>,
  message: Pick<WaitingMessage, 'project_id' | 'webhook_id'>,
): Promise<Schema['webhooks'] | undefined> {
  return db
    .selectFrom('webhooks as w')
    .innerJoin('projects as p', 'p.id', 'w.project_id')
    .selectAll('w')
    .where('w.project_id', '=', message.project_id)
    .where('w.id', '=', message.webhook_id)
    .where('p.deleted_at', 'is', null)
    .executeTakeFirst()
}
