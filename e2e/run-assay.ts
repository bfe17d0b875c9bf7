import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Json, ROOT, type ServerProcess } from './server-process.ts'

/** Starts the command line of this tree against a server. */
export function startAssay(server: Pick<ServerProcess, 'url' | 'token'>, args: string[]): ChildProcess {
  const env = { ...process.env, ASSAY_URL: server.url, ASSAY_TOKEN: server.token }
  return spawn(process.execPath, ['cli/bin/assay.js', ...args], { cwd: ROOT, env })
}

export interface Ended {
  code: number
  /** What it printed with `--json`. */
  summary: Json
  stdout: string
  stderr: string
}

/** Waits for the end of a command line. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const [code] = await once(child, 'close')
  return { code, summary: stdout.startsWith('{') ? JSON.parse(stdout) : undefined, stdout, stderr }
}

/** Uploads into a set of the project of a new server. */
export const upload = (server: Pick<ServerProcess, 'url' | 'token'>, set: string, args: string[]): Promise<Ended> =>
  ended(startAssay(server, ['upload', ...args, '--project', 'Demo', '--set', set, '--json']))
