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
  rateLimit: number
  maxBodyBytes: number
  kittens: boolean
  /** Whether webhooks may call private addresses. */
  webhookPrivate: boolean
  /** How long an agent may take for one test, in seconds. */
  agentTimeout: number
  /** Milliseconds after which a long read is stopped. */
  queryTimeout: number
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
    meaning: 'PostgreSQL to use instead of SQLite: `postgres://user:password@host:5432/name`',
    check: urlWith('postgres:', 'postgresql:'),
  },
  {
    name: 'DATABASE_READ_URL',
    fallback: undefined,
    meaning: 'A streaming replica of it, which answers shows and lists; the same for every process',
    check: urlWith('postgres:', 'postgresql:'),
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
    check: (value) => (/^[^@\s]+@[^@\s]+$/.test(value) ? undefined : 'must be an e-mail address'),
  },
  {
    name: 'ASSAY_RATE_LIMIT',
    fallback: '0',
    meaning: 'Calls per minute and account; 0 = no limit (30 emulates the hosted product)',
    check: wholeNumber(0, 1_000_000_000),
  },
  {
    name: 'ASSAY_MAX_BODY_MB',
    fallback: '100',
    meaning: 'Largest request body in MiB',
    check: wholeNumber(1, 1024),
  },
  {
    name: 'ASSAY_KITTENS',
    fallback: 'on',
    meaning: 'The tutorial data under /api/kittens: `on` or `off`',
    check: (value) => (['on', 'off'].includes(value) ? undefined : 'must be on or off'),
  },
  {
    name: 'ASSAY_WEBHOOK_PRIVATE',
    fallback: 'refuse',
    meaning: 'Whether webhooks may call loopback, private and other local addresses: `refuse` or `allow`',
    check: (value) => (['refuse', 'allow'].includes(value) ? undefined : 'must be refuse or allow'),
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

/** Reads and checks all settings; blank counts as unset. Throws a ConfigError that names every bad one. */
export function readConfig(env: Environment): Config {
  const wrong: string[] = []
  const values = new Map<string, string | undefined>()
  for (const { name, fallback, check } of SETTINGS) {
    const given = env[name]?.trim() || undefined
    const problem = given === undefined ? undefined : check(given)
    if (problem) wrong.push(`${name} ${problem}; it is ${name.includes('TOKEN') ? 'not' : JSON.stringify(given)}`)
    values.set(name, given ?? fallback)
  }
  if (values.get('DATABASE_READ_URL') && !values.get('DATABASE_URL')) {
    wrong.push('DATABASE_READ_URL names a replica of DATABASE_URL, which is not set')
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'))
  const text = (name: string) => values.get(name) as string
  return {
    host: text('HOST'),
    port: Number(text('PORT')),
    dataDir: text('ASSAY_DATA_DIR'),
    databaseUrl: values.get('DATABASE_URL'),
    databaseReadUrl: values.get('DATABASE_READ_URL'),
    baseUrl: values.get('ASSAY_BASE_URL')?.replace(/\/+$/, ''),
    bootstrapToken: values.get('ASSAY_BOOTSTRAP_TOKEN'),
    ownerEmail: text('ASSAY_OWNER_EMAIL').toLowerCase(),
    rateLimit: Number(text('ASSAY_RATE_LIMIT')),
    maxBodyBytes: Number(text('ASSAY_MAX_BODY_MB')) * 1024 * 1024,
    kittens: text('ASSAY_KITTENS') === 'on',
    webhookPrivate: text('ASSAY_WEBHOOK_PRIVATE') === 'allow',
    agentTimeout: Number(text('ASSAY_AGENT_TIMEOUT_SECONDS')),
    queryTimeout: Number(text('ASSAY_QUERY_TIMEOUT_SECONDS')) * 1000,
    logLevel: text('LOG_LEVEL'),
  }
}
