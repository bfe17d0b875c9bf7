import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject, onTestFinished } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { createPostgresDatabase } from '../test-support/postgres-database.ts'

export const ROOT = new URL('..', import.meta.url).pathname

export const TOKEN = 'e2e-token-0123456789-0123456789-0123456789'

export interface ServerProcess {
  url: string
  token: string
  pid: number
  dataDir: string
  /** Everything the process printed so far. */
  output(): string
  /** Sends a signal, unless it has ended, and waits for the end; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export const newFolder = () => mkdtempSync(join(tmpdir(), 'assay-e2e-'))

interface Options {
  dataDir?: string
  env?: Record<string, string>
  /** Default: a free one. */
  port?: number
  /** What to run; the server's entry by default. */
  command?: [string, ...string[]]
  /** Who runs it; the user of the tests by default. */
  user?: { uid?: number; gid?: number }
}

const ENTRY: [string, ...string[]] = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  join(ROOT, 'server/src/app/main.ts'),
]

/** Spawns a command with the server's settings, without waiting for it. */
export function spawnServer({ dataDir = newFolder(), env = {}, command = ENTRY, user }: Options, port: number) {
  const [program, ...args] = command
  const child: ChildProcess = spawn(program, args, {
    ...user,
    cwd: ROOT,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      ASSAY_DATA_DIR: dataDir,
      ASSAY_BOOTSTRAP_TOKEN: TOKEN,
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: npm does not hand signals on, a terminal's Ctrl-C reaches the whole group.
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, dataDir, ended, output: () => output }
}

/** Starts the real server process on a temporary folder and waits until it answers. */
export async function startServer(options: Options = {}): Promise<ServerProcess> {
  const port = options.port ?? (await freePort())
  const { child, dataDir, ended, output } = spawnServer(options, port)
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null || attempt > 600) throw new Error(`the server did not start:\n${output()}`)
    const answer = await fetch(`${url}/api/v2/projects.json`).catch(() => undefined)
    if (answer?.status === 401) break
    await sleep(100)
  }
  return {
    url,
    token: options.env?.ASSAY_BOOTSTRAP_TOKEN ?? TOKEN,
    pid: child.pid as number,
    dataDir,
    output,
    stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), signal)
      return ended
    },
  }
}

/** As `startServer`, inside a test: the server is gone when the test has ended, however it did. */
export async function startForTest(options: Options = {}): Promise<ServerProcess> {
  const server = await startServer(options)
  onTestFinished(async () => void (await server.stop('SIGKILL')))
  return server
}

export const DATABASES = ['sqlite', 'postgres'] as const

/** Settings that put a server on an empty database of its own. */
export async function onDatabase(kind: (typeof DATABASES)[number]): Promise<Record<string, string>> {
  return kind === 'postgres' ? { DATABASE_URL: (await createPostgresDatabase(inject('postgresUrl'))).url } : {}
}

/** A place for a server: its database and its folder. */
export type Place = Record<string, string> & { ASSAY_DATA_DIR: string }

/** A new place on an empty database. */
export const placeOn = async (kind: (typeof DATABASES)[number]): Promise<Place> => ({
  ...(await onDatabase(kind)),
  ASSAY_DATA_DIR: newFolder(),
})

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, key by key
export type Json = any

/** Calls the API of a server process with its account token; answers the parsed body. */
export async function call(server: ServerProcess, method: string, path: string, body?: unknown): Promise<Json> {
  const answer = await fetch(`${server.url}/api/v2${path}`, {
    method,
    headers: { pttoken: server.token },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return answer.json()
}

/** Every resource of a list, by following `links.next`. */
export async function callAll(server: ServerProcess, path: string): Promise<Json[]> {
  const found: Json[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Json = await call(server, 'GET', next)
    found.push(...page.data)
    next = page.links.next?.slice(`${server.url}/api/v2`.length)
  }
  return found
}
