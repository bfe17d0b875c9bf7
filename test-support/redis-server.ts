import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'

export interface RedisServer {
  url: string
  stop(): Promise<void>
}

/** Starts a Redis that keeps nothing; on a port of its own unless one is given. Throws, naming the package. */
export async function startRedis(port?: number): Promise<RedisServer> {
  if (spawnSync('redis-server', ['--version']).error) {
    throw new Error('There is no redis-server: install the package redis-server (apt-get install redis-server)')
  }
  const used = port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'assay-redis-'))
  const settings = ['--bind', '127.0.0.1', '--port', String(used), '--save', '', '--dir', folder]
  const child = spawn('redis-server', [...settings, '--requirepass', 'redis-secret'], { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `redis://:redis-secret@127.0.0.1:${used}/0`
  for (let attempt = 0; ; attempt++) {
    const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null })
    client.on('error', () => {})
    const ready = await client.connect().then(
      () => true,
      () => false,
    )
    client.disconnect()
    if (ready) break
    if (attempt > 1200 || child.exitCode !== null) throw new Error('redis-server did not start')
    await sleep(50)
  }
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
