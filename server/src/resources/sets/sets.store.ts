import type { Cells } from '../../core/resource/read-attributes.ts'
import type { Tx } from '../../db/handle.ts'
import type { SetRow } from '../../db/schema.ts'
import { addToCounts, nextDisplayIds } from '../../db/store.ts'
import type { Field } from '../../features/custom-fields/custom-fields.store.ts'
import { insertEntities } from '../../features/entities/entity-store.ts'
import { EMPTY_TOTALS } from '../../features/statuses/status-totals.ts'
import { insertInstances, lockParents, type NewInstance } from '../instances/instances.store.ts'
import { sets } from './sets.resource.ts'

/** Stores a set without instances and returns its row. */
export async function insertSet(
  tx: Tx,
  o: { projectId: number; cells: Cells; fields: readonly Field[]; now: number },
): Promise<SetRow> {
  const { projectId, cells, now } = o
  const displayId = await nextDisplayIds(tx, projectId, 'sets', 1)
  const row = {
    cloned_from_id: null,
    ...cells,
    project_id: projectId,
    id: tx.nextId(),
    display_id: displayId,
    ...EMPTY_TOTALS,
    duration_estimate: 0,
    actual_duration: 0,
    last_instance_number: 0,
    created_at: now,
    updated_at: now,
  } as unknown as SetRow
  await insertEntities(tx, sets, [{ ...row }], o.fields)
  addToCounts(tx, projectId, { sets: 1 })
  return row
}

/** Stores the first instances of a new set, by whom made it. */
export async function fillSet(tx: Tx, set: SetRow, news: readonly NewInstance[], now: number): Promise<void> {
  const projectId = set.project_id
  const testIds = news.map((instance) => instance.test_id)
  const parents = await lockParents(tx, projectId, [], testIds)
  const ofSet = new Map([[set.id, set]])
  await insertInstances(tx, { projectId, news, ...parents, sets: ofSet, now, userId: set.author_id })
}
