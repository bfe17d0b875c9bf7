import { MAX_DELIVERIES } from '../../core/limits.ts'
import { BY_ID, BY_ID_DESCENDING } from '../../db/list.ts'
import type { Filter, ResourceList } from '../../engine/resource-list.ts'
import { webhookDeliveries, webhooks } from './webhooks.resource.ts'

export const webhooksList: ResourceList = {
  resource: webhooks,
  order: BY_ID,
  filters: [],
}

/** The last attempts of the webhook of the path. */
const lastOfWebhook: Filter = (listing, context) => {
  const last = context.reader.db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('project_id', '=', context.project.id)
    .where('webhook_id', '=', context.id())
    .orderBy('id', 'desc')
    .limit(MAX_DELIVERIES)
  return listing.where('t.id', 'in', last as never)
}

export const webhookDeliveriesList: ResourceList = {
  resource: webhookDeliveries,
  order: BY_ID_DESCENDING,
  filters: [lastOfWebhook],
}
