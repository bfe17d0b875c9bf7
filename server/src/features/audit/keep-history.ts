import { type Caller, NOBODY } from '../../auth/caller.ts'
import type { Tx } from '../../db/handle.ts'
import { insertRows } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'

function kindOf({ tokenId, userId }: Caller): 'personal' | 'account' | 'none' {
  if (userId !== null) return 'personal'
  return tokenId === NOBODY.tokenId ? 'none' : 'account'
}

/** Writes what a transaction did as history events, in the order it was done (contract §1.17). */
export async function keepHistory(tx: Tx, { caller, now }: Pick<Context, 'caller' | 'now'>): Promise<void> {
  const rows = tx.auditEntries
    .filter((entry) => !entry.quiet)
    .map((entry) => ({
      account_id: caller.accountId,
      project_id: entry.projectId,
      entity: entry.entity,
      entity_id: entry.entityId,
      entity_display_id: entry.displayId === null ? null : String(entry.displayId),
      action: entry.action,
      user_id: entry.userId === undefined ? caller.userId : entry.userId,
      token_kind: kindOf(caller),
      changes: JSON.stringify(entry.changes ?? []),
      created_at: now,
    }))
  await insertRows(tx, 'history_events', rows)
}
