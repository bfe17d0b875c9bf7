import type { AuditEntry } from '../../core/audit.ts'
import { MAX_WAITING } from '../../core/limits.ts'
import type { Rendered } from '../../core/resource/render.ts'
import type { Tx } from '../../db/handle.ts'
import { renderByIds } from '../../engine/show-rows.ts'
import { KIND_LISTS } from '../kind-lists.ts'
import { eventOf, wants } from './webhooks.rules.ts'
import {
  countWaiting,
  disableWebhook,
  enabledWebhooks,
  type Message,
  payloadOf,
  queueMessages,
} from './webhooks.store.ts'

interface WebhookEvent {
  event: string
  entry: AuditEntry
}

interface Listener {
  id: number
  wanted: WebhookEvent[]
}

/** What webhooks are told of audit entries, by project; the same thing done twice to one entity is told once. */
function webhookEventsOf(entries: readonly AuditEntry[]): Map<number, WebhookEvent[]> {
  const distinct = new Map<string, WebhookEvent>()
  for (const entry of entries) {
    const event = eventOf(entry)
    if (event !== undefined) distinct.set(`${event} ${entry.projectId} ${entry.entityId}`, { event, entry })
  }
  return Map.groupBy(distinct.values(), ({ entry }) => entry.projectId)
}

/** The webhooks of a project that are on, with what each wants to be told; one look-up by key. */
async function listeners(tx: Tx, projectId: number, happened: readonly WebhookEvent[]): Promise<Listener[]> {
  const rows = await enabledWebhooks(tx, { projectId })
  return rows
    .map((row) => {
      const events = JSON.parse(row.events) as string[]
      return { id: row.id, wanted: happened.filter(({ event }) => wants(events, event)) }
    })
    .filter(({ wanted }) => wanted.length > 0)
}

const BATCH = 10_000

/** Resources that still exist, as a GET shows them, by type and id; read a batch at a time. */
async function render(tx: Tx, projectId: number, entries: readonly AuditEntry[]): Promise<Map<string, Rendered>> {
  const shown = new Map<string, Rendered>()
  for (const [type, members] of Map.groupBy(entries, (entry) => entry.type)) {
    const list = type && KIND_LISTS[type]
    const ids = [...new Set(members.map((entry) => entry.entityId))]
    for (let i = 0; list && i < ids.length; i += BATCH) {
      const rendered = await renderByIds(list, tx, projectId, ids.slice(i, i + BATCH))
      for (const [id, resource] of rendered) shown.set(`${type} ${id}`, resource)
    }
  }
  return shown
}

/**
 * Queues what a transaction did for the webhooks of its projects, in that transaction (contract §7.12); `now` in
 * milliseconds. A resource is told as a GET would show it, of a deleted one only its identifier. A webhook for which too much waits is switched off instead.
 */
export async function keepWebhookMessages(tx: Tx, now: number): Promise<void> {
  for (const [projectId, happened] of webhookEventsOf(tx.auditEntries)) {
    const open: Listener[] = []
    for (const listener of await listeners(tx, projectId, happened)) {
      const waiting = await countWaiting(tx, projectId, listener.id)
      if (waiting + listener.wanted.length <= MAX_WAITING) open.push(listener)
      else {
        const reason = `More than ${MAX_WAITING} deliveries would have waited`
        await disableWebhook(tx, { projectId, webhookId: listener.id, reason, now })
      }
    }
    const kept = [...new Set(open.flatMap(({ wanted }) => wanted.map(({ entry }) => entry)))]
    const shown = await render(
      tx,
      projectId,
      kept.filter((entry) => entry.action !== 'delete'),
    )
    const payloads = new Map<WebhookEvent, Message>()
    for (const told of new Set(open.flatMap(({ wanted }) => wanted))) {
      const { event, entry } = told
      const identifier = { id: String(entry.entityId), type: entry.type }
      const data = entry.action === 'delete' ? identifier : shown.get(`${entry.type} ${entry.entityId}`)
      if (data) payloads.set(told, { event, payload: payloadOf(event, projectId, data, now) })
    }
    for (const { id, wanted } of open) {
      const messages = wanted.flatMap((told) => payloads.get(told) ?? [])
      await queueMessages(tx, { projectId, webhookId: id, messages, now })
    }
  }
}
