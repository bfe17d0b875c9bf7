import { sql } from 'kysely'
import { BY_ID } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { documented, type Filter } from '../../engine/resource-list.ts'
import { users } from './users.resource.ts'

/** A personal token sees its owner and those it shares a project with. */
const visible: Filter = (listing, { caller }) =>
  caller.passesAll
    ? listing
    : listing.where(
        sql<boolean>`(t.id = ${caller.userId} or exists (
          select 1 from memberships mine join memberships theirs on theirs.project_id = mine.project_id
          where mine.user_id = ${caller.userId} and theirs.user_id = t.id))`,
      )

const withEmail: Filter = (listing, { query }) => {
  const email = query.get('email')
  return email === undefined ? listing : listing.where('t.email', '=', email.trim().toLowerCase())
}

const active: Filter = (listing, { query }) =>
  query.flag('active')
    ? listing.where(sql<boolean>`exists (select 1 from memberships m where m.user_id = t.id)`)
    : listing

export const usersList: ResourceList = {
  resource: users,
  order: BY_ID,
  sortable: {
    attributes: {
      'display-name': { as: 'text', mayBeEmpty: false, value: 't.display_name', by: ['t.display_name_folded'] },
    },
  },
  visible,
  filters: [
    documented(withEmail, parameter('email', 'Only the user with this e-mail address, in any case')),
    documented(active, parameter('active', 'Only users who are in a project', { type: 'boolean' })),
  ],
}
