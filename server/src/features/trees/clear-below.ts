import { type RawBuilder, sql } from 'kysely'
import { type EntityWord, kindOf } from '../../core/kinds.ts'
import type { Tx } from '../../db/handle.ts'
import { lockRows } from '../../db/store.ts'

/** Step-runs go with their run only. */
type Deleted = Exclude<EntityWord, 'step-run'>

/** The kinds that hang on one of each kind, and the column that leads from them to it. */
const HANGING: Record<Deleted, [word: EntityWord, column: string][]> = {
  requirement: [],
  test: [
    ['step', 'test_id'],
    ['instance', 'test_id'],
    ['run', 'test_id'],
    ['step-run', 'test_id'],
  ],
  step: [],
  testset: [
    ['instance', 'set_id'],
    ['run', 'set_id'],
    ['step-run', 'set_id'],
  ],
  instance: [
    ['run', 'instance_id'],
    ['step-run', 'instance_id'],
  ],
  run: [['step-run', 'id']],
  issue: [],
  milestone: [],
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
export async function clearBelow(tx: Tx, projectId: number, kind: Deleted, id: number): Promise<void> {
  for (const [word, column] of [[kind, 'id'] as const, ...HANGING[kind]]) {
    const { table: from, type, links } = kindOf(word)
    if (GOES_ALONG.has(from)) {
      await lockRows(tx, from as 'instances', projectId, sql`${sql.ref(column)} = ${id}`)
    }
    const ids = idsBelow(projectId, from, column, id)
    for (const holder of ['attachments', 'comments']) {
      await sql`delete from ${sql.table(holder)}
        where project_id = ${projectId} and entity = ${word} and entity_id in (${ids})`.execute(tx.db)
    }
    if (links === undefined) continue
    await sql`delete from links where project_id = ${projectId} and from_kind = ${type} and from_id in (${ids})`.execute(
      tx.db,
    )
    await sql`delete from links where project_id = ${projectId} and to_kind = ${type} and to_id in (${ids})`.execute(
      tx.db,
    )
    if (from === 'step_runs') {
      await sql`delete from links where project_id = ${projectId} and via <> 0 and via in (${ids})`.execute(tx.db)
    }
  }
}
