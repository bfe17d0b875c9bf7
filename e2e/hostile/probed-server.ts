import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../test-support/free-port.ts'
import { newFolder, ROOT, TOKEN } from '../server-process.ts'
import type { Cost } from './probe.ts'

/** A request as bytes: what it consists of may be anything. */
export interface RawRequest {
  method: string
  target: string
  headers?: Record<string, string>
  body?: Buffer | string
}

export interface ProbedServer {
  port: number
  project: string
  /** Sends a request and answers its status, and what it cost the server. */
  measure(request: RawRequest): Promise<Cost & { status: number }>
  /** How many times slower this machine is than one on which the yardstick takes a millisecond. */
  slowness: number
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  stop(): Promise<void>
}

/** Starts the real server with a probe in it. */
export async function startProbed(env: Record<string, string> = {}): Promise<ProbedServer> {
  const port = await freePort()
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--expose-gc',
      '--max-semi-space-size=16',
      '--heap-growing-percent=60',
      '--import',
      join(ROOT, 'e2e/hostile/probe.ts'),
      join(ROOT, 'server/src/app/main.ts'),
    ],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: String(port),
        ASSAY_DATA_DIR: newFolder(),
        ASSAY_BOOTSTRAP_TOKEN: TOKEN,
        LOG_LEVEL: 'info',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null || attempt > 600) throw new Error('the server did not start')
    const answer = await fetch(`${url}/healthz`).catch(() => undefined)
    if (answer?.ok) break
    await sleep(100)
  }
  const ask = async <T>(message: string): Promise<T> => {
    child.send(message)
    const [answer] = await once(child, 'message')
    return answer as T
  }
  async function call(method: string, path: string, body?: unknown) {
    const answer = await fetch(`${url}/api/v2${path}`, {
      method,
      headers: { pttoken: TOKEN },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }
  const projects = (await call('GET', '/projects.json')).body as { data: { id: string }[] }
  return {
    port,
    project: projects.data[0]?.id as string,
    slowness: await ask<number>('yardstick'),
    call,
    async measure(request) {
      await ask('begin')
      const status = await exchange(port, request)
      return { status, ...(await ask<Cost>('end')) }
    },
    async stop() {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Sends a request as it is and answers the status; 0 when the server hung up without one. */
function exchange(port: number, { method, target, headers = {}, body = '' }: RawRequest): Promise<number> {
  const bytes = Buffer.from(body as string)
  const all = { Host: 'x', PTToken: TOKEN, Connection: 'close', 'Content-Length': String(bytes.length), ...headers }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.from(`${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1'))
      socket.write(bytes)
    })
    socket.on('data', (chunk) => {
      if (answer.length < 100) answer += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1] ?? 0)))
  })
}
