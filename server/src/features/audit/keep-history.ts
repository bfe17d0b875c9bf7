import type { Tx } from '../../db/handle.ts'
import { insertRows } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'

/** Writes what a transaction did as history events, in the order it was done (contract §1.17). */
export async function keepHistory(tx: Tx, { caller, now }: Context): Promise<void> {
  const rows = tx.auditEntries
    .filter((deed) => !deed.quiet)
    .map((deed) => ({
      account_id: caller.accountId,
      project_id: deed.projectId,
      entity: deed.entity,
      entity_id: deed.entityId,
      entity_display_id: deed.displayId === null ? null : String(deed.displayId),
      action: deed.action,
      user_id: deed.userId === undefined ? caller.userId : deed.userId,
      token_kind: caller.userId === null ? 'account' : 'personal',
      changes: JSON.stringify(deed.changes ?? []),
      created_at: now,
    }))
  await insertRows(tx, 'history_events', rows)
}
