import { sql } from 'kysely'
import { BY_ID } from '../../db/list.ts'
import { type Filter, type ResourceList, textsFilter } from '../../engine/resource-list.ts'
import { renames } from './renames.resource.ts'

/** Pairs that are joined, and those that may be: both of their tests are there. */
const stand =
  (projectId: number): Filter =>
  (listing) =>
    listing.where(
      sql<boolean>`(t.state = 'joined' or exists (
        select 1 from tests n where n.project_id = ${projectId} and n.id = t.to_test_id))`,
    )

export const renamesList: ResourceList = {
  resource: renames,
  order: BY_ID,
  filters: [
    (listing, context) => stand(context.project.id)(listing, context),
    textsFilter('state', 't.state', 'Only pairs in these states: proposed, joined', (word) =>
      word.trim().toLowerCase(),
    ),
  ],
}
