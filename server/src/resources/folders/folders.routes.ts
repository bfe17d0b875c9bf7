import { type ResourceRoutes, readRoutes } from '../../engine/resource-routes.ts'
import { createFolder, deleteFolder, updateFolder } from './folders.actions.ts'
import { foldersList } from './folders.list.ts'

const PATH = '/projects/:project_id/folders'
export const foldersRoutes: ResourceRoutes = {
  list: foldersList,
  routes: [
    ...readRoutes(foldersList, { path: PATH, access: 'member', summaries: ['List folders', 'Show a folder'] }),
    { method: 'POST', path: PATH, access: 'entity', summary: 'Create a folder', handle: createFolder },
    { method: 'PUT', path: `${PATH}/:id`, access: 'entity', summary: 'Update a folder', handle: updateFolder },
    { method: 'DELETE', path: `${PATH}/:id`, access: 'entity', summary: 'Delete a folder', handle: deleteFolder },
  ],
}
