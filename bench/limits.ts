import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Measure, runLoad } from './load.ts'
import { runProgram, startProcess } from './processes.ts'

const CLIENTS = 32

async function loadBare(program: string, seconds: number, env: Record<string, string> = {}): Promise<Measure> {
  const server = await startProcess(program, { env })
  try {
    return await runLoad({ url: server.url, token: 'none', paths: ['/'], clients: CLIENTS, seconds })
  } finally {
    await server.stop()
  }
}

/** A bare Fastify route that returns a small object. */
export const measureFastify = (seconds: number) => loadBare('bench/limits/bare-fastify.ts', seconds)

/** A bare node:http server that sends the bytes of a page. */
export function measureHttp(page: string, folder: string, seconds: number): Promise<Measure> {
  const file = join(folder, 'page.json')
  writeFileSync(file, page)
  return loadBare('bench/limits/bare-http.ts', seconds, { BODY_FILE: file })
}

/** Raw node:sqlite on the same disk: commits of one row a second, each synced. */
export async function measureCommits(folder: string, seconds: number): Promise<Measure> {
  const file = join(folder, `raw-${Date.now()}.db`)
  const { output } = await runProgram(['bench/limits/raw-sqlite.ts', file, String(seconds)])
  const rate = Number(output)
  return { rate, p50: 1000 / rate, p99: Number.NaN }
}
