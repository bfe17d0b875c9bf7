import { PassThrough, Readable } from 'node:stream'
import { runCli } from '../main.ts'

/** Runs one command line in this process; answers its exit code and what it printed. */
export async function run(
  argv: string[],
  { env = {}, stdin = '' }: { env?: Record<string, string>; stdin?: string } = {},
) {
  const printed = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => {
    const through = new PassThrough()
    through.on('data', (chunk) => (printed[name] += chunk))
    return through
  }
  const [stdout, stderr] = [stream('stdout'), stream('stderr')]
  const signal = new AbortController().signal
  const exitCode = await runCli(argv, { env, stdin: Readable.from([stdin]), stdout, stderr, signal })
  return { exitCode, ...printed }
}
