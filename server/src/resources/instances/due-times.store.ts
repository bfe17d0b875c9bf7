import { sql } from 'kysely'
import type { Tx } from '../../db/handle.ts'
import { findByIds } from '../../db/store.ts'
import { agentTask } from './due-times.rules.ts'

const BATCH = 10_000

/** Computes anew when instances are due: one, those of a set, or those of a test. Their rows are locked by ascending id. */
export async function refreshDueTimes(
  tx: Tx,
  projectId: number,
  column: 'id' | 'set_id' | 'test_id',
  id: number,
): Promise<void> {
  const seen = await tx.db
    .selectFrom('instances as i')
    .innerJoin('tests as t', (join) => join.onRef('t.project_id', '=', 'i.project_id').onRef('t.id', '=', 'i.test_id'))
    .select(['i.id', 't.test_type', 't.automated_fields'])
    .where('i.project_id', '=', projectId)
    .where(`i.${column}`, '=', id)
    .where((eb) => eb.or([eb('t.test_type', '=', 'xBotTest'), eb('i.due_at', 'is not', null)]))
    .orderBy('i.id')
    .execute()
  const planned = sql`coalesce(instances.planned_execution, s.planned_execution)`
  for (let i = 0; i < seen.length; i += BATCH) {
    const members = seen.slice(i, i + BATCH)
    const ids = (list: typeof members) => list.map((row) => row.id)
    await findByIds(tx, 'instances', projectId, ids(members), { lock: true })
    const parts = Map.groupBy(members, (row) => agentTask(row) !== undefined)
    const forAgents = ids(parts.get(true) ?? [])
    const others = ids(parts.get(false) ?? [])
    if (forAgents.length > 0) {
      await sql`update instances set due_at = (
          select ${planned} from sets s
          where s.project_id = ${projectId} and s.id = instances.set_id and not exists (
            select 1 from runs r where r.project_id = ${projectId} and r.instance_id = instances.id
              and r.created_at > ${planned}))
        where project_id = ${projectId} and id in (${sql.join(forAgents)})`.execute(tx.db)
    }
    if (others.length > 0) {
      await tx.db
        .updateTable('instances')
        .set({ due_at: null })
        .where('project_id', '=', projectId)
        .where('id', 'in', others)
        .execute()
    }
  }
}
