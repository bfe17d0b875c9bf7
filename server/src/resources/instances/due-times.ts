import { sql } from 'kysely'
import type { Tx } from '../../db/handle.ts'
import type { InstanceRow, SetRow, TestRow } from '../../db/schema.ts'
import { findByIds } from '../../db/store.ts'

/**
 * When an agent shall run an instance (contract §6.4) is kept with it: `due_at` is the instance's planned execution,
 * else its set's, while an agent can run its test and no run was created later than that time; otherwise null. So an
 * index over `due_at` holds nothing but work for agents. Whatever changes one of these facts keeps it, in its own
 * transaction: new instances (`dueTime`), new runs (`dueAfterRun`), and everything else (`refreshDueTimes`).
 */
export type Automation = Pick<TestRow, 'test_type' | 'automated_fields'>

/** What of `automated-fields` an agent is told; texts are blank when unset. */
export interface AgentTask {
  scriptPath: string
  resultsPath: string
  clientType: string
  files: number
}

/** The task that a test is for an agent, or undefined: only an xBotTest with a script path is one. */
export function agentTask({ test_type, automated_fields }: Automation): AgentTask | undefined {
  if (test_type !== 'xBotTest') return undefined
  const { script_path, results_path, client_type, num_of_results } = JSON.parse(automated_fields)
  if (String(script_path ?? '').trim() === '') return undefined
  const [resultsPath, clientType] = [String(results_path ?? ''), String(client_type ?? '')]
  return { scriptPath: String(script_path), resultsPath, clientType, files: Number(num_of_results ?? 0) }
}

/** `due_at` of a new instance. */
export function dueTime(
  instance: Pick<InstanceRow, 'planned_execution'>,
  set: Pick<SetRow, 'planned_execution'> | undefined,
  test: Automation | undefined,
): number | null {
  if (test === undefined || agentTask(test) === undefined) return null
  return instance.planned_execution ?? set?.planned_execution ?? null
}

/** What a run created at `now` (milliseconds) leaves of an instance's order: it ends every claim, and what was due. */
export function dueAfterRun({ due_at }: Pick<InstanceRow, 'due_at'>, now: number) {
  return { claimed_until: null, due_at: due_at !== null && due_at < now ? null : due_at }
}

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
