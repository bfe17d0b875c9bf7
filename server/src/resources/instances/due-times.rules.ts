import type { InstanceRow, SetRow, TestRow } from '../../db/schema.ts'

/**
 * When an agent shall run an instance (contract §6.4) is kept with it: `due_at` is the instance's planned execution,
 * else its set's, while an agent can run its test and no run was created later than that time; otherwise null. So an
 * index over `due_at` holds nothing but work for agents. Whatever changes one of these facts keeps it, in its own
 * transaction: new instances (`dueTime`), new runs (`dueAfterRun`), and everything else (`refreshDueTimes` in due-times.store.ts).
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
