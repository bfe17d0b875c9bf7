import type { Readable, Writable } from 'node:stream'

/** The outside world of one invocation. Commands get it as an argument, so tests can run them without a process. */
export interface Context {
  /** Results, for people and machines. */
  stdout: Writable
  /** Everything said to a person on the way. */
  stderr: Writable & { isTTY?: boolean }
  stdin: Readable
  env: Record<string, string | undefined>
  /** Aborted when the user interrupts. */
  signal: AbortSignal
  setExitCode: (code: number) => void
}
