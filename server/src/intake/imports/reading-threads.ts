import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Reading, readHere, type Wanted } from './read-cases.ts'
import type { FromThread, ToThread } from './reading-thread.ts'

const PROGRAM = new URL('./reading-thread.ts', import.meta.url)

/** Files from this size on, in bytes, are read in a thread: a smaller one is read before a thread has started. */
const LARGE = 512 * 1024

/** Threads at most, and how long an idle one is kept, in milliseconds. */
const MOST = Math.min(4, Math.max(1, availableParallelism() - 1))
const IDLE = 30_000

interface Thread {
  worker: Worker
  /** Told of what the thread says of a reading, by its number. */
  readings: Map<number, (message: FromThread) => void>
  idle: NodeJS.Timeout | undefined
}

const threads = new Set<Thread>()
let numbers = 0

function start(): Thread {
  const worker = new Worker(PROGRAM, { resourceLimits: { maxYoungGenerationSizeMb: 6 } })
  const thread: Thread = { worker, readings: new Map(), idle: undefined }
  threads.add(thread)
  worker.on('message', (message: FromThread) => thread.readings.get(message.id)?.(message))
  const gone = (error: string) => {
    threads.delete(thread)
    for (const [id, tell] of thread.readings) tell({ id, error })
  }
  worker.on('error', (error) => gone(`The thread that read it failed: ${(error as Error).message}`))
  worker.on('exit', () => gone('The thread that read it ended'))
  return thread
}

/** The thread with the least to do; a new one where all have something to do and there may be more. */
function leastBusy(): Thread {
  const [first] = [...threads].sort((a, b) => a.readings.size - b.readings.size)
  return first === undefined || (first.readings.size > 0 && threads.size < MOST) ? start() : first
}

/** Holds a thread while it reads; an idle one neither keeps the process from ending nor stays for ever. */
function holding(thread: Thread, id: number, tell: (message: FromThread) => void): () => void {
  clearTimeout(thread.idle)
  thread.readings.set(id, tell)
  thread.worker.ref()
  return () => {
    thread.readings.delete(id)
    if (thread.readings.size > 0) return
    thread.worker.unref()
    thread.idle = setTimeout(() => {
      threads.delete(thread)
      void thread.worker.terminate()
    }, IDLE).unref()
  }
}

/**
 * As `readHere`, in a thread beside this one: what a large file costs to read keeps no other request waiting, and the
 * next cases are read while those before are stored. Throws when the thread ends.
 */
export async function* readBeside<W extends keyof Wanted>(what: W, reading: Reading): AsyncGenerator<Wanted[W][]> {
  const thread = leastBusy()
  const id = ++numbers
  const messages: FromThread[] = []
  let wake = () => {}
  const release = holding(thread, id, (message) => {
    messages.push(message)
    wake()
  })
  const send = (message: ToThread) => thread.worker.postMessage(message)
  try {
    send({ id, what, reading })
    for (;;) {
      const message = messages.shift()
      if (message === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      } else if ('error' in message) throw new Error(message.error)
      else if ('findings' in message) {
        Object.assign(reading.findings, message.findings)
        return
      } else {
        send({ id, next: true })
        yield JSON.parse(message.cases)
      }
    }
  } finally {
    send({ id, stop: true })
    release()
  }
}

/** Reads a file and yields what is wanted of its cases, some at a time; a large one in a thread of its own. */
export function read<W extends keyof Wanted>(what: W, reading: Reading): AsyncGenerator<Wanted[W][]> {
  return reading.sent.file.size < LARGE ? readHere(what, reading) : readBeside(what, reading)
}
