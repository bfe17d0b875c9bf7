import type { LinkKind } from '../../core/kinds.ts'
import { among } from '../../db/among.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import { insertRows } from '../../db/store.ts'
import { recomputeCovered } from './coverage.ts'

/** One cell of the contract's matrix: links of one kind to another. */
export interface Pair {
  from: LinkKind
  to: LinkKind
}

/**
 * Links of a project change one request at a time, so that what is replaced is what was there, and the two ends of one
 * may go at once; before every counter and row (contract §1.10).
 */
export const lockLinks = (tx: Tx, projectId: number): Promise<void> => tx.dialect.lock(tx.db, `links ${projectId}`)

interface Links {
  projectId: number
  from: LinkKind
  id: number
  to: LinkKind
  ids: readonly number[]
  /** The step-run that causes them; 0 for links that a client makes. */
  via?: number
}

/** Requirements keep count of the tests linked to them. */
async function keepCoverage(tx: Tx, { projectId, from, id, to, ids }: Links): Promise<void> {
  if (from === 'requirements' && to === 'tests') await recomputeCovered(tx, projectId, [id])
  if (from === 'tests' && to === 'requirements') await recomputeCovered(tx, projectId, ids)
}

/** Stores links once from each end; those that stand already are left alone. */
export async function addLinks(tx: Tx, o: Links): Promise<void> {
  if (o.ids.length === 0) return
  const { projectId, from, id, to, via = 0 } = o
  const rows = o.ids.flatMap((other) => [
    { project_id: projectId, from_kind: from as string, from_id: id, to_kind: to as string, to_id: other, via },
    { project_id: projectId, from_kind: to as string, from_id: other, to_kind: from as string, to_id: id, via },
  ])
  await insertRows(tx, 'links', rows, { skipExisting: true })
  await keepCoverage(tx, o)
}

/** Removes links from both ends. */
export async function removeLinks(tx: Tx, o: Links): Promise<void> {
  if (o.ids.length === 0) return
  const { projectId, from, id, to, ids, via = 0 } = o
  await tx.db
    .deleteFrom('links')
    .where('project_id', '=', projectId)
    .where('from_kind', '=', from)
    .where('from_id', '=', id)
    .where('to_kind', '=', to)
    .where(among(tx, 'to_id', ids))
    .where('via', '=', via)
    .execute()
  await tx.db
    .deleteFrom('links')
    .where('project_id', '=', projectId)
    .where('from_kind', '=', to)
    .where(among(tx, 'from_id', ids))
    .where('to_kind', '=', from)
    .where('to_id', '=', id)
    .where('via', '=', via)
    .execute()
  await keepCoverage(tx, o)
}

/** Ids that a client linked to an entity itself, ascending; those that a step-run causes are not among them. */
export async function directlyLinked(
  reader: Pick<Reader, 'db'>,
  { projectId, from, id, to }: Omit<Links, 'ids'>,
): Promise<number[]> {
  const rows = await reader.db
    .selectFrom('links')
    .select('to_id')
    .where('project_id', '=', projectId)
    .where('from_kind', '=', from)
    .where('from_id', '=', id)
    .where('to_kind', '=', to)
    .where('via', '=', 0)
    .orderBy('to_id')
    .execute()
  return rows.map((row) => row.to_id)
}

/** Which of some ids are linked to an entity, by a client or by a step-run. */
export async function linkedAmong(
  reader: Reader,
  { projectId, from, id, to, ids }: Omit<Links, 'via'>,
): Promise<number[]> {
  const rows = await reader.db
    .selectFrom('links')
    .select('to_id')
    .distinct()
    .where('project_id', '=', projectId)
    .where('from_kind', '=', from)
    .where('from_id', '=', id)
    .where('to_kind', '=', to)
    .where(among(reader, 'to_id', ids))
    .execute()
  return rows.map((row) => row.to_id)
}
