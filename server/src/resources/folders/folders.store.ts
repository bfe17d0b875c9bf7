import type { Tx } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'

export type FolderRow = Schema['folders']

/** Folders that stand beside each other: of one kind of entity, under one parent or at the root. */
export type Siblings = Pick<FolderRow, 'project_id' | 'entity' | 'parent_id'>

/** Names among siblings and the shape of the tree change one request at a time. */
export const lockFolders = (tx: Tx, projectId: number): Promise<void> => tx.dialect.lock(tx.db, `folders ${projectId}`)

/** Whether another folder among the siblings has that folded name. Folders of the project must be locked. */
export async function nameIsTaken(
  tx: Tx,
  siblings: Siblings,
  { nameFolded, except = 0 }: { nameFolded: string; except?: number },
): Promise<boolean> {
  const row = await siblingsQuery(tx, siblings)
    .select('id')
    .where('name_folded', '=', nameFolded)
    .where('id', '<>', except)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The position behind the last of the other siblings. */
export async function nextPosition(tx: Tx, siblings: Siblings, except = 0): Promise<number> {
  const { last } = await siblingsQuery(tx, siblings)
    .select(({ fn }) => fn.max('position').as('last'))
    .where('id', '<>', except)
    .executeTakeFirstOrThrow()
  return Math.min(Number(last ?? 0) + 1, Number.MAX_SAFE_INTEGER)
}

function siblingsQuery(tx: Tx, { project_id, entity, parent_id }: Siblings) {
  return tx.db
    .selectFrom('folders')
    .where('project_id', '=', project_id)
    .where('entity', '=', entity)
    .where('parent_id', parent_id === null ? 'is' : '=', parent_id)
}

/** Whether folders stand in a folder. */
export async function hasFolders(tx: Tx, { project_id, entity, id }: FolderRow): Promise<boolean> {
  const child = await siblingsQuery(tx, { project_id, entity, parent_id: id }).select('id').limit(1).executeTakeFirst()
  return child !== undefined
}
