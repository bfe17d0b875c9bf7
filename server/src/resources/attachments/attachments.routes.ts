import { answering, array, object, ref, sentId, text } from '../../core/resource/json-schema.ts'
import type { ResourceRoutes } from '../../engine/resource-routes.ts'
import { entityParameters, listOnEntity } from '../../features/entities/name-entity.ts'
import { createAttachments, deleteAttachment, downloadAttachment, showAttachment } from './attachments.actions.ts'
import { attachmentsList } from './attachments.list.ts'
import { CARRIERS, FILE_SCHEMAS } from './attachments.rules.ts'

const ACCESS = 'entity'
/** What they need of the server. */
export interface AttachmentSettings {
  /** Signs links to files. */
  signingKey: string
}

export const attachmentsRoutes = ({ signingKey }: AttachmentSettings): ResourceRoutes => ({
  list: attachmentsList,
  routes: [
    {
      method: 'GET',
      path: '/projects/:project_id/attachments',
      access: ACCESS,
      summary: 'List attachments of an entity',
      parameters: entityParameters(CARRIERS),
      sample: { query: 'entity=test&entity-id=70' },
      handle: (context) => listOnEntity(attachmentsList, context, CARRIERS),
    },
    {
      method: 'POST',
      path: '/projects/:project_id/attachments',
      access: ACCESS,
      summary: 'Attach base64 files to an entity',
      id: 'createAttachments',
      body: object(
        { entity: text, 'entity-id': sentId, data: object({ type: text, files: ref('Files') }, ['files']) },
        ['data'],
      ),
      answer: answering(array(ref('Attachment'))),
      schemas: FILE_SCHEMAS,
      handle: createAttachments,
    },
    {
      method: 'GET',
      path: '/projects/:project_id/attachments/:id',
      access: ACCESS,
      summary: 'Show the metadata of an attachment',
      download: {
        id: 'downloadAttachment',
        summary: 'Download an attachment',
        handle: downloadAttachment(signingKey),
      },
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
})
