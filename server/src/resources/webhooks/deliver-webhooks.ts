import { tally } from '../../core/tally.ts'
import { countDatabaseError } from '../../db/count-error.ts'
import type { Database } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { callWebhook } from './call-webhook.ts'
import { record } from './record-attempt.ts'
import { sign } from './signing.ts'
import { findDue, findWebhook, nextDue, takeMessages, type WaitingMessage } from './webhook-messages.store.ts'
import { dropMessage, dropWaiting } from './webhooks.store.ts'

type Webhook = Schema['webhooks']

/**
 * Attempts at once, of one process; to one webhook, so that a slow one does not hold up the others; and for one project,
 * so that many slow ones do not hold up those of other projects.
 */
const AT_ONCE = 32
const AT_ONCE_PER_WEBHOOK = 4
const AT_ONCE_PER_PROJECT = 8

/** How many of each are going on. */
type Counts = Map<number, number>

const countOf = (counts: Counts, key: number) => counts.get(key) ?? 0

function shift(counts: Counts, key: number, change: 1 | -1): void {
  const count = countOf(counts, key) + change
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}

const atLeast = (counts: Counts, most: number) => [...counts].filter(([, n]) => n >= most).map(([key]) => key)

/** How long the deliverer rests at least and at most when nothing wakes it, in milliseconds. */
const SHORTEST_REST = 1_000
const LONGEST_REST = 10_000

export interface DelivererOptions {
  database: Database
  allowPrivate: boolean
  /** Milliseconds since the epoch. */
  now?: () => number
  /** Time for one attempt, in milliseconds. */
  timeout?: number
  warn?: (message: string) => void
}

/** The headers of the Standard Webhooks specification and ours; `now` in milliseconds. */
function headersOf(webhook: Webhook, message: WaitingMessage, now: number): Record<string, string> {
  const timestamp = Math.floor(now / 1000)
  const rotating = webhook.old_secret !== null && now < Number(webhook.old_secret_until)
  const secrets = rotating ? [webhook.secret, webhook.old_secret as string] : [webhook.secret]
  return {
    'content-type': 'application/json',
    'user-agent': 'Assay',
    'webhook-id': message.message_id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign(secrets, { id: message.message_id, timestamp, body: message.payload }),
    'X-Assay-Event': message.event,
  }
}

/**
 * Delivers the messages of the outbox (contract §7.12), apart from the requests that queued them. Any number of
 * processes may do so on one database: each message is with one of them at a time. A message may arrive twice, with
 * the same `webhook-id`, when a process dies between sending it and keeping that it did.
 */
export function createDeliverer({
  database,
  allowPrivate,
  now = Date.now,
  timeout,
  warn = () => {},
}: DelivererOptions) {
  const perWebhook: Counts = new Map()
  const perProject: Counts = new Map()
  const running = new Set<Promise<void>>()
  let stopping = false
  let loop: Promise<void> | undefined
  let wake = () => {}

  async function deliver(message: WaitingMessage): Promise<void> {
    const webhook = await findWebhook(database.read, message)
    if (webhook === undefined || (webhook.enabled !== 1 && message.delivery_id === null)) {
      await database.write(0, async (tx) => {
        await dropMessage(tx, message)
        if (webhook) await dropWaiting(tx, webhook.project_id, webhook.id)
      })
      return
    }
    const headers = headersOf(webhook, message, now())
    const outcome = await callWebhook({ url: webhook.url, headers, body: message.payload, allowPrivate, timeout })
    tally('assay_webhook_attempts_total', outcome.error === null ? 'delivered' : 'failed')
    const reason = await database.write(0, async (tx) => {
      const reason = await record(tx, message, outcome, now())
      database.noteWrite(tx, message.project_id)
      return reason
    })
    if (reason !== undefined) warn(`webhook ${webhook.id} of project ${webhook.project_id} is disabled: ${reason}`)
  }

  function launch(message: WaitingMessage): void {
    shift(perWebhook, message.webhook_id, 1)
    shift(perProject, message.project_id, 1)
    const work = deliver(message)
      .catch((error) => {
        countDatabaseError(error)
        warn(`a webhook delivery is tried again in a minute: ${(error as Error).message}`)
      })
      .finally(() => {
        running.delete(work)
        shift(perWebhook, message.webhook_id, -1)
        shift(perProject, message.project_id, -1)
        wake()
      })
    running.add(work)
  }

  /** Starts as many due messages as there is room for; answers how many. */
  async function launchDue(): Promise<number> {
    const room = AT_ONCE - running.size
    if (room <= 0) return 0
    const busy = atLeast(perWebhook, AT_ONCE_PER_WEBHOOK)
    const busyProjects = atLeast(perProject, AT_ONCE_PER_PROJECT)
    const due = await findDue(database, { now: now(), busy, busyProjects, limit: AT_ONCE * 4 })
    const chosen: WaitingMessage[] = []
    const [webhooks, projects] = [new Map(perWebhook), new Map(perProject)]
    for (const message of due) {
      const isBusy =
        countOf(webhooks, message.webhook_id) >= AT_ONCE_PER_WEBHOOK ||
        countOf(projects, message.project_id) >= AT_ONCE_PER_PROJECT
      if (isBusy || chosen.length >= room) continue
      shift(webhooks, message.webhook_id, 1)
      shift(projects, message.project_id, 1)
      chosen.push(message)
    }
    if (chosen.length === 0) return 0
    for (const message of await takeMessages(database, chosen, now())) launch(message)
    return chosen.length
  }

  /** Tells when something was queued or finished, or when so many milliseconds are over. */
  function listen(): (milliseconds: number) => Promise<void> {
    let isNew = false
    let tell = () => {}
    wake = () => {
      isNew = true
      tell()
    }
    return async (milliseconds) => {
      if (isNew) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds)
        tell = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /**
   * How long nothing can become due, as far as this process knows: what it queues itself wakes it, what others queue they
   * deliver themselves. Asking once a second would ask every shard of a cluster.
   */
  async function restTime(): Promise<number> {
    const next = await nextDue(database)
    return next === undefined ? LONGEST_REST : Math.min(LONGEST_REST, Math.max(SHORTEST_REST, next - now()))
  }

  async function run(): Promise<void> {
    while (!stopping) {
      // Listened to before looking, so that what is queued while looking is not missed.
      const somethingNew = listen()
      try {
        if ((await launchDue()) === 0) await somethingNew(await restTime())
      } catch (error) {
        countDatabaseError(error)
        warn(`webhooks wait: ${(error as Error).message}`)
        await somethingNew(SHORTEST_REST)
      }
    }
    await Promise.all(running)
  }

  return {
    start(): void {
      loop ??= run()
    },
    /** Looks for due messages soon. */
    wake: (): void => wake(),
    /** Delivers everything that is due by now, then resolves. */
    async drain(): Promise<void> {
      while ((await launchDue()) > 0 || running.size > 0) {
        if (running.size > 0) await Promise.race(running)
      }
    },
    /** Takes nothing new and waits for the attempts in flight. */
    async stop(): Promise<void> {
      stopping = true
      wake()
      await loop
    },
  }
}
