import { apiError } from '../../core/errors.ts'
import type { Reader } from '../../db/handle.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { visibleProjects } from '../../features/members/visible-projects.ts'
import { type AgentTask, agentTask } from '../instances/due-times.rules.ts'
import { claim, type DueAfter, dueInstances, projectsWithWork } from './next-test.store.ts'

/** How much longer than its time-out a task stays with the agent that took it, in milliseconds. */
const GRACE = 5 * 60_000

/** Candidates read at a time. */
const BATCH = 50

/** An instance that an agent may run now. */
interface Candidate {
  projectId: number
  id: number
  dueAt: number
  setId: number
  setName: string
  testId: number
  task: AgentTask
}

/** What a client may run in a project, in the order of contract §6.4: due time, set id, instance id. */
async function* candidatesIn(
  reader: Reader,
  projectId: number,
  clientId: string,
  now: number,
): AsyncGenerator<Candidate> {
  let after: DueAfter | undefined
  for (;;) {
    const rows = await dueInstances(reader, projectId, { now, after, limit: BATCH })
    for (const row of rows) {
      const task = agentTask(row)
      const fits = task !== undefined && (task.clientType.trim() === '' || task.clientType === clientId)
      if (!fits || (row.claimed_until !== null && row.claimed_until > now)) continue
      const { id, set_id: setId, test_id: testId, name: setName } = row
      yield { projectId, id, dueAt: Number(row.due_at), setId, setName, testId, task }
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < BATCH) return
    after = { dueAt: Number(last.due_at), setId: last.set_id, id: last.id }
  }
}

const isBefore = (a: Candidate, b: Candidate) =>
  a.dueAt !== b.dueAt ? a.dueAt < b.dueAt : a.setId !== b.setId ? a.setId < b.setId : a.id < b.id

/** Candidates of several projects in one order. */
async function* candidates(reader: Reader, projects: readonly number[], clientId: string, now: number) {
  const heads: { candidate: Candidate; rest: AsyncGenerator<Candidate> }[] = []
  for (const projectId of projects) {
    const rest = candidatesIn(reader, projectId, clientId, now)
    const { value, done } = await rest.next()
    if (!done) heads.push({ candidate: value, rest })
  }
  while (heads.length > 0) {
    const first = heads.reduce((a, b) => (isBefore(b.candidate, a.candidate) ? b : a))
    yield first.candidate
    const { value, done } = await first.rest.next()
    if (done) heads.splice(heads.indexOf(first), 1)
    else first.candidate = value
  }
}

/** What the agent is told: plain JSON, texts never null, and no `instance` key without work (contract §6.4). */
function taskFor({ id, testId, setId, setName, task }: Candidate, timeout: number): object {
  return {
    instance: { id, timeout_in_seconds: timeout },
    test: {
      id: testId,
      path_to_application: task.scriptPath,
      path_to_results: task.resultsPath,
      num_of_files_to_upload: task.files,
    },
    testSet: { id: setId, name: setName },
  }
}

/**
 * `GET /api/v1/automated_tests/next_test.json`, with the seconds that an agent may take for one test: one instance that is due, claimed for the agent that asks until its
 * time-out and five minutes are over or a run of it arrives; `{}` when there is none (contract §6.4).
 */
export const nextTest =
  (agentTimeout: number) =>
  async (context: Context): Promise<Answer> => {
    const { reader, caller, now } = context
    const projects = await visibleProjects(context, 'runs')
    if (projects.length === 0 && !caller.passesAll) {
      throw apiError('forbidden', { title: 'This token lacks the permission "runs" in every project' })
    }
    const clientId = context.query.get('client-id') ?? ''
    const until = now + agentTimeout * 1000 + GRACE
    for await (const candidate of candidates(reader, await projectsWithWork(reader, projects, now), clientId, now)) {
      let won = false
      const answer = await context.write(async (tx) => {
        won = await claim(tx, candidate, { now, until })
        return { body: taskFor(candidate, agentTimeout) }
      })
      if (won) return answer
    }
    return { body: {} }
  }
