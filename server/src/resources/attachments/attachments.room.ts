import { BY_ID } from '../../db/list.ts'
import type { Room } from '../../engine/room.ts'
import { listOnEntity } from '../../features/entities/name-entity.ts'
import { createAttachments, deleteAttachment, showAttachment } from './attachments.actions.ts'
import { attachments } from './attachments.resource.ts'
import { CARRIERS } from './attachments.rules.ts'

const ACCESS = 'entity'

export const attachmentsRoom: Room = {
  resource: attachments,
  order: BY_ID,
  filters: [],
  routes: [
    {
      method: 'GET',
      path: '/projects/:project_id/attachments',
      access: ACCESS,
      summary: 'List attachments of an entity',
      handle: (context) => listOnEntity(attachmentsRoom, context, CARRIERS),
    },
    {
      method: 'POST',
      path: '/projects/:project_id/attachments',
      access: ACCESS,
      summary: 'Attach base64 files to an entity',
      handle: createAttachments,
    },
    {
      method: 'GET',
      path: '/projects/:project_id/attachments/:id',
      access: ACCESS,
      download: true,
      summary: 'Download an attachment, or show its metadata with .json',
      handle: showAttachment,
    },
    {
      method: 'DELETE',
      path: '/projects/:project_id/attachments/:id',
      access: ACCESS,
      summary: 'Delete an attachment',
      handle: deleteAttachment,
    },
  ],
}
