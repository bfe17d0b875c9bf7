import { sha256 } from '../core/hash.ts'
import { memoize } from '../core/memoize.ts'
import { type Permission, withImplied } from '../core/permissions.ts'
import { cached } from '../db/cache.ts'
import type { Database, Reader, Tx } from '../db/handle.ts'

/** Who sends a request: the token or session, its account and, unless it is an account token, its user. */
export interface Caller {
  /** Of the token, or of the session. */
  tokenId: number
  accountId: number
  /** null for an account token. */
  userId: number | null
  impersonation: boolean
  /** Account token, or personal token of an account owner: passes every membership and permission check (§1.3). */
  passesAll: boolean
  /** Set where a cookie tells who calls (§14.1). */
  sessionId?: number
  /** Of a session whose user must set up a second factor before anything else (§14.4). */
  lacksFactor?: boolean
}

/** Who sends what takes no token. */
export const NOBODY: Caller = Object.freeze({
  tokenId: 0,
  accountId: 0,
  userId: null,
  impersonation: false,
  passesAll: false,
})

/** What is stored of a token: SHA-256 of its text. */
export const hashToken = (token: string): string => sha256(token)

/** How often it is written at most when a token or session was used. */
const USE_GRAIN = 60_000

interface KnownToken {
  caller: Caller
  lastUsedAt: number
}

async function readToken({ db }: Reader, hash: string): Promise<KnownToken | undefined> {
  const row = await db
    .selectFrom('tokens as t')
    .leftJoin('users as u', 'u.id', 't.user_id')
    .select(['t.id', 't.account_id', 't.user_id', 't.enabled', 't.impersonation', 't.last_used_at', 'u.is_owner'])
    .select('u.active')
    .where('t.hash', '=', hash)
    .executeTakeFirst()
  if (row?.enabled !== 1 || row.active === 0) return undefined
  const caller = Object.freeze({
    tokenId: row.id,
    accountId: row.account_id,
    userId: row.user_id,
    impersonation: row.user_id !== null && row.impersonation === 1,
    passesAll: row.user_id === null || row.is_owner === 1,
  })
  return { caller, lastUsedAt: row.last_used_at ?? 0 }
}

/**
 * Finds the caller of a token; undefined for an unknown or disabled one, and for that of a user who is not active. Notes
 * the use of it in the background.
 */
export async function findCaller(database: Database, token: string, now: number): Promise<Caller | undefined> {
  if (token === '') return undefined
  const hash = hashToken(token)
  const known = await cached(database.read, `token ${hash}`, () => readToken(database.read, hash))
  if (known === undefined) return undefined
  const { caller, lastUsedAt } = known
  noteUse(database, { caller, lastUsedAt, now }, (db) =>
    db.updateTable('tokens').set({ last_used_at: now }).where('id', '=', caller.tokenId).execute(),
  )
  return caller
}

/** The tokens and sessions whose use is being noted. */
const noting = memoize((_: Database) => new Set<number>())

/** Notes in the background that a token or session was used, by `note`, and its user; once a minute. */
export function noteUse(
  database: Database,
  { caller, lastUsedAt, now }: { caller: Caller; lastUsedAt: number; now: number },
  note: (db: Tx['db']) => Promise<unknown>,
): void {
  const { tokenId, userId } = caller
  const pending = noting(database)
  if (now - lastUsedAt < USE_GRAIN || pending.has(tokenId)) return
  pending.add(tokenId)
  database
    .write(0, async ({ db }) => {
      await note(db)
      if (userId !== null) await db.updateTable('users').set({ last_activity: now }).where('id', '=', userId).execute()
    })
    // Losing a time stamp must not fail the request that caused it.
    .catch(() => {})
    .finally(() => pending.delete(tokenId))
}

/** Permissions of a user in a project: the union over the user's groups; undefined when in none of them. */
export async function findPermissions(
  reader: Reader,
  projectId: number,
  userId: number,
): Promise<ReadonlySet<Permission> | undefined> {
  return cached(reader, `permissions ${projectId} ${userId}`, () => readPermissions(reader, projectId, userId))
}

async function readPermissions(reader: Reader, projectId: number, userId: number) {
  const groups = await reader.db
    .selectFrom('memberships as m')
    .innerJoin('groups as g', (join) =>
      join.onRef('g.project_id', '=', 'm.project_id').onRef('g.id', '=', 'm.group_id'),
    )
    .select('g.permissions')
    .where('m.project_id', '=', projectId)
    .where('m.user_id', '=', userId)
    .execute()
  if (groups.length === 0) return undefined
  return withImplied(groups.flatMap((group) => JSON.parse(group.permissions) as Permission[]))
}
