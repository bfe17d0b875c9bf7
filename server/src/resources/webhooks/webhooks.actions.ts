import { isDeepStrictEqual } from 'node:util'
import type { Action, Change } from '../../core/audit.ts'
import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { MAX_WAITING } from '../../core/limits.ts'
import { createProblems } from '../../core/problems.ts'
import { readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted, renderResource } from '../../core/resource/render.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import { changeRow, deleteRow, insertRows } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { newSecret, ROTATION, readSecret } from './signing.ts'
import { webhookDeliveries, webhooks } from './webhooks.resource.ts'
import { checkUrl, readEvents } from './webhooks.rules.ts'
import { countWaiting, deleteBelow, dropWaiting, insertDelivery, payloadOf, queueMessages } from './webhooks.store.ts'

type WebhookRow = Schema['webhooks']

const noteWebhook = (tx: Tx, row: WebhookRow, action: Action, changes: Change[]) =>
  noteSetting(tx, { entity: 'webhook', entityId: row.id, projectId: row.project_id, action, changes })

/** The one answer that shows a secret: of the request that set or made it (contract §7.12). */
function withSecret(row: WebhookRow): Answer {
  const { attributes, ...shown } = renderResource(webhooks, { ...row })
  const { 'created-at': createdAt, 'updated-at': updatedAt, ...others } = attributes
  const all = { ...others, secret: row.secret, 'created-at': createdAt, 'updated-at': updatedAt }
  return { body: { data: { ...shown, attributes: all } } }
}

/** `POST webhooks.json`: without a secret the server makes one; its answer shows it. */
export async function createWebhook(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const cells = readForCreate({ resource: webhooks, sent, problems })
  if (typeof cells.url === 'string') checkUrl(cells.url, sent, problems)
  const events = (blankAsNull(sent.values.events) ?? null) === null ? '["*"]' : readEvents(sent, problems)
  const secret = readSecret(sent, problems) ?? newSecret()
  problems.throwIfAny()
  return context.write(
    async (tx) => {
      const row: WebhookRow = {
        project_id: context.project.id,
        id: tx.nextId(),
        name: String(cells.name),
        url: String(cells.url),
        events: events as string,
        enabled: Number(cells.enabled),
        disabled_reason: null,
        secret,
        old_secret: null,
        old_secret_until: null,
        created_at: context.now,
        updated_at: context.now,
      }
      await insertRows(tx, 'webhooks', [row])
      noteWebhook(tx, row, 'create', changesOf(webhooks, undefined, { ...row }))
      return withSecret(row)
    },
    { secret: true },
  )
}

/**
 * `PUT webhooks/:id.json`. After a change of the secret the old one signs too for 24 hours; switching a webhook on or
 * off drops what waits for it.
 */
export async function updateWebhook(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  const setsSecret = (sent.values.secret ?? null) !== null
  return context.write(
    async (tx) => {
      const row = await mustFind(tx, webhooks, projectId, id, { lock: true })
      const problems = createProblems()
      const cells: Partial<WebhookRow> = readForUpdate({ resource: webhooks, sent, problems, row: { ...row } })
      if (cells.url !== undefined) checkUrl(cells.url, sent, problems)
      const sentEvents = blankAsNull(sent.values.events) ?? null
      if (sentEvents !== null && !isDeepStrictEqual(sentEvents, JSON.parse(row.events))) {
        const events = readEvents(sent, problems)
        if (events !== row.events) cells.events = events
      }
      const secret = readSecret(sent, problems)
      problems.throwIfAny()
      const changes = changesOf(webhooks, { ...row }, { ...row, ...cells })
      if (cells.enabled !== undefined) {
        cells.disabled_reason = null
        await dropWaiting(tx, projectId, id)
      }
      if (secret !== undefined && secret !== row.secret) {
        Object.assign(cells, { secret, old_secret: row.secret, old_secret_until: context.now + ROTATION })
        // That it changed is history; what it was and is stays secret.
        changes.push({ field: 'secret', from: null, to: null })
      }
      await changeRow(tx, 'webhooks', { projectId, id, cells, now: context.now })
      noteWebhook(tx, row, 'update', changes)
      const bumped = Object.keys(cells).length > 0 ? { updated_at: context.now } : {}
      return setsSecret ? withSecret({ ...row, ...cells, ...bumped }) : { show: 'webhooks', id }
    },
    { secret: setsSecret },
  )
}

/** `DELETE webhooks/:id.json`: with what waits for it and the log of its attempts. */
export async function deleteWebhook(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, webhooks, projectId, id, { lock: true })
    await deleteBelow(tx, projectId, id)
    await deleteRow(tx, 'webhooks', projectId, id)
    noteWebhook(tx, row, 'delete', changesOf(webhooks, { ...row }, undefined))
    return { body: renderDeleted(webhooks, id) }
  })
}

/** `POST webhooks/:id/test.json`: queues a ping, to a webhook that is off too, and answers its delivery at once. */
export async function testWebhook(context: Context): Promise<Answer> {
  const id = context.id()
  const { now } = context
  const projectId = context.project.id
  return context.write(
    async (tx) => {
      const row = await mustFind(tx, webhooks, projectId, id, { lock: true })
      if ((await countWaiting(tx, projectId, id)) >= MAX_WAITING) {
        throw apiError('invalid', { title: `${MAX_WAITING} deliveries wait for this webhook already; test it later` })
      }
      const deliveryId = await insertDelivery(tx, {
        project_id: projectId,
        webhook_id: id,
        event: 'ping',
        attempt: 1,
        state: 'pending',
        response_code: null,
        error: null,
        created_at: now,
      })
      const payload = payloadOf('ping', projectId, renderResource(webhooks, { ...row }), now)
      const messages = [{ event: 'ping', payload }]
      await queueMessages(tx, { projectId, webhookId: id, messages, now, deliveryId })
      return { show: webhookDeliveries.type, id: deliveryId }
    },
    { ids: 0 },
  )
}
