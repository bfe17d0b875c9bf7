import type { ResourceList } from './resource-list.ts'
import type { Access, Answer, Context, Description, Route } from './route.ts'
import { listRows, showRow } from './show-rows.ts'

/** A resource and its routes: `<noun>.routes.ts`; `registry.ts` lists them. */
export interface ResourceRoutes {
  list: ResourceList
  routes: readonly Route[]
}

type Handler = (context: Context) => Promise<Answer>

/** Answers a page of a list. */
export const listing =
  (list: ResourceList): Handler =>
  async (context) => ({ page: await listRows(list, context) })

/** Answers one of a list, by the id of the path. */
export const showing =
  (list: ResourceList): Handler =>
  (context) =>
    showRow(list, context)

/** The two reading routes that nearly every resource has: the list, and one by id, which may show more. */
export function readRoutes(
  list: ResourceList,
  {
    path,
    access,
    summaries: [all, single],
    one = {},
  }: {
    path: string
    access: Access
    summaries: readonly [list: string, show: string]
    one?: Description
  },
): Route[] {
  return [
    { method: 'GET', path, access, summary: all, handle: listing(list) },
    { method: 'GET', path: `${path}/:id`, access, summary: single, ...one, handle: showing(list) },
  ]
}
