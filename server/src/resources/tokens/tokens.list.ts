import { asListing, BY_ID } from '../../db/list.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { personalTokens, tokens } from './tokens.resource.ts'

/** Tokens of the account; personal ones are their users' (contract §7.9). */
export const tokensList: ResourceList = {
  resource: tokens,
  order: BY_ID,
  select: ({ db }) => asListing(db.selectFrom('tokens as t').selectAll('t').where('t.user_id', 'is', null)),
  filters: [],
}

/** The one personal token of each user. */
export const personalTokensList: ResourceList = {
  resource: personalTokens,
  order: BY_ID,
  select: ({ db }) => asListing(db.selectFrom('tokens as t').selectAll('t').where('t.user_id', 'is not', null)),
  filters: [],
}
