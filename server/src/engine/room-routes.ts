import type { Room } from './room.ts'
import type { Access, Description, Route } from './route.ts'
import { listRows, showRow } from './show-rows.ts'

/** The two reading routes that nearly every room has: the list, and one by id, which may show more. */
export function readRoutes(
  room: () => Room,
  {
    path,
    access,
    list,
    show,
    one = {},
  }: { path: string; access: Access; list: string; show: string; one?: Description },
): Route[] {
  return [
    {
      method: 'GET',
      path,
      access,
      summary: list,
      handle: async (context) => ({ page: await listRows(room(), context) }),
    },
    {
      method: 'GET',
      path: `${path}/:id`,
      access,
      summary: show,
      ...one,
      handle: (context) => showRow(room(), context),
    },
  ]
}
