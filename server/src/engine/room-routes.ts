import type { Room } from './room.ts'
import type { Access, Route } from './route.ts'
import { listRows, showRow } from './show-rows.ts'

/** The two reading routes that nearly every room has: the list, and one by id. */
export function readRoutes(
  room: () => Room,
  { path, access, list, show }: { path: string; access: Access; list: string; show: string },
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
      handle: (context) => showRow(room(), context),
    },
  ]
}
