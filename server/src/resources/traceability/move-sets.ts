import type { Row } from '../../core/resource/define-resource.ts'
import type { Tx } from '../../db/handle.ts'
import type { SetRow } from '../../db/schema.ts'
import { findByIds } from '../../db/store.ts'
import { note } from '../../features/entities/entity-store.ts'
import type { Pair } from '../../features/links/links.store.ts'
import { noteOneEnd } from '../../features/links/note-links.ts'
import { sets } from '../sets/sets.resource.ts'
import { putSetsInto } from './traceability.store.ts'

const HOLDS: Pair = { from: 'milestones', to: 'sets' }

const idsOf = (rows: readonly SetRow[]) => rows.map((row) => row.id)

/**
 * Sets are in the milestone that they name: linking moves them there, out of the one they were in. Links bump nothing
 * (contract §1.14), but both milestones and each set remember it.
 */
export async function moveSets(
  tx: Tx,
  { sets: moved, milestone }: { sets: readonly SetRow[]; milestone: Row | null },
): Promise<void> {
  const projectId = Number(moved[0]?.project_id)
  const to = milestone === null ? null : Number(milestone.id)
  await putSetsInto(tx, projectId, idsOf(moved), to)
  const leaving = Map.groupBy(moved, (set) => set.milestone_id ?? 0)
  for (const former of await findByIds(tx, 'milestones', projectId, [...leaving.keys()])) {
    const far = idsOf(leaving.get(former.id) ?? [])
    noteOneEnd(tx, HOLDS, { row: { ...former }, far, action: 'unlink' })
  }
  if (milestone !== null) noteOneEnd(tx, HOLDS, { row: milestone, far: idsOf(moved), action: 'link' })
  for (const set of moved) {
    const changes = [{ field: 'milestone-id', from: set.milestone_id, to }]
    note(tx, sets, { ...set, milestone_id: to }, { action: 'update', changes })
  }
}
