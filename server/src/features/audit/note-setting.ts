import type { Action, Change } from '../../core/journal.ts'
import type { Tx } from '../../db/handle.ts'

/** What is no entity of a project but can be changed: words of the audit (contract §7.10). */
export const SETTING_WORDS = [
  'user',
  'token',
  'group',
  'project',
  'custom-field',
  'workflow-status',
  'workflow-transition',
  'filter',
  'folder',
  'webhook',
] as const

export type SettingWord = (typeof SETTING_WORDS)[number]

/**
 * Notes what was done to something of the account, or to a setting of a project; it shows in the audit only. An update
 * without changes is not noted (contract §1.14). Never put a secret into `changes`.
 */
export function noteSetting(
  tx: Tx,
  deed: { entity: SettingWord; entityId: number; projectId?: number; action: Action; changes: Change[] },
): void {
  if (deed.action === 'update' && deed.changes.length === 0) return
  tx.journal.push({ projectId: 0, displayId: null, ...deed })
}
