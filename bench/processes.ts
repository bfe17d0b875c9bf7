import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from '../test-support/free-port.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A process under measure. */
export interface Measured {
  url: string
  pid: number
  /** Milliseconds from its start until its first answer. */
  startedIn: number
  /** Resident memory now and at its highest, in MB; undefined where the system does not tell (only Linux does). */
  memory(): { now: number; peak: number } | undefined
  stop(): Promise<void>
}

/** Memory of a process as Linux counts it. */
export function memoryOf(pid: number): { now: number; peak: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    // A process that has just ended has no memory, and no such lines.
    const read = (name: string) =>
      Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024)
    return { now: read('VmRSS'), peak: read('VmHWM') }
  } catch {
    return undefined
  }
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('close', resolve))

/** Starts a server program of the project and waits until `path` answers. */
export async function startProcess(
  program: string,
  { env = {}, path = '/', nodeArgs = [] }: { env?: Record<string, string>; path?: string; nodeArgs?: string[] } = {},
): Promise<Measured> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const started = performance.now()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...nodeArgs, program], {
    cwd: ROOT,
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const end = ended(child)
  while (
    !(await fetch(`${url}${path}`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`${program} ended with code ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return {
    url,
    pid: child.pid as number,
    startedIn: performance.now() - started,
    memory: () => memoryOf(child.pid as number),
    async stop() {
      child.kill('SIGTERM')
      await end
    },
  }
}

/** Runs a program to its end; its output, how long it took in seconds, and the most memory it held, in MB. */
export async function runProgram(args: string[], env: Record<string, string> = {}) {
  const started = performance.now()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid as number)?.peak ?? 0)
  }, 20)
  const code = await ended(child)
  clearInterval(watch)
  return { output, code, seconds: (performance.now() - started) / 1000, peak }
}
