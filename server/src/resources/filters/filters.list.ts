import { BY_ID } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { documented, type Filter } from '../../engine/resource-list.ts'
import { readEntity } from '../../features/entities/name-entity.ts'
import { FILTERED, filters } from './filters.resource.ts'

const ofEntity: Filter = (listing, { query }) => {
  const word = query.get('entity')
  if (word === undefined) return listing
  return listing.where('t.entity', '=', readEntity(word, FILTERED, { parameter: 'entity' }))
}

export const filtersList: ResourceList = {
  resource: filters,
  order: BY_ID,
  // Public ones and one's own; account tokens see all.
  visible: (listing, { caller }) =>
    caller.passesAll
      ? listing
      : listing.where((eb) => eb.or([eb('t.private', '=', 0), eb('t.owner_id', '=', caller.userId)])),
  filters: [documented(ofEntity, parameter('entity', 'Only those for this kind of entity', { enum: FILTERED }))],
}
