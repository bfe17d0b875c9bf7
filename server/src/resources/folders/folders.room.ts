import { BY_ID } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, type Room } from '../../engine/room.ts'
import { readRoutes } from '../../engine/room-routes.ts'
import { readEntity } from '../../features/entities/name-entity.ts'
import { createFolder, deleteFolder, updateFolder } from './folders.actions.ts'
import { FOLDER_ENTITIES, folders } from './folders.resource.ts'

const PATH = '/projects/:project_id/folders'

const ofEntity: Filter = (listing, { query }) => {
  const word = query.get('entity')
  if (word === undefined) return listing
  return listing.where('t.entity', '=', readEntity(word, FOLDER_ENTITIES, { parameter: 'entity' }))
}

export const foldersRoom: Room = {
  resource: folders,
  order: BY_ID,
  filters: [documented(ofEntity, parameter('entity', 'Only those for this kind of entity', { enum: FOLDER_ENTITIES }))],
  routes: [
    ...readRoutes(() => foldersRoom, { path: PATH, access: 'member', list: 'List folders', show: 'Show a folder' }),
    { method: 'POST', path: PATH, access: 'entity', summary: 'Create a folder', handle: createFolder },
    { method: 'PUT', path: `${PATH}/:id`, access: 'entity', summary: 'Update a folder', handle: updateFolder },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'entity', summary: 'Delete a folder', handle: deleteFolder },
  ],
}
