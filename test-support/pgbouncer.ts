import { spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { freePort } from './free-port.ts'
import { createPostgresDatabase } from './postgres-database.ts'
import { asNobody } from './start-postgres.ts'

const PROGRAM = process.env.PGBOUNCER_PATH ?? '/usr/sbin/pgbouncer'

/** Starts PgBouncer before a PostgreSQL and waits until it answers; a few sessions there serve everybody. */
export async function startPgBouncer(mode: 'session' | 'transaction', behind: string) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-pgbouncer-'))
  if (asNobody.uid !== undefined) chownSync(folder, asNobody.uid, asNobody.gid)
  const port = await freePort()
  const { hostname, port: target, username } = new URL(behind)
  const file = join(folder, 'pgbouncer.ini')
  const settings = [
    '[databases]',
    `* = host=${hostname} port=${target} user=${username}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    'max_client_conn = 200',
    `default_pool_size = ${mode === 'session' ? 60 : 4}`,
  ]
  writeFileSync(file, settings.join('\n'))
  const pooler = spawn(PROGRAM, [file], { ...asNobody, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  pooler.on('error', (error) => (output += `${error}: install pgbouncer, or set PGBOUNCER_PATH`))
  for (const stream of [pooler.stdout, pooler.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise((resolve) => pooler.once('close', resolve))
  const url = new URL(behind)
  url.port = String(port)
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url.href })
    const failure = await client.connect().then(
      () => client.end(),
      (error: Error) => error,
    )
    if (failure === undefined) break
    if (pooler.pid === undefined || pooler.exitCode !== null || attempt > 600) {
      throw new Error(`PgBouncer does not answer: ${failure.message}\n${output}`)
    }
    await sleep(100)
  }
  return {
    url: url.href,
    async stop() {
      pooler.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An empty database, reached through a PgBouncer of its own; both are gone when the test has ended. */
export async function databaseBehindPgBouncer(mode: 'session' | 'transaction'): Promise<string> {
  const { url, drop } = await createPostgresDatabase(inject('postgresUrl'))
  onTestFinished(drop)
  const pooler = await startPgBouncer(mode, url)
  onTestFinished(pooler.stop)
  return pooler.url
}
