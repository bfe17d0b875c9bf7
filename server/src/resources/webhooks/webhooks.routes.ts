import { ref } from '../../core/resource/json-schema.ts'
import { extendedSchemas, SHOWN_SECRET } from '../../core/resource/resource-schemas.ts'
import { mustFind } from '../../engine/must-find.ts'
import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import type { Answer, Context, Description } from '../../engine/route.ts'
import { listRows } from '../../engine/show-rows.ts'
import { createWebhook, deleteWebhook, testWebhook, updateWebhook } from './webhooks.actions.ts'
import { webhookDeliveriesList, webhooksList } from './webhooks.list.ts'
import { webhooks } from './webhooks.resource.ts'

const PATH = '/projects/:project_id/webhooks'
const ACCESS = 'project_settings'

/** The secret may be sent, and is shown when the request set or made it. */
const WITH_SECRET: Description = {
  attributes: {
    secret: {
      type: ['string', 'null'],
      description: 'whsec_ and base64 of 24 to 64 bytes; made by the server when left out',
      examples: [`whsec_${'A'.repeat(32)}`],
    },
  },
  answer: ref('WebhookWithSecretAnswer'),
}

export const webhooksRoutes: ResourceRoutes = {
  list: webhooksList,
  routes: [
    ...readRoutes(webhooksList, { path: PATH, access: ACCESS, summaries: ['List webhooks', 'Show a webhook'] }),
    {
      method: 'POST',
      path: PATH,
      access: ACCESS,
      summary: 'Create a webhook',
      ...WITH_SECRET,
      schemas: extendedSchemas('WebhookWithSecret', webhooks, { secret: SHOWN_SECRET }, { optional: true }),
      handle: createWebhook,
    },
    {
      method: 'PUT',
      path: `${PATH}/:id`,
      access: ACCESS,
      summary: 'Update a webhook',
      ...WITH_SECRET,
      handle: updateWebhook,
    },
    { method: 'DELETE', path: `${PATH}/:id`, access: ACCESS, summary: 'Delete a webhook', handle: deleteWebhook },
    {
      method: 'POST',
      path: `${PATH}/:id/test`,
      access: ACCESS,
      summary: 'Send a test delivery',
      id: 'testWebhook',
      body: null,
      answer: ref('WebhookDeliveryAnswer'),
      handle: testWebhook,
    },
    {
      method: 'GET',
      path: `${PATH}/:id/deliveries`,
      access: ACCESS,
      summary: 'List the last 100 deliveries of a webhook',
      id: 'listWebhookDeliveries',
      pageOf: ref('WebhookDelivery'),
      handle: listDeliveries,
    },
  ],
}

export const webhookDeliveriesRoutes: ResourceRoutes = {
  list: webhookDeliveriesList,
  routes: [],
}

async function listDeliveries(context: Context): Promise<Answer> {
  await mustFind(context.reader, webhooks, context.project.id, context.id())
  return { page: await listRows(webhookDeliveriesList, context) }
}
