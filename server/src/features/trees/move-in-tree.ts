import { MAX_TREE_DEPTH } from '../../core/limits.ts'
import { inside, type Problems } from '../../core/problems.ts'
import { labelOf, readId } from '../../core/resource/kinds.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { blankAsNull } from '../../core/text.ts'
import { ancestorsOf } from '../../core/walk-tree.ts'
import { among } from '../../db/among.ts'
import type { Tx } from '../../db/handle.ts'
import { findById } from '../../db/store.ts'

/**
 * "No cycle" is checked under one lock per project, so that two calls at once cannot close one together; before every
 * counter and row (contract §1.10).
 */
export const lockCycles = (tx: Tx, projectId: number): Promise<void> => tx.dialect.lock(tx.db, `cycles ${projectId}`)

type TreeTable = 'requirements' | 'folders' | 'filters'

/** How many levels hang below a node, itself counted; stops where it would be too deep anyway. */
async function heightOf(tx: Tx, table: TreeTable, projectId: number, id: number): Promise<number> {
  let level = [id]
  for (let height = 1; ; height++) {
    const rows = await tx.db
      .selectFrom(table as 'folders')
      .select('id')
      .where('project_id', '=', projectId)
      .where(among(tx, 'parent_id', level))
      .execute()
    if (rows.length === 0 || height > MAX_TREE_DEPTH) return height
    level = rows.map((row) => row.id)
  }
}

/**
 * `parent-id` of a body as a cell: nothing when it is not sent or stays as it is. The parent must exist, be of the same
 * kind of entity where the tree holds several, and not lie below the node itself.
 */
export async function readParent(
  tx: Tx,
  o: {
    table: TreeTable
    projectId: number
    sent: Input
    problems: Problems
    /** The node as stored; undefined while it is made. */
    current?: { id: number; parent_id: number | null }
    /** Entity word that the parent must carry. */
    entity?: string
  },
): Promise<{ parent_id?: number | null }> {
  const value = blankAsNull(o.sent.values['parent-id'])
  const place = inside(o.sent.place, 'parent-id')
  if (value === undefined) return o.current ? {} : { parent_id: null }
  if (value === null) return { parent_id: null }
  const id = readId(value, { problems: o.problems, place, label: labelOf('parent-id') })
  if (id === undefined || id === o.current?.parent_id) return {}
  await lockCycles(tx, o.projectId)
  const parent = (await findById(tx, o.table, o.projectId, id)) as
    | { parent_id: number | null; entity?: string }
    | undefined
  if (!parent || (o.entity !== undefined && parent.entity !== o.entity)) {
    o.problems.at(place, `Parent id names nothing of this kind in this project: ${id}`)
    return {}
  }
  const above = [
    id,
    ...(await ancestorsOf(
      parent.parent_id,
      async (ancestor) =>
        ((await findById(tx, o.table, o.projectId, ancestor)) as { parent_id: number | null } | undefined)?.parent_id ??
        null,
    )),
  ]
  if (o.current && above.includes(o.current.id)) {
    o.problems.at(place, 'Parent id makes a cycle: the parent is the thing itself or lies below it')
    return {}
  }
  const height = o.current ? await heightOf(tx, o.table, o.projectId, o.current.id) : 1
  if (above.length + height > MAX_TREE_DEPTH) {
    o.problems.at(place, `Parent id makes the tree deeper than ${MAX_TREE_DEPTH} levels`)
    return {}
  }
  return { parent_id: id }
}
