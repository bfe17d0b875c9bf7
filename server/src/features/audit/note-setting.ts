import type { Action, Change } from '../../core/audit.ts'
import type { SettingWord } from '../../core/kinds.ts'
import type { Tx } from '../../db/handle.ts'

/**
 * Notes what was done to something of the account, or to a setting of a project; it shows in the audit only. An update
 * without changes is not noted (contract §1.14). Never put a secret into `changes`.
 */
export function noteSetting(
  tx: Tx,
  entry: { entity: SettingWord; entityId: number; projectId?: number; action: Action; changes: Change[] },
): void {
  if (entry.action === 'update' && entry.changes.length === 0) return
  tx.auditEntries.push({ projectId: 0, displayId: null, ...entry })
}
