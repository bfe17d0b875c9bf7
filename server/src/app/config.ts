import { isIP } from 'node:net'
import { withoutTrailing } from '../core/text.ts'
import { hostsOf } from '../db/dialects/postgres-hosts.ts'
import type { ConnectionLimits } from '../http/connections.ts'
import type { MailSettings } from '../people/mail.ts'
import { readGroupRules } from '../people/single-sign-on.rules.ts'
import type { SingleSignOnSettings } from '../people/single-sign-on.ts'
import type { S3Options } from '../storage/s3-blob-store.ts'

/** Settings of a server, read once from the environment. */
export interface Config {
  host: string
  port: number
  dataDir: string
  databaseUrl: string | undefined
  /** A read replica of it. */
  databaseReadUrl: string | undefined
  baseUrl: string | undefined
  bootstrapToken: string | undefined
  ownerEmail: string
  /** Proxies that are believed, with commas between. */
  trustProxy: string | undefined
  corsOrigins: string[]
  /** undefined: no mail is sent. */
  mail: MailSettings | undefined
  /** undefined: there is none. */
  singleSignOn: SingleSignOnSettings | undefined
  /** Whether people may sign in with a password. */
  passwordLogin: boolean
  rateLimit: number
  /** Redis that counts calls for all nodes; undefined = each counts its own. */
  redisUrl: string | undefined
  maxBodyBytes: number
  /** Bytes of one attachment. */
  maxFileBytes: number
  /** Bytes of one import of reports, unpacked. */
  maxImportBytes: number
  /** Milliseconds that a build waits for a missing shard. */
  shardTimeout: number
  /** How patient the server is with slow clients. */
  connections: ConnectionLimits
  /** Milliseconds that requests in flight get when the server stops. */
  drainTimeout: number
  /** Where /metrics is served without a token. */
  metricsListen: { host: string; port: number } | undefined
  metricsToken: string | undefined
  /** Where attachments are kept instead of the data folder. */
  s3: S3Options | undefined
  kittens: boolean
  /** Whether webhooks may call private addresses. */
  webhookPrivate: boolean
  /** How long an agent may take for one test, in seconds. */
  agentTimeout: number
  /** Milliseconds after which a long read is stopped. */
  queryTimeout: number
  /** Milliseconds that PostgreSQL may take for one statement of a request. */
  databaseTimeout: number
  /** Connections to PostgreSQL: for short work, and for reads that may be long. */
  pools: { short: number; long: number }
  logLevel: string
}

/** What is wrong with the settings, one line a problem; `serve` prints it and exits with 2. */
export class ConfigError extends Error {}

type Environment = Record<string, string | undefined>

interface Setting {
  name: string
  /** Text shown in the README; undefined = unset. */
  fallback: string | undefined
  meaning: string
  /** Says what is wrong with a value, or undefined. */
  check(value: string): string | undefined
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

function wholeNumber(min: number, max: number) {
  return (value: string) =>
    /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `must be a whole number from ${min} to ${max}`
}

function urlWith(...protocols: string[]) {
  return (value: string) =>
    URL.canParse(value) && protocols.includes(new URL(value).protocol)
      ? undefined
      : `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`
}

function checkPostgres(value: string): string | undefined {
  if (hostsOf(value) !== undefined) return undefined
  return 'must be a URL like postgres://user:password@host:5432/name, with one host or several; target_session_attrs can be read-write only'
}

const checkEmail = (value: string) => (/^[^@\s]+@[^@\s]+$/.test(value) ? undefined : 'must be an e-mail address')

/** Networks that have a name. */
const NETWORKS = ['loopback', 'linklocal', 'uniquelocal']

function isNetwork(text: string): boolean {
  if (NETWORKS.includes(text)) return true
  const [address = '', bits = '0', ...more] = text.split('/')
  const most = { 4: 32, 6: 128 }[isIP(address)]
  return most !== undefined && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

function checkProxies(value: string): string | undefined {
  const isFine = value.split(',').every((each) => isNetwork(each.trim()))
  return isFine
    ? undefined
    : `must be addresses, networks like 10.0.0.0/8, or ${NETWORKS.join(', ')}, with commas between`
}

/** Origins as browsers send them. */
const originsIn = (value: string) => value.split(',').map((each) => each.trim())

function checkOrigins(value: string): string | undefined {
  const isFine = originsIn(value).every(
    (each) => /^https?:/.test(each) && URL.canParse(each) && new URL(each).origin === each,
  )
  return isFine ? undefined : 'must be origins like https://dashboard.example.org, without a path, with commas between'
}

function onOrOff(...words: [string, string]) {
  return (value: string) => (words.includes(value) ? undefined : `must be ${words.join(' or ')}`)
}

/** `host:port`, the host of IPv6 in brackets. */
const ADDRESS = /^(?:\[([\da-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i

function checkAddress(value: string): string | undefined {
  const port = Number(ADDRESS.exec(value)?.[3] ?? -1)
  return port >= 0 && port <= 65_535 ? undefined : 'must be an address and a port, like 127.0.0.1:9464'
}

function readAddress(value: string | undefined): { host: string; port: number } | undefined {
  const [, inBrackets, plain, port] = ADDRESS.exec(value ?? '') ?? []
  const host = inBrackets ?? plain
  return host === undefined ? undefined : { host, port: Number(port) }
}

/** Every setting there is; the README's table is held equal to this list by a test. */
export const SETTINGS: readonly Setting[] = [
  { name: 'HOST', fallback: '127.0.0.1', meaning: 'Address to listen on', check: () => undefined },
  { name: 'PORT', fallback: '3000', meaning: 'Port to listen on; 0 takes a free one', check: wholeNumber(0, 65535) },
  {
    name: 'ASSAY_DATA_DIR',
    fallback: './data',
    meaning: 'Folder of the embedded database and of attachments; created if missing',
    check: () => undefined,
  },
  {
    name: 'DATABASE_URL',
    fallback: undefined,
    meaning:
      'PostgreSQL to use instead of SQLite: `postgres://user:password@host:5432/name`; `host1:5432,host2:5432` too',
    check: checkPostgres,
  },
  {
    name: 'DATABASE_READ_URL',
    fallback: undefined,
    meaning: 'A streaming replica of it, which answers shows and lists; the same for every process',
    check: urlWith('postgres:', 'postgresql:'),
  },
  {
    name: 'ASSAY_DATABASE_POOL',
    fallback: '20',
    meaning: 'Connections to PostgreSQL at most, to the primary and to the replica each',
    check: wholeNumber(1, 1000),
  },
  {
    name: 'ASSAY_DATABASE_LONG_POOL',
    fallback: '5',
    meaning: 'The same again for PTQL and filters',
    check: wholeNumber(1, 1000),
  },
  {
    name: 'ASSAY_DATABASE_TIMEOUT_SECONDS',
    fallback: '30',
    meaning: 'How long PostgreSQL may take for a statement of a request, until it counts as away (503)',
    check: wholeNumber(1, 3600),
  },
  {
    name: 'ASSAY_BASE_URL',
    fallback: undefined,
    meaning: 'Public URL used in links; else taken from the request',
    check: urlWith('http:', 'https:'),
  },
  {
    name: 'ASSAY_BOOTSTRAP_TOKEN',
    fallback: undefined,
    meaning: 'Value of the first account token, at least 32 characters; else generated and printed once',
    check: (value) =>
      /^[!-9;-~]{32,255}$/.test(value) ? undefined : 'must be 32 to 255 visible characters without spaces and colons',
  },
  {
    name: 'ASSAY_OWNER_EMAIL',
    fallback: 'owner@localhost',
    meaning: 'E-mail of the first account owner',
    check: checkEmail,
  },
  {
    name: 'ASSAY_TRUST_PROXY',
    fallback: undefined,
    meaning:
      'Proxies whose `X-Forwarded-For`, `-Host` and `-Proto` are believed: addresses and networks, or `loopback`, `linklocal`, `uniquelocal`, with commas between',
    check: checkProxies,
  },
  {
    name: 'ASSAY_CORS_ORIGINS',
    fallback: undefined,
    meaning:
      'Origins whose pages may call `/api` from a browser with a token, never with a cookie: `https://dashboard.example.org`, with commas between',
    check: checkOrigins,
  },
  {
    name: 'ASSAY_SMTP_URL',
    fallback: undefined,
    meaning: 'Server for outgoing mail: `smtps://user:password@mail.example.org`; else no mail is sent',
    check: urlWith('smtp:', 'smtps:'),
  },
  { name: 'ASSAY_MAIL_FROM', fallback: undefined, meaning: 'E-mail address that mails come from', check: checkEmail },
  {
    name: 'ASSAY_PASSWORD_LOGIN',
    fallback: 'on',
    meaning: 'Whether people may sign in with a password: `on`, or `off` where ASSAY_OIDC_ISSUER is set',
    check: onOrOff('on', 'off'),
  },
  {
    name: 'ASSAY_OIDC_ISSUER',
    fallback: undefined,
    meaning: 'Identity provider of OpenID Connect, like `https://login.example.org`; else there is no single sign-on',
    check: urlWith('https:', 'http:'),
  },
  {
    name: 'ASSAY_OIDC_CLIENT_ID',
    fallback: undefined,
    meaning: 'Assay as the provider knows it',
    check: () => undefined,
  },
  { name: 'ASSAY_OIDC_CLIENT_SECRET', fallback: undefined, meaning: 'Secret of that client', check: () => undefined },
  {
    name: 'ASSAY_OIDC_NAME',
    fallback: 'Single sign-on',
    meaning: 'What people call the provider',
    check: () => undefined,
  },
  {
    name: 'ASSAY_OIDC_ALLOWED_DOMAINS',
    fallback: undefined,
    meaning: 'Domains of e-mails that may come in, with commas between; else all',
    check: () => undefined,
  },
  {
    name: 'ASSAY_OIDC_CREATE_USERS',
    fallback: 'off',
    meaning: 'Whether whoever the provider vouches for becomes a user: `on` or `off`',
    check: onOrOff('on', 'off'),
  },
  {
    name: 'ASSAY_OIDC_GROUPS_CLAIM',
    fallback: undefined,
    meaning: 'Claim that holds groups, like `groups`',
    check: () => undefined,
  },
  {
    name: 'ASSAY_OIDC_GROUPS_MAP',
    fallback: undefined,
    meaning: 'What its values put people into: `qa=Demo:Testers, admins=Demo:Administrators`',
    check: (value) => (readGroupRules(value) ? undefined : 'must be like qa=Demo:Testers, admins=Demo:Administrators'),
  },
  {
    name: 'ASSAY_RATE_LIMIT',
    fallback: '0',
    meaning: 'Calls per minute and account; 0 = no limit (30 emulates the hosted product)',
    check: wholeNumber(0, 1_000_000_000),
  },
  {
    name: 'ASSAY_REDIS_URL',
    fallback: undefined,
    meaning:
      'Redis that counts calls for all nodes together: `redis://user:password@host:6379/0`; else each counts alone',
    check: urlWith('redis:', 'rediss:'),
  },
  {
    name: 'ASSAY_MAX_BODY_MB',
    fallback: '100',
    meaning: 'Largest request body in MiB',
    check: wholeNumber(1, 1024),
  },
  {
    name: 'ASSAY_MAX_FILE_MB',
    fallback: '100',
    meaning: 'Largest attachment in MiB',
    check: wholeNumber(1, 1024),
  },
  {
    name: 'ASSAY_MAX_IMPORT_MB',
    fallback: '2048',
    meaning: 'Largest import of reports in MiB, unpacked; it is kept on disk, not in memory',
    check: wholeNumber(1, 65_536),
  },
  {
    name: 'ASSAY_SHARD_TIMEOUT_SECONDS',
    fallback: '3600',
    meaning: 'How long a build waits for a shard that is missing, until it counts as incomplete',
    check: wholeNumber(1, 604_800),
  },
  {
    name: 'ASSAY_HEADERS_TIMEOUT_SECONDS',
    fallback: '20',
    meaning: 'How long the head of a request may take to arrive',
    check: wholeNumber(1, 3600),
  },
  {
    name: 'ASSAY_REQUEST_TIMEOUT_SECONDS',
    fallback: '900',
    meaning: 'How long a whole request may take to arrive: 100 MiB in 15 minutes are 1 Mbit/s',
    check: wholeNumber(1, 86_400),
  },
  {
    name: 'ASSAY_IDLE_TIMEOUT_SECONDS',
    fallback: '60',
    meaning: 'How long a client may neither send nor take a byte while it is its turn',
    check: wholeNumber(1, 3600),
  },
  {
    name: 'ASSAY_MAX_CONNECTIONS',
    fallback: '10000',
    meaning: 'Connections at once; one more is closed',
    check: wholeNumber(1, 1_000_000),
  },
  {
    name: 'ASSAY_DRAIN_TIMEOUT_SECONDS',
    fallback: '30',
    meaning: 'How long requests in flight may take to finish when the server stops',
    check: wholeNumber(1, 3600),
  },
  {
    name: 'ASSAY_METRICS_LISTEN',
    fallback: undefined,
    meaning: 'Address and port, like `127.0.0.1:9464`, where `/metrics` takes no token',
    check: checkAddress,
  },
  {
    name: 'ASSAY_METRICS_TOKEN',
    fallback: undefined,
    meaning:
      "Operator's own token for `/metrics`, at least 32 characters; account tokens but the first account's get none",
    check: (value) => (value.length >= 32 ? undefined : 'must have at least 32 characters'),
  },
  {
    name: 'ASSAY_S3_ENDPOINT',
    fallback: undefined,
    meaning:
      'S3-compatible service that keeps attachments, like `https://s3.eu-central-1.amazonaws.com`; else the disk',
    check: urlWith('http:', 'https:'),
  },
  { name: 'ASSAY_S3_REGION', fallback: 'us-east-1', meaning: 'Region of the S3 service', check: () => undefined },
  {
    name: 'ASSAY_S3_BUCKET',
    fallback: undefined,
    meaning: 'Bucket of the attachments',
    check: (value) => (/^[a-z0-9][a-z0-9.-]{1,62}$/i.test(value) ? undefined : 'must be the name of a bucket'),
  },
  { name: 'ASSAY_S3_ACCESS_KEY_ID', fallback: undefined, meaning: 'Who writes to the bucket', check: () => undefined },
  { name: 'ASSAY_S3_SECRET_ACCESS_KEY', fallback: undefined, meaning: 'Secret of that key', check: () => undefined },
  {
    name: 'ASSAY_S3_PREFIX',
    fallback: undefined,
    meaning: 'What keys in the bucket start with, like `assay/`',
    check: (value) => (/^[\w.-]+(\/[\w.-]+)*\/?$/.test(value) ? undefined : 'may hold letters, digits, . _ - and /'),
  },
  {
    name: 'ASSAY_S3_PATH_STYLE',
    fallback: 'on',
    meaning: 'Whether the bucket is in the path (`on`), or in the host (`off`)',
    check: onOrOff('on', 'off'),
  },
  {
    name: 'ASSAY_KITTENS',
    fallback: 'on',
    meaning: 'The tutorial data under /api/kittens: `on` or `off`',
    check: onOrOff('on', 'off'),
  },
  {
    name: 'ASSAY_WEBHOOK_PRIVATE',
    fallback: 'refuse',
    meaning: 'Whether webhooks may call loopback, private and other local addresses: `refuse` or `allow`',
    check: onOrOff('refuse', 'allow'),
  },
  {
    name: 'ASSAY_AGENT_TIMEOUT_SECONDS',
    fallback: '3600',
    meaning: 'How long an agent may take for one test',
    check: wholeNumber(1, 604_800),
  },
  {
    name: 'ASSAY_QUERY_TIMEOUT_SECONDS',
    fallback: '20',
    meaning: 'How long a PTQL query or filter may run before it is stopped',
    check: wholeNumber(1, 3600),
  },
  {
    name: 'LOG_LEVEL',
    fallback: 'info',
    meaning: `One of ${LOG_LEVELS.join(', ')}`,
    check: (value) => (LOG_LEVELS.includes(value) ? undefined : `must be one of ${LOG_LEVELS.join(', ')}`),
  },
]

/** A bad value as a message may show it: never a token, a key or the password in a URL. */
function shown(name: string, value: string): string {
  if (/TOKEN|SECRET|KEY/.test(name)) return 'not'
  const credentials = /_URL$|_ENDPOINT$/.test(name) ? value.lastIndexOf('@') : -1
  return JSON.stringify(credentials === -1 ? value : `***@${value.slice(credentials + 1)}`)
}

const S3_NEEDS = ['ASSAY_S3_ENDPOINT', 'ASSAY_S3_BUCKET', 'ASSAY_S3_ACCESS_KEY_ID', 'ASSAY_S3_SECRET_ACCESS_KEY']

/** All of the settings of S3, or undefined when none of those that it needs is set; names the missing ones. */
function readS3(values: ReadonlyMap<string, string | undefined>, wrong: string[]): S3Options | undefined {
  const missing = S3_NEEDS.filter((name) => values.get(name) === undefined)
  if (missing.length === S3_NEEDS.length) return undefined
  for (const name of missing) wrong.push(`${name} must be set to keep attachments on S3`)
  const text = (name: string) => values.get(name) ?? ''
  const prefix = withoutTrailing(text('ASSAY_S3_PREFIX'), '/')
  return {
    endpoint: text('ASSAY_S3_ENDPOINT'),
    region: text('ASSAY_S3_REGION'),
    bucket: text('ASSAY_S3_BUCKET'),
    accessKeyId: text('ASSAY_S3_ACCESS_KEY_ID'),
    secretAccessKey: text('ASSAY_S3_SECRET_ACCESS_KEY'),
    prefix: prefix === '' ? '' : `${prefix}/`,
    pathStyle: text('ASSAY_S3_PATH_STYLE') === 'on',
  }
}

/** What mail needs, or undefined when none is sent. A link in a mail must not be made of what a request says. */
function readMail(values: ReadonlyMap<string, string | undefined>, wrong: string[]): Config['mail'] {
  const url = values.get('ASSAY_SMTP_URL')
  if (url === undefined) return undefined
  for (const name of ['ASSAY_MAIL_FROM', 'ASSAY_BASE_URL']) {
    if (values.get(name) === undefined) wrong.push(`${name} must be set to send mail by ASSAY_SMTP_URL`)
  }
  return { url, from: values.get('ASSAY_MAIL_FROM') ?? '' }
}

const OIDC_NEEDS = ['ASSAY_OIDC_CLIENT_ID', 'ASSAY_OIDC_CLIENT_SECRET', 'ASSAY_BASE_URL']

/** What single sign-on needs, or undefined where there is none; the provider sends people back to a known address only. */
function readSingleSignOn(
  values: ReadonlyMap<string, string | undefined>,
  wrong: string[],
): SingleSignOnSettings | undefined {
  const issuer = values.get('ASSAY_OIDC_ISSUER')
  const text = (name: string) => values.get(name) ?? ''
  if (issuer === undefined) {
    if (text('ASSAY_PASSWORD_LOGIN') === 'off')
      wrong.push('ASSAY_OIDC_ISSUER must be set where ASSAY_PASSWORD_LOGIN is off')
    return undefined
  }
  for (const name of OIDC_NEEDS) {
    if (values.get(name) === undefined) wrong.push(`${name} must be set for single sign-on by ASSAY_OIDC_ISSUER`)
  }
  const domains = text('ASSAY_OIDC_ALLOWED_DOMAINS').toLowerCase().split(',')
  return {
    issuer,
    clientId: text('ASSAY_OIDC_CLIENT_ID'),
    clientSecret: text('ASSAY_OIDC_CLIENT_SECRET'),
    name: text('ASSAY_OIDC_NAME'),
    allowedDomains: domains.map((domain) => domain.trim()).filter((domain) => domain !== ''),
    createUsers: text('ASSAY_OIDC_CREATE_USERS') === 'on',
    groupsClaim: values.get('ASSAY_OIDC_GROUPS_CLAIM'),
    groupsMap: readGroupRules(text('ASSAY_OIDC_GROUPS_MAP')) ?? [],
  }
}

const MIB = 1024 * 1024

/** Reads and checks all settings; blank counts as unset. Throws a ConfigError that names every bad one. */
export function readConfig(env: Environment): Config {
  const wrong: string[] = []
  const values = new Map<string, string | undefined>()
  for (const { name, fallback, check } of SETTINGS) {
    const given = env[name]?.trim() || undefined
    const problem = given === undefined ? undefined : check(given)
    if (problem) wrong.push(`${name} ${problem}; it is ${shown(name, given ?? '')}`)
    values.set(name, given ?? fallback)
  }
  const s3 = readS3(values, wrong)
  const mail = readMail(values, wrong)
  const singleSignOn = readSingleSignOn(values, wrong)
  if (values.get('DATABASE_READ_URL') && !values.get('DATABASE_URL')) {
    wrong.push('DATABASE_READ_URL names a replica of DATABASE_URL, which is not set')
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'))
  const text = (name: string) => values.get(name) as string
  const milliseconds = (name: string) => Number(text(name)) * 1000
  return {
    host: text('HOST'),
    port: Number(text('PORT')),
    dataDir: text('ASSAY_DATA_DIR'),
    databaseUrl: values.get('DATABASE_URL'),
    databaseReadUrl: values.get('DATABASE_READ_URL'),
    baseUrl: withoutTrailing(values.get('ASSAY_BASE_URL') ?? '', '/') || undefined,
    bootstrapToken: values.get('ASSAY_BOOTSTRAP_TOKEN'),
    ownerEmail: text('ASSAY_OWNER_EMAIL').toLowerCase(),
    trustProxy: values.get('ASSAY_TRUST_PROXY'),
    corsOrigins: originsIn(values.get('ASSAY_CORS_ORIGINS') ?? '').filter((origin) => origin !== ''),
    mail,
    singleSignOn,
    passwordLogin: text('ASSAY_PASSWORD_LOGIN') === 'on',
    rateLimit: Number(text('ASSAY_RATE_LIMIT')),
    redisUrl: values.get('ASSAY_REDIS_URL'),
    maxBodyBytes: Number(text('ASSAY_MAX_BODY_MB')) * MIB,
    maxFileBytes: Number(text('ASSAY_MAX_FILE_MB')) * MIB,
    maxImportBytes: Number(text('ASSAY_MAX_IMPORT_MB')) * MIB,
    shardTimeout: milliseconds('ASSAY_SHARD_TIMEOUT_SECONDS'),
    connections: {
      headersTimeout: milliseconds('ASSAY_HEADERS_TIMEOUT_SECONDS'),
      requestTimeout: milliseconds('ASSAY_REQUEST_TIMEOUT_SECONDS'),
      idleTimeout: milliseconds('ASSAY_IDLE_TIMEOUT_SECONDS'),
      maxConnections: Number(text('ASSAY_MAX_CONNECTIONS')),
    },
    drainTimeout: milliseconds('ASSAY_DRAIN_TIMEOUT_SECONDS'),
    metricsListen: readAddress(values.get('ASSAY_METRICS_LISTEN')),
    metricsToken: values.get('ASSAY_METRICS_TOKEN'),
    s3,
    kittens: text('ASSAY_KITTENS') === 'on',
    webhookPrivate: text('ASSAY_WEBHOOK_PRIVATE') === 'allow',
    agentTimeout: Number(text('ASSAY_AGENT_TIMEOUT_SECONDS')),
    databaseTimeout: milliseconds('ASSAY_DATABASE_TIMEOUT_SECONDS'),
    pools: {
      short: Number(text('ASSAY_DATABASE_POOL')),
      long: Number(text('ASSAY_DATABASE_LONG_POOL')),
    },
    queryTimeout: milliseconds('ASSAY_QUERY_TIMEOUT_SECONDS'),
    logLevel: text('LOG_LEVEL'),
  }
}
