import { sql } from 'kysely'
import { asListing, BY_ID_DESCENDING } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { projects } from './projects.resource.ts'

export const projectsList: ResourceList = {
  resource: projects,
  order: BY_ID_DESCENDING,
  sortable: {},
  select: ({ db }) => asListing(db.selectFrom('projects as t').selectAll('t').where('t.deleted_at', 'is', null)),
  filters: [
    // A personal token sees the projects of its owner.
    (listing, { caller }) =>
      caller.passesAll
        ? listing
        : listing.where(
            sql<boolean>`exists (select 1 from memberships m where m.user_id = ${caller.userId} and m.project_id = t.id)`,
          ),
  ],
}
