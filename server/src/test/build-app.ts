import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { createPostgresDatabase } from '../../../test-support/postgres-database.ts'
import { buildApp } from '../app/app.ts'
import { keepAuditEntries } from '../app/keep-audit-entries.ts'
import { openDatabase } from '../db/database.ts'
import type { Database } from '../db/handle.ts'
import { insertRows } from '../db/store.ts'
import { toApiError } from '../http/errors.ts'
import { createMetrics } from '../http/metrics.ts'
import { type Bootstrapped, bootstrap, insertAccount, type NewAccount, readSigningKey } from '../operator/bootstrap.ts'
import type { Mail, Mailer } from '../people/mail.ts'
import { createPeople, type People } from '../people/people.ts'
import type { SingleSignOnSettings } from '../people/single-sign-on.ts'
import { insertToken, newToken } from '../resources/tokens/tokens.store.ts'
import { insertUser } from '../resources/users/users.store.ts'
import { readBacklog } from '../resources/webhooks/webhook-messages.store.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import { createDiskBlobStore } from '../storage/disk-blob-store.ts'
import { openSpool } from '../storage/spool.ts'
import { checkCalls } from './check-calls.ts'
import { prepareDatabase } from './prepare-database.ts'
import { recordCalls } from './record-calls.ts'
import { recordSql } from './record-sql.ts'

/** The operator's own token for the metrics of servers under test. */
export const METRICS_TOKEN = 'metrics-0123456789-0123456789-0123456789'

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, key by key
export type Json = any

export interface Answered {
  status: number
  headers: Record<string, string | undefined>
  body: Json
  text: string
}

interface SuiteOptions {
  rateLimit: number
  /** Whether the suite counts as a test of the endpoints it calls; those generated from the list of them do not. */
  record: boolean
  /** Whether /metrics is served. */
  measured: boolean
  /** Whether answers are held against the OpenAPI document; not where rows go before their answer is made. */
  checked: boolean
  /** Whether PostgreSQL serves as a replica of itself: one that is never behind. */
  replicated: boolean
  /** The address that the server is known by. */
  baseUrl: string | undefined
  /** Proxies that are believed. */
  trustProxy: string | undefined
  corsOrigins: readonly string[]
  /** Sends mails; left out: they are kept in `mails`. */
  mailer: (() => Promise<Mailer>) | undefined
  /** The identity provider, and whether passwords count beside it. */
  singleSignOn: (() => SingleSignOnSettings) | undefined
  passwordLogin: boolean
  /** Told what the log would say. */
  warned: (message: string) => void
}

/** Hashes that cost next to nothing, for tests that are not about their cost. */
export const CHEAP = { cost: 4, blockSize: 8, parallel: 1 }

interface CallOptions {
  headers?: Record<string, string>
  token?: string | null
  rateLimit?: number
  /** The address that it comes from. */
  from?: string
  /** The request is made up, at random or of a list: it may hold what the OpenAPI document does not show. */
  madeUp?: boolean
}

/** A running application on one database, and shorthands to talk to it. */
export interface TestApp extends Bootstrapped {
  dialect: string
  database: Database
  blobs: BlobStore
  /** What signing in needs of the server. */
  people: People
  /** The mails that would have been sent. */
  mails: Mail[]
  /** The folder of attachments. */
  files: string
  /** Path below /api/v2, or a full path. A string body is sent as it is. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answered>
  /** The bytes that a full path answers with. */
  raw(path: string): Promise<Buffer>
  get(path: string, options?: CallOptions): Promise<Answered>
  post(path: string, body?: unknown, options?: CallOptions): Promise<Answered>
  put(path: string, body?: unknown, options?: CallOptions): Promise<Answered>
  del(path: string, options?: CallOptions): Promise<Answered>
  /** Path inside the Demo project. */
  p(path: string): string
  /** A user in a group of the Demo project, and a personal token of theirs. */
  person(email: string, group: string | null, impersonation?: boolean): Promise<{ id: number; token: string }>
  /** A second account on the same server. */
  otherAccount(): Promise<NewAccount>
  close(): Promise<void>
}

async function open(
  dialect: string,
  {
    rateLimit,
    record,
    checked,
    measured,
    replicated,
    baseUrl,
    trustProxy,
    corsOrigins,
    mailer,
    warned,
    singleSignOn,
    passwordLogin,
  }: SuiteOptions,
): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-test-'))
  const postgres = dialect === 'postgres' ? await createPostgresDatabase(inject('postgresUrl')) : undefined
  const databaseReadUrl = replicated ? postgres?.url : undefined
  const database = openDatabase({ databaseUrl: postgres?.url, databaseReadUrl, dataDir: folder })
  await prepareDatabase(database, postgres?.url)
  const account = (await bootstrap(database, {
    ownerEmail: 'owner@example.org',
    token: undefined,
    now: Date.now(),
  })) as Bootstrapped
  const files = join(folder, 'attachments')
  const blobs = createDiskBlobStore(files)
  const signingKey = await readSigningKey(database)
  const services = {
    database,
    blobs,
    signingKey,
    baseUrl,
    maxFileBytes: 3 * 1024 * 1024,
    keepAuditEntries,
    deliverSoon: () => {},
  }
  const mails: Mail[] = []
  const kept: Mailer = {
    async send(mail) {
      mails.push(mail)
    },
    close: () => {},
  }
  const people = createPeople({
    work: CHEAP,
    mailer: (await mailer?.()) ?? kept,
    singleSignOn: singleSignOn?.(),
    passwordLogin,
    warn: warned,
  })
  const app = buildApp({
    services,
    rateLimit,
    trustProxy,
    corsOrigins,
    maxBodyBytes: 5 * 1024 * 1024,
    limits: { agentTimeout: 3600, maxImportBytes: 64 * 1024 * 1024, shardTimeout: 3_600_000, people },
    spool: openSpool(join(folder, 'spool')).forRequest,
    kittens: true,
    metrics: measured ? createMetrics(database, () => readBacklog(database, Date.now())) : undefined,
    metricsToken: METRICS_TOKEN,
  })
  // What a 500 was, its answer never says.
  app.addHook('onError', async (request, _reply, error) => {
    if (toApiError(error).status === 500) console.error(`${request.method} ${request.url}:`, error)
  })
  if (record) recordCalls(app, dialect)
  const check = checkCalls(app)
  const call: TestApp['call'] = async (
    method,
    path,
    body,
    { headers = {}, token = account.token, madeUp, from = '127.0.0.1' } = {},
  ) => {
    const request: InjectOptions = {
      method: method as 'GET',
      url: /^\/(api|v2|files|kittens|metrics|healthz|readyz|session|welcome|\/)/.test(path) ? path : `/api/v2${path}`,
      remoteAddress: from,
      headers: { ...(token === null ? {} : { pttoken: token }), ...headers },
      payload: (typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body) as string,
    }
    const answer = await recordSql(async () => await app.inject(request))
    const isJson = String(answer.headers['content-type']).startsWith('application/json')
    const answered = {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string>,
      body: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined,
      text: answer.body,
    }
    if (checked) check({ method, url: String(request.url), body, headers, madeUp }, answered)
    return answered
  }
  return {
    ...account,
    dialect,
    database,
    blobs,
    people,
    mails,
    files,
    call,
    raw: async (path) => (await app.inject(path)).rawPayload,
    get: (path, options) => call('GET', path, undefined, options),
    post: (path, body, options) => call('POST', path, body, options),
    put: (path, body, options) => call('PUT', path, body, options),
    del: (path, options) => call('DELETE', path, undefined, options),
    p: (path) => `/projects/${account.projectId}${path}`,
    async person(email, group, impersonation = false) {
      const token = newToken()
      const { accountId, projectId } = account
      const now = Date.now()
      const id = await database.write(2, async (tx) => {
        const user = await insertUser(tx, { accountId, cells: { email }, now })
        await insertToken(tx, { accountId, userId: user, name: email, token, impersonation, now })
        if (group !== null) {
          const { id: groupId } = await tx.db
            .selectFrom('groups')
            .select('id')
            .where('project_id', '=', projectId)
            .where('name', '=', group)
            .executeTakeFirstOrThrow()
          await insertRows(tx, 'memberships', [{ project_id: projectId, group_id: groupId, user_id: user }])
        }
        return user
      })
      return { id, token }
    },
    otherAccount: () =>
      database.write(3, (tx) =>
        insertAccount(tx, { name: 'Other', ownerEmail: 'owner@example.org', token: newToken(), now: Date.now() }),
      ),
    async close() {
      await app.close()
      await people.settled()
      people.mailer?.close()
      await database.close()
      await postgres?.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Suite = (app: () => TestApp) => void

const AS_IT_IS = {
  baseUrl: undefined,
  trustProxy: undefined,
  corsOrigins: [],
  mailer: undefined,
  warned: console.error,
  singleSignOn: undefined,
  passwordLogin: true,
}

function onDatabases(dialects: readonly string[], name: string, suite: Suite, options: Partial<SuiteOptions>): void {
  const all = { rateLimit: 0, record: true, checked: true, measured: false, replicated: false, ...AS_IT_IS, ...options }
  describe.each(dialects)(`${name} on %s`, (dialect) => {
    let app: TestApp
    beforeAll(async () => {
      app = await open(dialect, all)
    })
    afterAll(() => app?.close())
    suite(() => app)
  })
}

/** Runs a suite once per database, each on an application of its own. */
export const onEveryDatabase = (name: string, suite: Suite, options: Partial<SuiteOptions> = {}): void =>
  onDatabases(['sqlite', 'postgres'], name, suite, options)

/** Runs a suite about what only a database with several writers does. */
export const onPostgres = (name: string, suite: Suite, options: Partial<SuiteOptions> = {}): void =>
  onDatabases(['postgres'], name, suite, options)

/** Titles of an error answer, after checking its shape (contract §1.8). */
export function titles(answer: Answered): string[] {
  const errors = answer.body?.errors as { status: string; title: string }[]
  if (!Array.isArray(errors) || errors.some((error) => error.status !== String(answer.status) || !error.title)) {
    throw new Error(`not an error body: ${answer.status} ${answer.text.slice(0, 300)}`)
  }
  return errors.map((error) => error.title)
}
