import { KINDS, type LinkKind, typesWith, wordOf } from '../../core/kinds.ts'
import type { Row } from '../../core/resource/define-resource.ts'
import type { Tx } from '../../db/handle.ts'
import { findByIds } from '../../db/store.ts'
import { noteOf } from '../entities/entity-store.ts'
import type { Pair } from './links.store.ts'

type LinkAction = 'link' | 'unlink'

const tableOf = (kind: LinkKind) => KINDS[wordOf(kind)].table

const change = (field: string, id: number, action: LinkAction) =>
  action === 'link' ? { field, from: null, to: id } : { field, from: id, to: null }

/** History of one end of links: one event that names every far end. */
export function noteOneEnd(
  tx: Tx,
  { from, to }: Pair,
  o: { row: Row; far: readonly number[]; action: LinkAction; userId?: number | null },
): void {
  const { row, far, action, userId } = o
  if (far.length === 0) return
  const displayId = row.display_id === undefined ? null : Number(row.display_id)
  const changes = far.map((id) => change(to, id, action))
  noteOf(tx, { type: from, displayId }, row, { action, userId, changes })
}

/** History of both ends: one event on the near one, one on each far one. */
export function noteLinks(
  tx: Tx,
  pair: Pair,
  o: { row: Row; far: readonly Row[]; action: LinkAction; userId?: number | null },
): void {
  noteOneEnd(tx, pair, { ...o, far: o.far.map((other) => Number(other.id)) })
  const back = { from: pair.to, to: pair.from }
  for (const other of o.far) noteOneEnd(tx, back, { ...o, row: other, far: [Number(o.row.id)] })
}

/** History of an entity that gained or lost links because something else was linked. */
export async function noteNear(
  tx: Tx,
  pair: Pair,
  o: { projectId: number; id: number; far: readonly number[]; action: LinkAction },
): Promise<void> {
  const [row] = await findByIds(tx, tableOf(pair.from), o.projectId, [o.id])
  if (row) noteOneEnd(tx, pair, { ...o, row: { ...row } })
}

/** History of what an entity was linked to, before the entity is deleted and its links go with it. */
export async function noteLastLinks(tx: Tx, from: LinkKind, row: Row): Promise<void> {
  const projectId = Number(row.project_id)
  const links = await tx.db
    .selectFrom('links')
    .select(['to_kind', 'to_id'])
    .distinct()
    .where('project_id', '=', projectId)
    .where('from_kind', '=', from)
    .where('from_id', '=', Number(row.id))
    .orderBy('to_id')
    .execute()
  for (const to of typesWith('showsLinks')) {
    const ids = links.filter((link) => link.to_kind === to).map((link) => link.to_id)
    for (const other of await findByIds(tx, tableOf(to), projectId, ids)) {
      noteOneEnd(tx, { from: to, to: from }, { row: { ...other }, far: [Number(row.id)], action: 'unlink' })
    }
  }
}
