import type { Tx } from '../../db/handle.ts'
import { hideRemoved } from '../../db/removals.ts'
import type { SetRow } from '../../db/schema.ts'
import { lockDisplayIds } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { cloneCells, cloneSent, stillPlanned } from '../../features/entities/clone-entity.ts'
import { entityParts } from '../../features/entities/named-entity.ts'
import { checkReferences } from '../../features/references/references.ts'
import { instancesOfSet, type NewInstance } from '../instances/instances.store.ts'
import { sets } from './sets.resource.ts'
import { fillSet, insertSet } from './sets.store.ts'

/** The instances of a set as a clone of it begins with them: in order, with their attributes, without runs. */
async function copiesOf(tx: Tx, source: SetRow, setId: number, now: number): Promise<NewInstance[]> {
  const originals = await instancesOfSet(tx, source.project_id, source.id)
  await hideRemoved(tx, source.project_id, originals as unknown as Record<string, unknown>[])
  return originals.map((original) => ({
    set_id: setId,
    test_id: original.test_id,
    custom_fields: original.custom_fields,
    priority: original.priority,
    version: original.version,
    planned_execution: stillPlanned(original, now),
    assigned_to_id: original.assigned_to_id,
    assigned_to_type: original.assigned_to_type,
    parameters: original.parameters,
  }))
}

/** `POST sets/:id/clone.json`: attributes, fields and tags of the source, instances without runs (contract §4.11). */
export async function cloneSet(context: Context): Promise<Answer> {
  const sent = cloneSent(context)
  const id = context.id()
  const projectId = context.project.id
  return context.write(
    async (tx) => {
      await lockDisplayIds(tx, projectId, 'sets')
      const source = await mustFind(tx, sets, projectId, id, { lock: true })
      const parts = await entityParts(tx, { context, resource: sets, sent })
      const { fields } = parts
      const cells = await cloneCells(tx, { ...parts, source: { ...source }, authorRequired: false })
      await checkReferences(tx, parts)
      const set = await insertSet(tx, { projectId, cells, fields, now: context.now })
      const news = await copiesOf(tx, source, set.id, context.now)
      if (news.length > 0) await fillSet(tx, set, news, context.now)
      return { show: 'sets', id: set.id }
    },
    { ids: 2 },
  )
}
