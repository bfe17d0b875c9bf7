import type { Tx } from '../db/handle.ts'
import type { Context } from '../engine/route.ts'
import { keepHistory } from '../features/audit/keep-history.ts'
import { keepWebhookMessages } from '../resources/webhooks/keep-webhook-messages.ts'

/** Keeps what a transaction did, as its last step: as history, and as messages for webhooks. */
export async function keepAuditEntries(tx: Tx, context: Context): Promise<void> {
  await keepHistory(tx, context)
  await keepWebhookMessages(tx, context.now)
}
