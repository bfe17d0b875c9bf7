import { randomBytes } from 'node:crypto'
import { createProblems } from '../core/problems.ts'
import type { Database, Tx } from '../db/handle.ts'
import { insertRows } from '../db/store.ts'
import { insertWelcomeCode } from '../people/welcome-codes.store.ts'
import { IDS_OF_A_PROJECT, insertProject } from '../resources/projects/projects.store.ts'
import { insertToken, newToken } from '../resources/tokens/tokens.store.ts'
import { checkEmail } from '../resources/users/check-email.ts'
import { insertUser } from '../resources/users/users.store.ts'

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
  await insertRows(tx, 'accounts', [{ id: accountId, name, require_second_factor: 0, created_at: now }])
  const place = { pointer: '/data/attributes' }
  await checkEmail(tx, accountId, ownerEmail, { problems: createProblems(), place })
  const cells = { email: ownerEmail, display_name: ownerEmail }
  const ownerId = await insertUser(tx, { accountId, cells, now, isOwner: true })
  await insertToken(tx, { accountId, userId: null, name: 'First token', token, impersonation: false, now })
  return { accountId, ownerId, token }
}

export interface Bootstrapped extends NewAccount {
  projectId: number
  /** The code of a link by which the owner sets a password. */
  welcomeCode: string
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
    const projectId = await insertProject(tx, { accountId, cells, ownerId, now })
    const owner = { id: ownerId, account_id: accountId }
    const { code: welcomeCode } = await insertWelcomeCode(tx, owner, { purpose: 'invitation', now })
    return { ...account, projectId, welcomeCode }
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
