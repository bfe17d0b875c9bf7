import type { EntityWord, KindType, SettingWord } from './kinds.ts'

/** One attribute that a write changed, as `changes` of a history event shows it (contract §7.10). */
export interface Change {
  field: string
  from: unknown
  to: unknown
}

export const ACTIONS = [
  'create',
  'update',
  'delete',
  'status',
  'link',
  'unlink',
  'run',
  'sign-in',
  'sign-in-failure',
  'sign-out',
] as const
export type Action = (typeof ACTIONS)[number]

/** Something that a write did, noted inside its transaction and kept with it: as history, and for webhooks. */
export interface AuditEntry {
  /** 0: of the account, not of a project. */
  projectId: number
  /** Entity word of contract §4.7 and §9: `test`, `testset`, `milestone`; for the account `user`, `token`, … */
  entity: EntityWord | SettingWord
  entityId: number
  displayId: string | number | null
  action: Action
  /** Who is recorded; left out = the owner of the token, if it has one (contract §1.3). */
  userId?: number | null
  changes?: Change[]
  /** JSON:API type, for entries that webhooks tell about. */
  type?: KindType
  /** Kept for webhooks only: things whose history is that of something above them. */
  quiet?: boolean
}
