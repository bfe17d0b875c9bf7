import type { Tx } from '../../db/handle.ts'
import { changeCells, findById } from '../../db/store.ts'
import type { Outcome } from './call-webhook.ts'
import type { WaitingMessage } from './webhook-messages.store.ts'
import { RETRIES } from './webhooks.rules.ts'
import { changeDelivery, disableWebhook, dropMessage, dropWaiting, insertDelivery } from './webhooks.store.ts'

/** The status by which a receiver wants to hear no more. */
const GONE = 410

async function logAttempt(tx: Tx, message: WaitingMessage, outcome: Outcome, now: number): Promise<void> {
  const cells = {
    attempt: message.attempts + 1,
    state: outcome.error === null ? 'delivered' : 'failed',
    response_code: outcome.code,
    error: outcome.error,
  }
  const { project_id, webhook_id, event } = message
  if (message.delivery_id !== null) {
    if (await changeDelivery(tx, project_id, message.delivery_id, cells)) return
  }
  await insertDelivery(tx, { project_id, webhook_id, event, ...cells, created_at: now })
}

/** Why an outcome switches its webhook off; undefined while it does not. */
function fatal({ attempts, event }: WaitingMessage, { code, error }: Outcome): string | undefined {
  if (error === null) return undefined
  if (code === GONE) return 'The receiver answered 410 Gone'
  if (attempts < RETRIES.length) return undefined
  return `The delivery of ${event} failed ${attempts + 1} times; the last time: ${error}`
}

/** Keeps what came of an attempt: the log, and whether and when there is another. Answers why the webhook is off now. */
export async function record(
  tx: Tx,
  message: WaitingMessage,
  outcome: Outcome,
  now: number,
): Promise<string | undefined> {
  const { project_id: projectId, webhook_id: webhookId, id } = message
  if (!(await findById(tx, 'webhooks', projectId, webhookId, { lock: true }))) return undefined
  await logAttempt(tx, message, outcome, now)
  const reason = fatal(message, outcome)
  if (reason !== undefined) {
    const disabled = await disableWebhook(tx, { projectId, webhookId, reason, now })
    await dropWaiting(tx, projectId, webhookId)
    await dropMessage(tx, message)
    return disabled ? reason : undefined
  }
  if (outcome.error === null) {
    await dropMessage(tx, message)
    return undefined
  }
  await changeCells(tx, 'webhook_messages', {
    projectId,
    id,
    cells: {
      attempts: message.attempts + 1,
      next_attempt_at: now + (RETRIES[message.attempts] as number),
      delivery_id: null,
    },
  })
  return undefined
}
