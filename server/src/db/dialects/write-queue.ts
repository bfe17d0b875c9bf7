import { setTimeout as sleep } from 'node:timers/promises'

/** What the queue needs of the database: plain statements on its one writing connection. */
export interface Writer {
  exec(sql: string): void
}

interface Job {
  run(): Promise<unknown>
  resolve(value: never): void
  reject(reason: unknown): void
}

/** A group stays open no longer than this many jobs or milliseconds, so that the first in it does not wait for many. */
const GROUP = { jobs: 128, milliseconds: 25 }

/** How long another process may hold the write lock before writes are refused, and how often it is asked for. */
const PATIENCE = { milliseconds: 5_000, pause: 20 }

const SQLITE_BUSY = 5
const isBusy = (error: unknown) => (((error as { errcode?: number }).errcode ?? 0) & 0xff) === SQLITE_BUSY

/**
 * The one door to SQLite's one writer. Jobs that wait together are committed together (group commit): each runs in a
 * savepoint of its own, so one that fails leaves nothing, and none is answered before the common commit is on disk.
 */
export function createWriteQueue(writer: Writer) {
  const waiting: Job[] = []
  let draining: Promise<void> | undefined

  async function runBare(job: Job): Promise<() => void> {
    const value = await job.run()
    return () => job.resolve(value as never)
  }

  async function runInSavepoint(job: Job): Promise<() => void> {
    writer.exec('savepoint job')
    try {
      const value = await job.run()
      writer.exec('release job')
      return () => job.resolve(value as never)
    } catch (error) {
      try {
        writer.exec('rollback to job; release job')
      } catch {
        // SQLite has rolled back the whole group already, as it does when the disk is full: that is what to tell.
        throw error
      }
      return () => job.reject(error)
    }
  }

  /**
   * Opens a group. While another process writes it asks again and again instead of waiting inside SQLite, which would
   * keep the event loop, and with it every read, from going on. Throws SQLite's error when the patience is over.
   */
  async function begin(): Promise<void> {
    const givesUp = performance.now() + PATIENCE.milliseconds
    for (;;) {
      try {
        writer.exec('begin immediate')
        return
      } catch (error) {
        if (!isBusy(error) || performance.now() >= givesUp) throw error
      }
      await sleep(PATIENCE.pause)
    }
  }

  async function runGroup(): Promise<void> {
    const taken: Job[] = []
    const settle: (() => void)[] = []
    try {
      await begin()
      const started = performance.now()
      while (waiting.length > 0 && taken.length < GROUP.jobs && performance.now() - started < GROUP.milliseconds) {
        const job = waiting.shift() as Job
        taken.push(job)
        // The only one so far can be rolled back with the transaction; a savepoint would copy every page it changes.
        const isFirst = taken.length === 1 && waiting.length === 0
        settle.push(await (isFirst ? runBare(job) : runInSavepoint(job)))
      }
      writer.exec('commit')
    } catch (error) {
      // Nothing of this group is on disk: every job of it fails, also those that had finished.
      try {
        writer.exec('rollback')
      } catch {
        // There was no transaction to roll back: begin itself failed.
      }
      const failed = taken.length > 0 ? taken : waiting.splice(0)
      for (const job of failed) job.reject(error)
      return
    }
    for (const answer of settle) answer()
  }

  async function drain(): Promise<void> {
    // One turn of the event loop, so that requests which arrived together are committed together.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) await runGroup()
    draining = undefined
  }

  return {
    /** Queues a job; resolves with its value once it is durable. */
    push<T>(run: () => Promise<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        waiting.push({ run, resolve: resolve as (value: never) => void, reject })
        draining ??= drain()
      })
    },
    /** How many jobs wait. */
    length: () => waiting.length,
    /** Resolves when everything queued so far is settled. */
    async idle(): Promise<void> {
      while (draining) await draining
    },
  }
}
