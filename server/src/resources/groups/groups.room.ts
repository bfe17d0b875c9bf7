import { PERMISSIONS, type Permission, withImplied } from '../../core/permissions.ts'
import { renderResource } from '../../core/resource/render.ts'
import type { Listing, Order } from '../../db/list.ts'
import { findById } from '../../db/store.ts'
import type { Room } from '../../http/room.ts'
import type { Answer, Context } from '../../http/route.ts'
import { listRows, notFound } from '../../http/show-rows.ts'
import { groups } from './groups.resource.ts'

const PATH = '/projects/:project_id/groups'
const BY_NAME: Order = { columns: ['t.name', 't.id'], direction: 'asc' }

/** `GET groups/:id.json`: with the catalogue of 20 permissions, each with its effective value. */
async function showGroup(context: Context): Promise<Answer> {
  const row = await findById(context.reader, 'groups', context.project.id, context.id())
  if (!row) throw notFound(groups)
  const granted = withImplied(JSON.parse(row.permissions) as Permission[])
  const shown = renderResource(groups, { ...row })
  const permissions = PERMISSIONS.map((permission) => ({ ...permission, allowed: granted.has(permission.key) }))
  return { body: { data: { ...shown, attributes: { ...shown.attributes, permissions } } } }
}

export const groupsRoom: Room = {
  resource: groups,
  order: BY_NAME,
  select: ({ db }) => db.selectFrom('groups as t').selectAll('t') as unknown as Listing,
  filters: [],
  routes: [
    {
      method: 'GET',
      path: PATH,
      access: 'project_settings',
      summary: 'List groups of the project',
      handle: async (context) => ({ page: await listRows(groupsRoom, context) }),
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'project_settings',
      summary: 'Show a group with its 20 permissions',
      handle: showGroup,
    },
  ],
}
