import type { Action } from '../../core/audit.ts'
import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import type { EntityWord } from '../../core/kinds.ts'
import { createProblems, inside, type Problems } from '../../core/problems.ts'
import { integerKind } from '../../core/resource/kinds.ts'
import { type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { fold } from '../../core/text.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import { addRemoval } from '../../db/removals.ts'
import { changeRow, deleteRow, findById, insertRows } from '../../db/store.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { readEntity, requireRight } from '../../features/entities/name-entity.ts'
import { readParent } from '../../features/trees/move-in-tree.ts'
import { FOLDER_ENTITIES, folders } from './folders.resource.ts'
import { type FolderRow, hasFolders, lockFolders, nameIsTaken, nextPosition, type Siblings } from './folders.store.ts'

/** The folder of the path, if there is one; 403 unless the caller may change folders of its kind. */
async function findFolder(reader: Reader, context: Context): Promise<FolderRow | undefined> {
  const row = await findById(reader, 'folders', context.project.id, context.id())
  if (row) requireRight(context, row.entity as EntityWord, 'edit')
  return row
}

/** `position` of a body; null = behind the last sibling; undefined = not sent, or wrong and a problem. */
function readPosition(sent: Input, problems: Problems): number | null | undefined {
  const value = sent.values.position
  if (value === undefined || value === null) return value
  const place = inside(sent.place, 'position')
  const position = integerKind.read(value, { problems, place, label: 'Position', literal: () => '' })
  if (typeof position === 'number' && position < 1) problems.at(place, 'Position must be 1 or more')
  return position as number | undefined
}

async function checkName(
  tx: Tx,
  o: { siblings: Siblings; name: unknown; except?: number; sent: Input; problems: Problems },
): Promise<void> {
  if (typeof o.name !== 'string') return
  if (await nameIsTaken(tx, o.siblings, { nameFolded: fold(o.name), except: o.except })) {
    o.problems.at(inside(o.sent.place, 'name'), 'Name is taken: another folder beside it is called so', o.name)
  }
}

/** Audit: folders themselves; what lies in a deleted one has no event of its own for leaving it. */
function noteFolder(tx: Tx, row: FolderRow, action: Action, after: FolderRow | undefined): void {
  const changes = changesOf(folders, action === 'create' ? undefined : { ...row }, after && { ...after })
  noteSetting(tx, { entity: 'folder', entityId: row.id, projectId: row.project_id, action, changes })
}

/** `POST folders.json` (contract §7.6). The entity decides who may: 422 for its word, then 403, then the rest. */
export async function createFolder(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const { pointer } = inside(sent.place, 'entity')
  const entity = readEntity(sent.values.entity, FOLDER_ENTITIES, { pointer })
  requireRight(context, entity, 'edit')
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockFolders(tx, projectId)
    const problems = createProblems()
    const cells = readForCreate({ resource: folders, sent, problems })
    const position = readPosition(sent, problems)
    const parent = await readParent(tx, { table: 'folders', projectId, sent, problems, entity })
    const siblings = { project_id: projectId, entity, parent_id: parent.parent_id ?? null }
    if (parent.parent_id !== undefined) await checkName(tx, { siblings, name: cells.name, sent, problems })
    problems.throwIfAny()
    const name = String(cells.name)
    const row: FolderRow = {
      ...siblings,
      id: tx.nextId(),
      name,
      name_folded: fold(name),
      position: position ?? (await nextPosition(tx, siblings)),
      created_at: context.now,
      updated_at: context.now,
    }
    await insertRows(tx, 'folders', [row])
    noteFolder(tx, row, 'create', row)
    return { show: 'folders', id: row.id }
  })
}

/** `PUT folders/:id.json`: its kind of entity never changes. */
export async function updateFolder(context: Context): Promise<Answer> {
  await findFolder(context.reader, context)
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockFolders(tx, projectId)
    const row = await findFolder(tx, context)
    if (!row) throw notFound(folders)
    const problems = createProblems()
    const cells = readForUpdate({ resource: folders, sent, problems, row: { ...row } })
    const position = readPosition(sent, problems)
    const { entity } = row
    const parent = await readParent(tx, { table: 'folders', projectId, sent, problems, current: row, entity })
    if (parent.parent_id !== undefined && parent.parent_id !== row.parent_id) cells.parent_id = parent.parent_id
    const parentId = parent.parent_id === undefined ? row.parent_id : parent.parent_id
    const siblings = { project_id: projectId, entity, parent_id: parentId }
    await checkName(tx, { siblings, name: cells.name ?? row.name, except: row.id, sent, problems })
    problems.throwIfAny()
    if (cells.name !== undefined) cells.name_folded = fold(String(cells.name))
    const wanted = position === null ? await nextPosition(tx, siblings, row.id) : (position ?? row.position)
    if (wanted !== row.position) cells.position = wanted
    await changeRow(tx, 'folders', { projectId, id: row.id, cells, now: context.now })
    noteFolder(tx, row, 'update', { ...row, ...cells })
    return { show: 'folders', id: row.id }
  })
}

/** `DELETE folders/:id.json`: only when no folder stands in it; what else lies in it is in no folder from then on. */
export async function deleteFolder(context: Context): Promise<Answer> {
  const projectId = context.project.id
  await findFolder(context.reader, context)
  return context.write(async (tx) => {
    await lockFolders(tx, projectId)
    const row = await findFolder(tx, context)
    if (!row) throw notFound(folders)
    if (await hasFolders(tx, row)) {
      throw apiError('invalid', { title: 'This folder holds other folders: move or delete them first' })
    }
    await deleteRow(tx, 'folders', projectId, row.id)
    await addRemoval(tx, { projectId, kind: 'folder', id: row.id, now: context.now })
    noteFolder(tx, row, 'delete', undefined)
    return { body: renderDeleted(folders, row.id) }
  })
}
