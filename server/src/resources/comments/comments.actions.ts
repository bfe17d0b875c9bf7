import { oneElement } from '../../core/jsonapi/body.ts'
import type { EntityWord } from '../../core/kinds.ts'
import { createProblems, inside } from '../../core/problems.ts'
import { readForCreate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { isBlank } from '../../core/text.ts'
import { deleteRow, insertRows } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { finderIn, nameEntity, requireEntity, requireRight } from '../../features/entities/name-entity.ts'
import { actingUser, checkReferences, noReferences } from '../../features/references/references.ts'
import { COMMENTED, comments } from './comments.resource.ts'

/** `POST comments.json`: whoever may see the entity may comment on it (contract §7.11). */
export async function createComment(context: Context): Promise<Answer> {
  const element = oneElement(context.body())
  const { sent } = element
  const named = nameEntity(context, {
    find: finderIn(context, element),
    allowed: COMMENTED,
    right: 'view',
    source: (key) => ({ pointer: inside(sent.place, key).pointer }),
  })
  const projectId = context.project.id
  return context.write(async (tx) => {
    // Locked, so that a comment and the deletion of what it is about do not pass each other.
    await requireEntity(tx, projectId, named, { lock: true })
    const problems = createProblems()
    const references = noReferences()
    const cells = readForCreate({ resource: comments, sent, problems })
    if (typeof cells.body === 'string' && isBlank(cells.body)) {
      problems.at(inside(sent.place, 'body'), "Body can't be blank")
    }
    const author = actingUser({ context, sent, problems, references, key: 'author-id', required: true })
    await checkReferences(tx, { context, references, problems })
    const id = tx.nextId()
    await insertRows(tx, 'comments', [
      {
        project_id: projectId,
        id,
        entity: named.entity,
        entity_id: named.entityId,
        body: String(cells.body),
        author_id: author,
        created_at: context.now,
      },
    ])
    return { show: 'comments', id }
  })
}

/** `DELETE comments/:id.json`: by its author, or whoever may change the entity. */
export async function deleteComment(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, comments, projectId, id, { lock: true })
    const isAuthor = context.caller.userId !== null && context.caller.userId === row.author_id
    if (!isAuthor) requireRight(context, row.entity as EntityWord, 'edit')
    await deleteRow(tx, 'comments', projectId, id)
    return { body: renderDeleted(comments, id) }
  })
}
