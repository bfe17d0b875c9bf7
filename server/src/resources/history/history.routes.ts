import { listing, type ResourceRoutes } from '../../engine/resource-routes.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { listRows } from '../../engine/show-rows.ts'
import { askedKind, auditList, historyList } from './history.list.ts'

/** `GET history.json`: of the kind asked for, or of all that the caller may view. */
async function listHistory(context: Context): Promise<Answer> {
  askedKind(context)
  return { page: await listRows(historyList, context) }
}

export const historyRoutes: ResourceRoutes = {
  list: historyList,
  routes: [
    {
      method: 'GET',
      path: '/projects/:project_id/history',
      access: 'entity',
      summary: 'List the change history of entities',
      id: 'listHistory',
      handle: listHistory,
    },
    {
      method: 'GET',
      path: '/audit',
      access: 'account',
      summary: 'List what was changed in the whole account',
      id: 'listAudit',
      handle: listing(auditList),
    },
  ],
}
