import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { QueryTooLong } from './dialect.ts'
import type { ReadingAnswer, ReadingRequest } from './sqlite-reading-process.ts'

const PROGRAM = fileURLToPath(new URL('./sqlite-reading-process.ts', import.meta.url))

interface Job {
  request: ReadingRequest
  resolve(rows: unknown[]): void
  reject(error: Error): void
}

interface Worker {
  process: ChildProcess
  job: Job | undefined
  timer: NodeJS.Timeout | undefined
}

/**
 * Runs reads that may be long in processes of their own, started when the first one comes: `node:sqlite` blocks its
 * thread while it works, and nothing but the end of a process stops a query. One that takes longer than `timeout`
 * milliseconds is ended so, and rejects with QueryTooLong.
 */
export function createReadingPool({ file, timeout, size = 2 }: { file: string; timeout: number; size?: number }) {
  const workers = new Set<Worker>()
  const waiting: Job[] = []
  let requests = 0

  function settle(worker: Worker, answer: (job: Job) => void): void {
    const { job } = worker
    clearTimeout(worker.timer)
    worker.job = undefined
    if (job) answer(job)
    assign()
  }

  function start(): Worker {
    const process = fork(PROGRAM, [file], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const worker: Worker = { process, job: undefined, timer: undefined }
    workers.add(worker)
    // An idle reader must not keep the server, or a test, from ending.
    process.unref()
    process.channel?.unref()
    process.on('message', (answer: ReadingAnswer) => {
      if (answer.id !== worker.job?.request.id) return
      settle(worker, ({ resolve, reject }) => {
        if ('rows' in answer) resolve(answer.rows)
        else reject(Object.assign(new Error(answer.error), { errcode: answer.errcode }))
      })
    })
    const gone = (error: Error) => {
      if (!workers.delete(worker)) return
      settle(worker, ({ reject }) => reject(error))
    }
    process.on('error', gone)
    process.on('exit', () => gone(Object.assign(new Error('The reading process ended'), { code: 'ECONNRESET' })))
    return worker
  }

  function assign(): void {
    while (waiting.length > 0) {
      const idle = [...workers].find(({ job }) => job === undefined)
      const worker = idle ?? (workers.size < size ? start() : undefined)
      if (worker === undefined) return
      const job = waiting.shift() as Job
      worker.job = job
      worker.timer = setTimeout(() => {
        workers.delete(worker)
        worker.process.kill('SIGKILL')
        settle(worker, ({ reject }) => reject(new QueryTooLong()))
      }, timeout)
      worker.process.send(job.request)
    }
  }

  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const rows = await new Promise<unknown[]>((resolve, reject) => {
        waiting.push({ request: { id: ++requests, sql, parameters: [...parameters] }, resolve, reject })
        assign()
      })
      return { rows: rows as R[] }
    },
    // biome-ignore lint/correctness/useYield: Kysely asks for the method; nothing here streams
    async *streamQuery() {
      throw new Error('SQLite queries are not streamed')
    },
  }
  return {
    connection,
    /** How many reads run or wait. */
    running: () => waiting.length + [...workers].filter(({ job }) => job !== undefined).length,
    /** Ends the processes; what still runs is rejected. */
    close() {
      for (const { process } of workers) process.kill('SIGKILL')
    },
  }
}
