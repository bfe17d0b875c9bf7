import { createProblems } from '../core/problems.ts'
import { formatTimestamp } from '../core/scalars.ts'
import { openCurrentDatabase, openDatabase } from '../db/database.ts'
import { distributions } from '../db/distribution.ts'
import type { Database, Reader, Tx } from '../db/handle.ts'
import { insertRows } from '../db/store.ts'
import { findUserByEmail } from '../features/members/users.store.ts'
import { createSmtpMailer, invitationMail, type MailSettings } from '../people/mail.ts'
import { lockSignIn } from '../people/passwords.store.ts'
import { dropTotp } from '../people/second-factors.store.ts'
import { endSessions } from '../people/sessions.store.ts'
import { dropWelcomeCodes, insertWelcomeCode, welcomeLink } from '../people/welcome-codes.store.ts'
import { IDS_OF_A_PROJECT, insertProject, projectNameTaken } from '../resources/projects/projects.store.ts'
import { insertToken, newToken } from '../resources/tokens/tokens.store.ts'
import { checkEmail } from '../resources/users/check-email.ts'
import { insertUser } from '../resources/users/users.store.ts'
import { AdminError } from './admin-error.ts'
import { bootstrap, insertAccount } from './bootstrap.ts'

/** What an operator does on the server's own database, without a token. */
export interface Admin {
  init(): Promise<{
    created: boolean
    baseUrl: string
    accountId: number
    projectId: number | null
    ownerEmail: string
    token: string | null
    /** Link by which the owner sets a password, when it was made just now. */
    welcome: string | null
  }>
  createAccount(o: {
    name: string
    ownerEmail: string
  }): Promise<{ id: number; name: string; ownerId: number; token: string }>
  listAccounts(): Promise<{ id: number; name: string; users: number; projects: number; createdAt: string }[]>
  createToken(o: {
    accountId?: number
    name?: string
    userEmail?: string
    impersonation?: boolean
  }): Promise<{ id: number; kind: 'account' | 'personal'; name: string; token: string }>
  listTokens(o: { accountId?: number }): Promise<
    {
      id: number
      kind: string
      name: string
      user: string | null
      enabled: boolean
      lastUsedAt: string | null
      createdAt: string
    }[]
  >
  revokeToken(o: { id: number }): Promise<boolean>
  createProject(o: { accountId?: number; name: string }): Promise<{ id: number; name: string }>
  listProjects(o: { accountId?: number }): Promise<{ id: number; accountId: number; name: string; createdAt: string }[]>
  createUser(o: {
    accountId?: number
    email: string
    displayName?: string
    firstName?: string
    lastName?: string
    project?: string
    groups?: string[]
  }): Promise<{ id: number; email: string }>
  /** A link by which a user sets a password, mailed to them when asked for and mail is configured. */
  welcomeUser(o: {
    accountId?: number
    email: string
    mail?: boolean
  }): Promise<{ id: number; email: string; url: string; expiresAt: string; mailed: boolean }>
  /** Lets a user in, or puts them out: without a session, and with no way to sign in or use a token. */
  setUserActive(o: { accountId?: number; email: string; active: boolean }): Promise<{ id: number; email: string }>
  /** Takes the second factor away from a user. */
  resetSecondFactor(o: { accountId?: number; email: string }): Promise<{ id: number; email: string }>
  close(): Promise<void>
}

const place = { pointer: '/data/attributes' }

/** The account meant: the one given, or the only one there is. */
export async function accountOf(database: Database, given: number | undefined): Promise<number> {
  const accounts = await database.read.db.selectFrom('accounts').select('id').orderBy('id').execute()
  if (given !== undefined) {
    if (accounts.some((account) => account.id === given)) return given
    throw new AdminError(`There is no account ${given}.`)
  }
  const [only, second] = accounts
  if (only === undefined) throw new AdminError('There is no account yet: run "assay init" first.')
  if (second !== undefined) throw new AdminError('There are several accounts: say which one with --account.')
  return only.id
}

/** The project meant by an id or a name. */
export async function projectOf({ db }: Pick<Reader, 'db'>, accountId: number, project: string): Promise<number> {
  const rows = await db
    .selectFrom('projects')
    .select(['id', 'name'])
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .execute()
  const match = rows.find(({ id }) => String(id) === project) ?? rows.find(({ name }) => name === project)
  if (!match) throw new AdminError(`There is no project "${project}".`)
  return match.id
}

async function joinGroups(tx: Tx, accountId: number, userId: number, project: string, groups: string[]): Promise<void> {
  const projectId = await projectOf(tx, accountId, project)
  const known = await tx.db.selectFrom('groups').select(['id', 'name']).where('project_id', '=', projectId).execute()
  const ids = new Set<number>()
  for (const name of groups) {
    const group = known.find((g) => g.name.toLowerCase() === name.toLowerCase())
    if (!group) throw new AdminError(`There is no group "${name}"; there are: ${known.map((g) => g.name).join(', ')}.`)
    ids.add(group.id)
  }
  await insertRows(
    tx,
    'memberships',
    [...ids].map((id) => ({ project_id: projectId, group_id: id, user_id: userId })),
  )
}

/** Mails an invitation; says why where that cannot be. The link is not lost with it: the caller has it. */
async function mailInvitation(settings: MailSettings, email: string, url: string): Promise<void> {
  const mailer = await createSmtpMailer(settings)
  try {
    await mailer.send(invitationMail(email, url))
  } catch (error) {
    throw new AdminError(`The link ${url} could not be mailed to ${email}: ${(error as Error).message}`)
  } finally {
    mailer.close()
  }
}

/** The settings of the server that its operator's commands read. */
type AdminSettings = Parameters<typeof openDatabase>[0] & {
  ownerEmail: string
  bootstrapToken: string | undefined
  baseUrl: string | undefined
  host: string
  port: number
  mail: MailSettings | undefined
}

/** Opens the database that the settings name, brings it up to date, and offers the operator's commands. */
export async function openAdmin(config: AdminSettings): Promise<Admin> {
  const database = await openCurrentDatabase({ ...config, idBlock: 1 })
  const { db } = database.read
  const baseUrl = config.baseUrl ?? `http://${config.host}:${config.port}`
  const userOf = async (given: number | undefined, email: string) => {
    const user = await findUserByEmail(database.read, await accountOf(database, given), email)
    if (!user) throw new AdminError(`There is no user ${email}.`)
    return user
  }
  return {
    async init() {
      const options = { ownerEmail: config.ownerEmail, token: config.bootstrapToken, now: Date.now() }
      const first = await bootstrap(database, options)
      const accountId =
        first?.accountId ?? (await db.selectFrom('accounts').select('id').orderBy('id').executeTakeFirstOrThrow()).id
      return {
        created: first !== undefined,
        baseUrl,
        accountId,
        projectId: first?.projectId ?? null,
        ownerEmail: config.ownerEmail,
        token: first && config.bootstrapToken === undefined ? first.token : null,
        welcome: first ? welcomeLink(baseUrl, first.welcomeCode) : null,
      }
    },
    async createAccount({ name, ownerEmail }) {
      const account = await database.write(3, (tx) =>
        insertAccount(tx, { name, ownerEmail, token: newToken(), now: Date.now() }),
      )
      return { id: account.accountId, name, ownerId: account.ownerId, token: account.token }
    },
    async listAccounts() {
      const accounts = await db.selectFrom('accounts').selectAll().orderBy('id').execute()
      const count = async (table: 'users' | 'projects', id: number) => {
        const query = db.selectFrom(table).select(({ fn }) => fn.countAll<number>().as('n'))
        // Of a project that was deleted only the purge knows.
        const live = table === 'projects' ? query.where('deleted_at', 'is', null) : query
        return Number((await live.where('account_id', '=', id).executeTakeFirstOrThrow()).n)
      }
      return Promise.all(
        accounts.map(async ({ id, name, created_at: created }) => ({
          id,
          name,
          users: await count('users', id),
          projects: await count('projects', id),
          createdAt: formatTimestamp(created),
        })),
      )
    },
    async createToken({ accountId: given, name, userEmail, impersonation = false }) {
      const accountId = await accountOf(database, given)
      const token = newToken()
      const user = userEmail === undefined ? undefined : await findUserByEmail(database.read, accountId, userEmail)
      if (userEmail !== undefined && !user) throw new AdminError(`There is no user ${userEmail}.`)
      const label = name ?? user?.email ?? 'Account token'
      const id = await database.write(1, async (tx) => {
        // One personal token per user: a new one takes the place of the old (contract §7.9).
        if (user) await tx.db.deleteFrom('tokens').where('user_id', '=', user.id).execute()
        const userId = user?.id ?? null
        const row = await insertToken(tx, {
          accountId,
          userId,
          name: label,
          token,
          impersonation,
          now: Date.now(),
        })
        return row.id
      })
      return { id, kind: user ? 'personal' : 'account', name: label, token }
    },
    async listTokens({ accountId: given }) {
      const accountId = await accountOf(database, given)
      const rows = await db
        .selectFrom('tokens as t')
        .leftJoin('users as u', 'u.id', 't.user_id')
        .select(['t.id', 't.name', 't.user_id', 't.enabled', 't.last_used_at', 't.created_at', 'u.email'])
        .where('t.account_id', '=', accountId)
        .orderBy('t.id')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        kind: row.user_id === null ? 'account' : 'personal',
        name: row.name,
        user: row.email,
        enabled: row.enabled === 1,
        lastUsedAt: row.last_used_at === null ? null : formatTimestamp(row.last_used_at),
        createdAt: formatTimestamp(row.created_at),
      }))
    },
    async revokeToken({ id }) {
      return database.write(0, async (tx) => {
        const { numDeletedRows } = await tx.db.deleteFrom('tokens').where('id', '=', id).executeTakeFirstOrThrow()
        return numDeletedRows > 0n
      })
    },
    async createProject({ accountId: given, name }) {
      const accountId = await accountOf(database, given)
      if (name.trim() === '') throw new AdminError('A project needs a name.')
      const id = await database.write(IDS_OF_A_PROJECT, async (tx) => {
        if (await projectNameTaken(tx, accountId, name)) throw new AdminError(`There is a project "${name}" already.`)
        const flags = { automation_support: 1, enable_delete_issues: 1, time_management_support: 1, assign_to_group: 0 }
        return insertProject(tx, { accountId, cells: { name, ...flags }, ownerId: null, now: Date.now() })
      })
      return { id, name }
    },
    async listProjects({ accountId: given }) {
      const accountId = await accountOf(database, given)
      const rows = await db
        .selectFrom('projects')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('deleted_at', 'is', null)
        .orderBy('id')
        .execute()
      return rows.map((row) => ({ id: row.id, accountId, name: row.name, createdAt: formatTimestamp(row.created_at) }))
    },
    async createUser({ accountId: given, email, displayName, firstName, lastName, project, groups }) {
      const accountId = await accountOf(database, given)
      const cells = {
        email,
        display_name: displayName ?? null,
        first_name: firstName ?? null,
        last_name: lastName ?? null,
      }
      const id = await database.write(1, async (tx) => {
        await checkEmail(tx, accountId, email, { problems: createProblems(), place })
        const userId = await insertUser(tx, { accountId, cells, now: Date.now() })
        if (project !== undefined) await joinGroups(tx, accountId, userId, project, groups ?? ['Testers'])
        database.noteWrite(tx, 0)
        return userId
      })
      return { id, email: email.toLowerCase() }
    },
    async welcomeUser({ accountId: given, email, mail = false }) {
      const user = await userOf(given, email)
      if (user.active !== 1) throw new AdminError(`${user.email} is not active: run "assay user enable" first.`)
      const { code, expiresAt } = await database.write(0, async (tx) => {
        await lockSignIn(tx, user.id)
        return insertWelcomeCode(tx, user, { purpose: 'invitation', now: Date.now() })
      })
      const url = welcomeLink(baseUrl, code)
      const mailed = mail && config.mail !== undefined
      if (mail && config.mail !== undefined) await mailInvitation(config.mail, user.email, url)
      return { id: user.id, email: user.email, url, expiresAt: formatTimestamp(expiresAt), mailed }
    },
    async setUserActive({ accountId: given, email, active }) {
      const { id, email: known } = await userOf(given, email)
      await database.write(0, async (tx) => {
        await lockSignIn(tx, id)
        await tx.db
          .updateTable('users')
          .set({ active: active ? 1 : 0 })
          .where('id', '=', id)
          .execute()
        if (!active) {
          await endSessions(tx, id)
          await dropWelcomeCodes(tx, id)
        }
        database.noteWrite(tx, 0)
      })
      return { id, email: known }
    },
    async resetSecondFactor({ accountId: given, email }) {
      const { id, email: known } = await userOf(given, email)
      await database.write(0, async (tx) => {
        await lockSignIn(tx, id)
        await dropTotp(tx, id)
      })
      return { id, email: known }
    },
    close: () => database.close(),
  }
}

/**
 * Spreads the tables of the database that the settings name over a Citus cluster, and answers the statements that were
 * run; with `dryRun` those that would be, without looking at a database. Throws NoCluster where that cannot be.
 */
export async function distribute(
  settings: Parameters<typeof openDatabase>[0],
  { dryRun }: { dryRun: boolean },
): Promise<string[]> {
  if (dryRun) return distributions().map(({ sql }) => sql)
  const database = openDatabase(settings)
  try {
    await database.migrate()
    return await database.distribute()
  } finally {
    await database.close()
  }
}
