import { MAX_DELIVERIES } from '../../core/limits.ts'
import { BY_ID, BY_ID_DESCENDING } from '../../db/list.ts'
import { findById } from '../../db/store.ts'
import type { Filter, Room } from '../../engine/room.ts'
import { readRoutes } from '../../engine/room-routes.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { listRows, notFound } from '../../engine/show-rows.ts'
import { createWebhook, deleteWebhook, testWebhook, updateWebhook } from './webhooks.actions.ts'
import { webhookDeliveries, webhooks } from './webhooks.resource.ts'

const PATH = '/projects/:project_id/webhooks'
const ACCESS = 'project_settings'

export const webhooksRoom: Room = {
  resource: webhooks,
  order: BY_ID,
  filters: [],
  routes: [
    ...readRoutes(() => webhooksRoom, { path: PATH, access: ACCESS, list: 'List webhooks', show: 'Show a webhook' }),
    { method: 'POST', path: PATH, access: ACCESS, summary: 'Create a webhook', handle: createWebhook },
    { method: 'PUT', path: `${PATH}/:id`, access: ACCESS, summary: 'Update a webhook', handle: updateWebhook },
    { method: 'DELETE', path: `${PATH}/:id`, access: ACCESS, summary: 'Delete a webhook', handle: deleteWebhook },
    { method: 'POST', path: `${PATH}/:id/test`, access: ACCESS, summary: 'Send a test delivery', handle: testWebhook },
    {
      method: 'GET',
      path: `${PATH}/:id/deliveries`,
      access: ACCESS,
      summary: 'List the last 100 deliveries of a webhook',
      handle: listDeliveries,
    },
  ],
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

export const webhookDeliveriesRoom: Room = {
  resource: webhookDeliveries,
  order: BY_ID_DESCENDING,
  filters: [lastOfWebhook],
  routes: [],
}

async function listDeliveries(context: Context): Promise<Answer> {
  if (!(await findById(context.reader, 'webhooks', context.project.id, context.id()))) throw notFound(webhooks)
  return { page: await listRows(webhookDeliveriesRoom, context) }
}
