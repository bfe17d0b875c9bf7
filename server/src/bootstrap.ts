import { randomBytes } from 'node:crypto'
import { createProblems } from './core/problems.ts'
import type { Database, Tx } from './db/database.ts'
import { insertRows } from './db/store.ts'
import { hashToken } from './http/caller.ts'
import { IDS_OF_A_PROJECT, insertProject } from './resources/projects/projects.actions.ts'
import { insertUser } from './resources/users/users.actions.ts'

/** 160 random bits as 40 hex characters (contract §7.9). */
export const newToken = () => randomBytes(20).toString('hex')

export interface NewAccount {
  accountId: number
  ownerId: number
  /** Shown once; only its hash is stored. */
  token: string
}

/** Stores an account with its owner user and a first account token. */
export async function insertAccount(
  tx: Tx,
  { name, ownerEmail, token, now }: { name: string; ownerEmail: string; token: string; now: number },
): Promise<NewAccount> {
  const accountId = tx.nextId()
  await insertRows(tx, 'accounts', [{ id: accountId, name, created_at: now }])
  const cells = { email: ownerEmail, display_name: ownerEmail }
  const owner = { accountId, cells, now, problems: createProblems(), place: { pointer: '/data/attributes' } }
  const ownerId = await insertUser(tx, owner, true)
  await insertToken(tx, { accountId, userId: null, name: 'First token', token, impersonation: false, now })
  return { accountId, ownerId, token }
}

/** Stores a token hashed and returns its id; `userId` null makes an account token. */
export async function insertToken(
  tx: Tx,
  o: { accountId: number; userId: number | null; name: string; token: string; impersonation: boolean; now: number },
): Promise<number> {
  const id = tx.nextId()
  await insertRows(tx, 'tokens', [
    {
      id,
      account_id: o.accountId,
      user_id: o.userId,
      name: o.name,
      hash: hashToken(o.token),
      enabled: 1,
      impersonation: o.impersonation ? 1 : 0,
      last_used_at: null,
      created_at: o.now,
    },
  ])
  return id
}

export interface Bootstrapped extends NewAccount {
  projectId: number
}

/**
 * On an empty database makes the account, its owner, a first token and the project "Demo", in one transaction that
 * two nodes starting at once run only once; undefined when there is an account already.
 */
export async function bootstrap(
  database: Database,
  { ownerEmail, token, now }: { ownerEmail: string; token: string | undefined; now: number },
): Promise<Bootstrapped | undefined> {
  return database.write(IDS_OF_A_PROJECT + 8, async (tx) => {
    await tx.dialect.lock(tx.db, 'bootstrap')
    if (await tx.db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) return undefined
    const account = await insertAccount(tx, { name: 'Assay', ownerEmail, token: token ?? newToken(), now })
    const cells = {
      name: 'Demo',
      automation_support: 1,
      enable_delete_issues: 1,
      time_management_support: 1,
      assign_to_group: 0,
    }
    const { accountId, ownerId } = account
    return { ...account, projectId: await insertProject(tx, { accountId, cells, ownerId, now }) }
  })
}

/** The secret that signs attachment links: made once, shared by all nodes of a database. */
export async function readSigningKey(database: Database): Promise<string> {
  return database.write(0, async ({ db }) => {
    await db
      .insertInto('settings')
      .values({ name: 'signing-key', value: randomBytes(32).toString('hex') })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
    const row = await db
      .selectFrom('settings')
      .select('value')
      .where('name', '=', 'signing-key')
      .executeTakeFirstOrThrow()
    return row.value
  })
}
