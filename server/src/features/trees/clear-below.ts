import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../db/handle.ts'
import { lockRows } from '../../db/store.ts'
import type { EntityWord } from '../entities/entities.ts'

/** The kinds below an entity, itself first, and the column that leads from them to it. */
const BELOW: Record<string, [word: EntityWord, table: string, column: string][]> = {
  requirements: [['requirement', 'requirements', 'id']],
  tests: [
    ['test', 'tests', 'id'],
    ['step', 'steps', 'test_id'],
    ['instance', 'instances', 'test_id'],
    ['run', 'runs', 'test_id'],
    ['step-run', 'step_runs', 'test_id'],
  ],
  sets: [
    ['testset', 'sets', 'id'],
    ['instance', 'instances', 'set_id'],
    ['run', 'runs', 'set_id'],
    ['step-run', 'step_runs', 'set_id'],
  ],
  instances: [
    ['instance', 'instances', 'id'],
    ['run', 'runs', 'instance_id'],
    ['step-run', 'step_runs', 'instance_id'],
  ],
  runs: [
    ['run', 'runs', 'id'],
    ['step-run', 'step_runs', 'id'],
  ],
  steps: [['step', 'steps', 'id']],
  issues: [['issue', 'issues', 'id']],
  milestones: [['milestone', 'milestones', 'id']],
}

/** Kinds that links lead to, by table. */
const LINKED: Record<string, string> = {
  requirements: 'requirements',
  tests: 'tests',
  sets: 'sets',
  issues: 'issues',
  milestones: 'milestones',
  step_runs: 'step-runs',
}

function idsBelow(projectId: number, table: string, column: string, id: number): RawBuilder<unknown> {
  // Step-runs know only their run; the run knows the rest.
  return table === 'step_runs'
    ? sql`select s.id from runs r join step_runs s on s.project_id = r.project_id and s.run_id = r.id
          where r.project_id = ${projectId} and ${sql.ref(`r.${column}`)} = ${id}`
    : sql`select b.id from ${sql.table(table)} b where b.project_id = ${projectId} and ${sql.ref(`b.${column}`)} = ${id}`
}

/** What goes with rows above it, in whatever order the database likes, while a sweep of references may walk over it. */
const GOES_ALONG: ReadonlySet<string> = new Set(['instances', 'runs'])

/**
 * Deletes what hangs on an entity and on everything below it: attachments, comments and links. Call it before the rows
 * themselves go; those below are locked by then, by ascending id (contract §1.10).
 */
export async function clearBelow(tx: Tx, projectId: number, table: string, id: number): Promise<void> {
  for (const [word, from, column] of BELOW[table] ?? []) {
    if (GOES_ALONG.has(from)) {
      await lockRows(tx, from as 'instances', projectId, sql`${sql.ref(column)} = ${id}`)
    }
    const ids = idsBelow(projectId, from, column, id)
    for (const holder of ['attachments', 'comments']) {
      await sql`delete from ${sql.table(holder)}
        where project_id = ${projectId} and entity = ${word} and entity_id in (${ids})`.execute(tx.db)
    }
    const kind = LINKED[from]
    if (kind === undefined) continue
    await sql`delete from links where project_id = ${projectId} and from_kind = ${kind} and from_id in (${ids})`.execute(
      tx.db,
    )
    await sql`delete from links where project_id = ${projectId} and to_kind = ${kind} and to_id in (${ids})`.execute(
      tx.db,
    )
    if (from === 'step_runs') {
      await sql`delete from links where project_id = ${projectId} and via <> 0 and via in (${ids})`.execute(tx.db)
    }
  }
}
