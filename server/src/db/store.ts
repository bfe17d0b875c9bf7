import type { Insertable, Selectable } from 'kysely'
import type { Reader, Tx } from './database.ts'
import { recall } from './memory.ts'
import { WRITES } from './replica.ts'
import type { Schema, TableName } from './schema.ts'

/** SQLite binds at most 32,766 parameters in one statement, PostgreSQL 65,535. */
const MAX_PARAMETERS = 30_000

/**
 * Inserts rows in as few statements as the parameter limit allows. All rows must have the same columns.
 * `skipExisting`: rows whose key is there already are left alone.
 */
export async function insertRows<T extends TableName>(
  tx: Tx,
  table: T,
  rows: Insertable<Schema[T]>[],
  { skipExisting = false } = {},
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).length
  const chunk = Math.max(1, Math.floor(MAX_PARAMETERS / Math.max(1, columns)))
  for (let from = 0; from < rows.length; from += chunk) {
    await tx.db
      .insertInto(table)
      .values(rows.slice(from, from + chunk) as never)
      .$if(skipExisting, (query) => query.onConflict((conflict) => conflict.doNothing()))
      .execute()
  }
}

/** Tables whose rows belong to a project and are found by (project_id, id). */
export type ProjectTable =
  | 'tests'
  | 'steps'
  | 'sets'
  | 'instances'
  | 'runs'
  | 'step_runs'
  | 'issues'
  | 'requirements'
  | 'milestones'
  | 'folders'
  | 'filters'
  | 'comments'
  | 'webhooks'
  | 'custom_fields'
  | 'attachments'
  | 'groups'
  | 'system_fields'

/** Rows of one project by id, ascending; ids that name nothing are left out. */
export async function findByIds<T extends ProjectTable>(
  reader: Reader,
  table: T,
  projectId: number,
  ids: readonly number[],
  { lock = false } = {},
): Promise<Selectable<Schema[T]>[]> {
  if (ids.length === 0) return []
  const rows: unknown[] = []
  const sorted = [...new Set(ids)].sort((a, b) => a - b)
  for (let from = 0; from < sorted.length; from += MAX_PARAMETERS) {
    let query = reader.db
      .selectFrom(table as 'tests')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', 'in', sorted.slice(from, from + MAX_PARAMETERS))
      .orderBy('id')
    if (lock) query = query.modifyEnd(reader.dialect.forUpdate)
    rows.push(...(await query.execute()))
  }
  return rows as Selectable<Schema[T]>[]
}

/** One row of a project by id, locked for the rest of the transaction when asked. */
export async function findById<T extends ProjectTable>(
  reader: Reader,
  table: T,
  projectId: number,
  id: number,
  options: { lock?: boolean } = {},
): Promise<Selectable<Schema[T]> | undefined> {
  return (await findByIds(reader, table, projectId, [id], options))[0]
}

/** Stores changed cells of one row and when they changed; without cells it changes, and bumps, nothing (§1.14). */
export async function changeRow(
  tx: Tx,
  table: ProjectTable,
  { projectId, id, cells, now }: { projectId: number; id: number; cells: object; now: number },
): Promise<void> {
  if (Object.keys(cells).length === 0) return
  await tx.db
    .updateTable(table as 'tests')
    .set({ ...cells, updated_at: now })
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .execute()
}

/** Kinds that number their entities per project (contract §1.10). */
export const NUMBERED = ['requirements', 'tests', 'sets', 'issues', 'milestones'] as const
export type Numbered = (typeof NUMBERED)[number]

/**
 * Reserves `count` display-ids of a kind in a project and returns the first. The counter's row stays locked until the
 * transaction ends, so two requests never get the same one.
 */
export async function nextDisplayIds(tx: Tx, projectId: number, kind: Numbered, count: number): Promise<number> {
  const { value } = await tx.db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', count) }))
    .where('project_id', '=', projectId)
    .where('name', '=', `${kind}.display-id`)
    .returning('value')
    .executeTakeFirstOrThrow()
  return value - count + 1
}

/** Tables whose unfiltered list shows a kept count. */
export const COUNTED = [
  'requirements',
  'tests',
  'steps',
  'sets',
  'instances',
  'runs',
  'step_runs',
  'issues',
  'milestones',
] as const
export type Counted = (typeof COUNTED)[number]

/**
 * Adds to the kept counts of a project. Called last in a transaction, so that the shared rows are locked only while it
 * commits; kinds are taken in one order.
 */
export async function addToCounts(tx: Tx, projectId: number, changes: Partial<Record<Counted, number>>): Promise<void> {
  for (const kind of COUNTED) {
    const change = changes[kind] ?? 0
    if (change === 0) continue
    await tx.db
      .updateTable('counters')
      .set((eb) => ({ value: eb('value', '+', change) }))
      .where('project_id', '=', projectId)
      .where('name', '=', `${kind}.count`)
      .execute()
  }
}

/** The kept count of a kind in a project. */
export async function keptCount(reader: Reader, projectId: number, kind: Counted): Promise<number> {
  return recall(reader, `count ${projectId} ${kind}`, () => readCount(reader, projectId, kind))
}

async function readCount(reader: Reader, projectId: number, kind: Counted): Promise<number> {
  const row = await reader.db
    .selectFrom('counters')
    .select('value')
    .where('project_id', '=', projectId)
    .where('name', '=', `${kind}.count`)
    .executeTakeFirst()
  return row?.value ?? 0
}

/** The counters that a new project starts with. */
export function initialCounters(projectId: number): Schema['counters'][] {
  const names = [...COUNTED.map((kind) => `${kind}.count`), ...NUMBERED.map((kind) => `${kind}.display-id`), WRITES]
  return names.map((name) => ({ project_id: projectId, name, value: 0 }))
}
