import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { apiError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { cached } from '../db/cache.ts'
import type { Database, Reader } from '../db/handle.ts'
import { type Caller, noteUse } from './caller.ts'

/** The cookie of a session (contract §14.1). */
export const SESSION_COOKIE = 'assay_session'

const HOUR = 3_600_000
/** After so long without a request a session is over, unless it is remembered. */
const IDLE = 12 * HOUR
/** After so long any session is over. */
export const SESSION_LIFETIME = 30 * 24 * HOUR

/** A secret that nobody can guess, as text that stands in cookies and links: 256 random bits. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is stored of a secret of ours. */
export const hashSecret = (secret: string): string => sha256(secret)

/** The header that sets the cookie; `secret` undefined takes it away. Over TLS browsers send it over TLS only. */
export function sessionCookie(
  secret: string | undefined,
  { overTls, remember }: { overTls: boolean; remember: boolean },
): string {
  const lifetime = secret === undefined ? '; Max-Age=0' : remember ? `; Max-Age=${SESSION_LIFETIME / 1000}` : ''
  return `${SESSION_COOKIE}=${secret ?? ''}; Path=/; HttpOnly; SameSite=Lax${overTls ? '; Secure' : ''}${lifetime}`
}

/**
 * The value of a cookie of ours. One that is there twice counts as none: another site of the same domain can add one, and
 * nobody can tell which is ours.
 */
export function findCookie(cookie: string | undefined, name: string): string | undefined {
  if (cookie === undefined || !cookie.includes(name)) return undefined
  const values = new Set<string>()
  for (const pair of cookie.split(';')) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && pair.slice(0, equals).trim() === name) values.add(pair.slice(equals + 1).trim())
  }
  const [value = ''] = values
  return values.size === 1 && value !== '' ? value : undefined
}

/** The secret of the session that a request comes with. */
export const findSessionSecret = ({ cookie }: IncomingHttpHeaders): string | undefined =>
  findCookie(cookie, SESSION_COOKIE)

interface KnownSession {
  caller: Caller
  remember: boolean
  lastSeenAt: number
  expiresAt: number
}

async function readSession({ db }: Reader, hash: string): Promise<KnownSession | undefined> {
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .innerJoin('accounts as a', 'a.id', 's.account_id')
    .leftJoin('totp_secrets as f', (join) => join.onRef('f.user_id', '=', 's.user_id').on('f.confirmed', '=', 1))
    .select(['a.require_second_factor', 'f.user_id as factor', 's.via'])
    .select(['s.id', 's.account_id', 's.user_id', 's.remember', 's.last_seen_at', 's.expires_at'])
    .select(['u.is_owner', 'u.active'])
    .where('s.hash', '=', hash)
    .executeTakeFirst()
  if (row?.active !== 1) return undefined
  const caller = Object.freeze({
    tokenId: row.id,
    accountId: row.account_id,
    userId: row.user_id,
    impersonation: false,
    passesAll: row.is_owner === 1,
    sessionId: row.id,
    lacksFactor: row.require_second_factor === 1 && row.via === 'password' && row.factor === null,
  })
  return { caller, remember: row.remember === 1, lastSeenAt: row.last_seen_at, expiresAt: row.expires_at }
}

/**
 * Finds the caller of a session, who may do what the user's personal token may, without impersonation; undefined for one
 * that is unknown or over. Notes in the background when and from where it was used.
 */
export async function findSession(
  database: Database,
  secret: string,
  { now, address }: { now: number; address: string },
): Promise<Caller | undefined> {
  const hash = hashSecret(secret)
  const known = await cached(database.read, `session ${hash}`, () => readSession(database.read, hash))
  if (known === undefined) return undefined
  const { caller, remember, lastSeenAt, expiresAt } = known
  if (now >= expiresAt || (!remember && now - lastSeenAt >= IDLE)) return undefined
  noteUse(database, { caller, lastUsedAt: lastSeenAt, now }, (db) =>
    db.updateTable('sessions').set({ last_seen_at: now, address }).where('id', '=', caller.tokenId).execute(),
  )
  return caller
}

/** Until when sessions count that were last seen then; what is older may go. */
export const isOverBefore = (now: number) => ({ expired: now, idle: now - IDLE })

/** As much of a request as says whether a page of ours made it. */
export interface Origin {
  headers: IncomingHttpHeaders
  /** Hosts that this server is known by: the one of the request, and of the configured address. */
  hosts: readonly string[]
}

/** The host of an `Origin`; undefined for `null` and what is no URL. */
const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : undefined)

/**
 * Whether a page of another site may have made the request: browsers say so by Sec-Fetch-Site, older ones by Origin.
 * Programs send neither.
 */
export function isCrossSite({ headers, hosts }: Origin): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin'
  const { origin } = headers
  return origin !== undefined && !hosts.includes(hostOf(origin) ?? '')
}

/** 403 for a request that another site may have made. */
export function refuseCrossSite(origin: Origin): void {
  if (!isCrossSite(origin)) return
  throw apiError('forbidden', {
    title: 'This request comes from a page of another site, which may not do this in the name of its visitors',
  })
}

/** The header that only a page of ours can add to a request of a browser. */
const CONSOLE = 'x-assay-console'

/** Whether a request says that it comes from a page of ours. */
export const isOfConsole = ({ [CONSOLE]: sent }: IncomingHttpHeaders): boolean => sent === '1'

/** 403 for a write that a cookie alone would authorise: any page could make a browser send it (contract §14.1). */
export function requireConsole(origin: Origin): void {
  refuseCrossSite(origin)
  if (isOfConsole(origin.headers)) return
  throw apiError('forbidden', {
    title: 'A cookie alone authorises no write',
    detail: 'Send the header "X-Assay-Console: 1" with it, or a token instead of the cookie.',
  })
}
