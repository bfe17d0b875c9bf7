import { randomUUID } from 'node:crypto'
import { type Insertable, sql, type Updateable } from 'kysely'
import { MAX_DELIVERIES, MAX_WAITING } from '../../core/limits.ts'
import { formatTimestamp } from '../../core/scalars.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema.ts'
import { deleteRow, insertRows, lockRows } from '../../db/store.ts'

/** What a webhook is told, before it is addressed to one. */
export interface Message {
  event: string
  /** JSON text: the body of the delivery. */
  payload: string
}

/** The body of a delivery (contract §7.12); `now` in milliseconds. */
export function payloadOf(event: string, projectId: number, data: object, now: number): string {
  return JSON.stringify({ event, 'project-id': projectId, 'occurred-at': formatTimestamp(now), data })
}

/** How many messages wait for a webhook; counts no further than the most that may. */
export async function countWaiting(reader: Pick<Reader, 'db'>, projectId: number, webhookId: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from (
    select id from webhook_messages where project_id = ${projectId} and webhook_id = ${webhookId}
    limit ${MAX_WAITING}) waiting`.execute(reader.db)
  return Number(rows[0]?.n)
}

/** Puts messages for one webhook into the outbox, to be tried at once. `deliveryId`: the row a ping has shown already. */
export async function queueMessages(
  tx: Tx,
  o: { projectId: number; webhookId: number; messages: readonly Message[]; now: number; deliveryId?: number },
): Promise<void> {
  const rows = o.messages.map(({ event, payload }) => ({
    project_id: o.projectId,
    webhook_id: o.webhookId,
    message_id: `msg_${randomUUID()}`,
    event,
    payload,
    attempts: 0,
    next_attempt_at: o.now,
    delivery_id: o.deliveryId ?? null,
    created_at: o.now,
  }))
  await insertRows(tx, 'webhook_messages', rows)
  tx.queued ||= rows.length > 0
}

/**
 * Switches a webhook off and keeps why; false when it was off already. What waits for it is dropped by the next delivery
 * that comes across it.
 */
export async function disableWebhook(
  tx: Tx,
  o: { projectId: number; webhookId: number; reason: string; now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('webhooks')
    .set({ enabled: 0, disabled_reason: o.reason, updated_at: o.now })
    .where('project_id', '=', o.projectId)
    .where('id', '=', o.webhookId)
    .where('enabled', '=', 1)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows) > 0
}

/**
 * Drops what waits for a webhook: one that is switched off misses events anyway, so switching it on starts afresh.
 * Pings that were not tried yet stay, because they test a webhook that is off, too.
 */
export async function dropWaiting(tx: Tx, projectId: number, webhookId: number): Promise<void> {
  await lockRows(tx, 'webhook_messages', projectId, sql`webhook_id = ${webhookId}`)
  await tx.db
    .deleteFrom('webhook_messages')
    .where('project_id', '=', projectId)
    .where('webhook_id', '=', webhookId)
    .where('delivery_id', 'is', null)
    .execute()
}

/** Drops one message: it arrived, or it will not. */
export async function dropMessage(tx: Tx, { project_id, id }: { project_id: number; id: number }): Promise<void> {
  await deleteRow(tx, 'webhook_messages', project_id, id)
}

/** Drops the attempts of a webhook that are older than its last 100. */
async function trimDeliveries(tx: Tx, projectId: number, webhookId: number): Promise<void> {
  await sql`delete from webhook_deliveries where project_id = ${projectId} and webhook_id = ${webhookId} and id <= (
    select id from webhook_deliveries where project_id = ${projectId} and webhook_id = ${webhookId}
    order by id desc limit 1 offset ${MAX_DELIVERIES})`.execute(tx.db)
}

/** The webhooks of a project that are on, with the events that each wants. */
export const enabledWebhooks = prepared(({ db }, { projectId }: { projectId: number }) =>
  db
    .selectFrom('webhooks')
    .select(['id', 'events'])
    .where('project_id', '=', projectId)
    .where('enabled', '=', 1)
    .orderBy('id'),
)

/** Stores an attempt in the log of a webhook, less those that are older than its last 100; returns its id. */
export async function insertDelivery(tx: Tx, row: Insertable<Schema['webhook_deliveries']>): Promise<number> {
  const { id } = await tx.db.insertInto('webhook_deliveries').values(row).returning('id').executeTakeFirstOrThrow()
  await trimDeliveries(tx, row.project_id, row.webhook_id)
  return id
}

/** Changes an attempt in the log; false when it is there no more. */
export async function changeDelivery(
  tx: Tx,
  projectId: number,
  id: number,
  cells: Updateable<Schema['webhook_deliveries']>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('webhook_deliveries')
    .set(cells)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows) > 0
}

/** Deletes what waits for a webhook that goes, and the log of its attempts. */
export async function deleteBelow(tx: Tx, projectId: number, webhookId: number): Promise<void> {
  await lockRows(tx, 'webhook_messages', projectId, sql`webhook_id = ${webhookId}`)
  for (const table of ['webhook_messages', 'webhook_deliveries'] as const) {
    await tx.db
      .deleteFrom(table as 'webhook_messages')
      .where('project_id', '=', projectId)
      .where('webhook_id', '=', webhookId)
      .execute()
  }
}
