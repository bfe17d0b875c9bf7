import { BY_ID } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { documented, type Filter } from '../../engine/resource-list.ts'
import { readEntity } from '../../features/entities/name-entity.ts'
import { FOLDER_ENTITIES, folders } from './folders.resource.ts'

const ofEntity: Filter = (listing, { query }) => {
  const word = query.get('entity')
  if (word === undefined) return listing
  return listing.where('t.entity', '=', readEntity(word, FOLDER_ENTITIES, { parameter: 'entity' }))
}

export const foldersList: ResourceList = {
  resource: folders,
  order: BY_ID,
  filters: [documented(ofEntity, parameter('entity', 'Only those for this kind of entity', { enum: FOLDER_ENTITIES }))],
}
