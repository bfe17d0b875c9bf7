import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { countDatabaseError } from '../db/count-error.ts'
import type { Database } from '../db/handle.ts'
import { purgeProjects } from '../db/purge.ts'
import { sweepRemovals } from '../db/removals.ts'
import { dropOldKeys } from '../engine/idempotency.ts'
import { tendIntake } from '../intake/housekeeping.ts'
import { tendPeople } from '../people/housekeeping.ts'
import { sweepAttachments } from '../resources/attachments/attachments.store.ts'
import type { BlobStore } from '../storage/blob-store.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

/** So many times longer than usual is the pause after a failure: a minute. */
const AFTER_FAILURE = 12

/** How far the clocks of nodes may differ. */
const SKEW = MINUTE

interface Options {
  database: Database
  blobs: BlobStore
  logger: Pick<FastifyBaseLogger, 'warn'>
  /** Milliseconds that a build waits for a missing shard. */
  shardTimeout?: number
  /** Milliseconds between two looks at what was deleted; on any node, so nobody has to be told. */
  soon?: number
}

/**
 * Does in the background what no request waits for: what was deleted goes within seconds, also what an earlier process
 * left; every hour old Idempotency-Keys, sessions that are over, files without an attachment, and the last of deleted projects. `stop` ends
 * it between two short transactions; the rest is done after the next start.
 */
export function startHousekeeping({ database, blobs, logger, shardTimeout = HOUR, soon = 5_000 }: Options): {
  stop(): Promise<void>
} {
  const stopping = new AbortController()
  const { signal } = stopping
  let lookedAt = 0
  let hourlyAt = Date.now() + HOUR

  async function round(): Promise<void> {
    const now = Date.now()
    const isHourly = now >= hourlyAt
    await sweepRemovals(database, signal)
    const deletedSince = isHourly ? 0 : Math.max(0, lookedAt - SKEW)
    await purgeProjects(database, { now, deletedSince, signal })
    lookedAt = now
    await tendIntake(database, { now, shardTimeout, signal })
    if (!isHourly) return
    hourlyAt = now + HOUR
    await database.write(0, (tx) => dropOldKeys(tx, now))
    await tendPeople(database, now)
    await sweepAttachments(database.read, blobs, now)
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      let pause = soon
      try {
        await round()
      } catch (error) {
        if (signal.aborted) return
        countDatabaseError(error)
        pause = AFTER_FAILURE * soon
        logger.warn({ err: error }, 'housekeeping failed; it goes on by itself')
      }
      // Woken early only to end.
      await sleep(pause, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
