import type { Tx } from '../../db/handle.ts'
import { addToCounts } from '../../db/store.ts'
import { deleteEntity } from '../../features/entities/entity-store.ts'
import { recomputeCovered } from '../../features/links/coverage.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { noteLastLinks } from '../../features/links/note-links.ts'
import { clearBelow } from '../../features/trees/clear-below.ts'
import { dropTestFromSets, lockTestAndSets } from '../instances/instances.store.ts'
import { countSteps, forgetCalls } from '../steps/steps.store.ts'
import { tests } from './tests.resource.ts'

/** Deletes a test with everything that hangs on it; false when there is none. History keeps what it was. */
export async function removeTest(tx: Tx, projectId: number, id: number): Promise<boolean> {
  await lockLinks(tx, projectId)
  const { setIds, tests: locked, covered } = await lockTestAndSets(tx, projectId, id)
  const row = locked.get(id)
  if (!row) return false
  await noteLastLinks(tx, 'tests', { ...row })
  await clearBelow(tx, projectId, 'test', id)
  const dropped = await dropTestFromSets(tx, projectId, id, setIds)
  await forgetCalls(tx, projectId, id)
  const steps = await countSteps(tx, projectId, id)
  await deleteEntity(tx, tests, { ...row })
  await recomputeCovered(tx, projectId, covered.rows.keys())
  addToCounts(tx, projectId, { tests: -1, steps: -steps, ...dropped })
  return true
}
