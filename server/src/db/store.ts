import type { Expression, Insertable, Selectable, SqlBool, Updateable } from 'kysely'
import { ENTITY_WORDS, KINDS, type KindTable, tablesWith } from '../core/kinds.ts'
import { memoize } from '../core/memoize.ts'
import { cached } from './cache.ts'
import type { CountChange, Reader, Tx } from './handle.ts'
import { prepared } from './prepared.ts'
import { WRITES } from './replica.ts'
import type { Schema, TableName } from './schema.ts'
import type { TABLES } from './tables.ts'

/** The cells of objects, each in the order of `columns`. Throws when one has other columns. */
function cellsOf(columns: readonly string[], rows: readonly object[]): unknown[][] {
  return rows.map((row) => {
    const isSame = Object.keys(row).length === columns.length && columns.every((column) => column in row)
    if (!isSame) throw new Error(`Rows stored together differ in their columns: ${columns} and ${Object.keys(row)}`)
    return columns.map((column) => (row as Record<string, unknown>)[column])
  })
}

/** Inserts rows. All must have the same columns. `skipExisting`: rows whose key is there already are left alone. */
export async function insertRows<T extends TableName>(
  tx: Tx,
  table: T,
  rows: Insertable<Schema[T]>[],
  { skipExisting = false } = {},
): Promise<void> {
  if (rows.length === 0) return
  const columns = Object.keys(rows[0] as object)
  const statements = tx.dialect.insertMany(table, columns, cellsOf(columns, rows), { skipExisting })
  for (const statement of statements) await tx.db.executeQuery(statement)
}

/** New cells of one row, by column. */
export interface ChangedRow {
  id: number
  [column: string]: string | number | null
}

/** Stores changed cells of many rows of a project. All must have the same columns, `id` among them. */
export async function updateRows(
  tx: Tx,
  table: ProjectTable,
  projectId: number,
  rows: readonly ChangedRow[],
): Promise<void> {
  if (rows.length === 0) return
  const columns = [...Object.keys(rows[0] as object).filter((column) => column !== 'id'), 'id']
  const cells = cellsOf(columns, rows)
  const statements = tx.dialect.updateMany(table, projectId, columns.slice(0, -1), cells)
  for (const statement of statements) await tx.db.executeQuery(statement)
}

/** Tables whose rows belong to a project and are found by (project_id, id). */
export type ProjectTable = {
  [T in TableName]: (typeof TABLES)[T] extends { scope: 'project'; key: readonly ['id'] } ? T : never
}[TableName]

/** Rows of one project by id, ascending; ids that name nothing are left out. */
export async function findByIds<T extends ProjectTable>(
  reader: Reader,
  table: T,
  projectId: number,
  ids: readonly number[],
  { lock = false } = {},
): Promise<Selectable<Schema[T]>[]> {
  if (ids.length === 0) return []
  const rows = await byIds(table)[lock ? 'lock' : 'read'](reader, { projectId, ids: [...new Set(ids)] })
  return rows as Selectable<Schema[T]>[]
}

/** Reads rows of a table by ids, which are one parameter, and locks them for the rest of the transaction or not. */
const byIds = memoize((table: ProjectTable) => {
  const query = (locking: boolean) =>
    prepared(({ db, dialect }, { projectId, ids }: { projectId: number; ids: readonly number[] }) => {
      const rows = db
        .selectFrom(table as 'tests')
        .selectAll()
        .where('project_id', '=', projectId)
        .where(dialect.oneOf('id', ids))
        .orderBy('id')
      return locking ? rows.modifyEnd(dialect.forUpdate) : rows
    })
  return { read: query(false), lock: query(true) }
})

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

/** Stores cells of one row as they are; without any it does nothing. */
export async function changeCells<T extends ProjectTable>(
  tx: Tx,
  table: T,
  { projectId, id, cells }: { projectId: number; id: number; cells: Updateable<Schema[T]> },
): Promise<void> {
  if (Object.keys(cells).length === 0) return
  await tx.db
    .updateTable(table as 'tests')
    .set(cells as Updateable<Schema['tests']>)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .execute()
}

/** Stores changed cells of one row and when they changed; without cells it changes, and bumps, nothing (§1.14). */
export async function changeRow(
  tx: Tx,
  table: ProjectTable,
  { projectId, id, cells, now }: { projectId: number; id: number; cells: object; now: number },
): Promise<void> {
  if (Object.keys(cells).length === 0) return
  await changeCells(tx, table as 'tests', { projectId, id, cells: { ...cells, updated_at: now } })
}

/** In which of some projects a row is; undefined in none of them. */
export async function projectOf(
  { db }: Pick<Reader, 'db'>,
  table: ProjectTable,
  projectIds: readonly number[],
  id: number,
): Promise<number | undefined> {
  if (projectIds.length === 0) return undefined
  const row = await db
    .selectFrom(table as 'tests')
    .select('project_id')
    .where('project_id', 'in', projectIds)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.project_id
}

/** Deletes one row of a project. */
export async function deleteRow(tx: Tx, table: ProjectTable, projectId: number, id: number): Promise<void> {
  await tx.db
    .deleteFrom(table as 'tests')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .execute()
}

/** Tables that number their rows per project (contract §1.10). */
export const NUMBERED = [...tablesWith('displayId'), 'builds', 'failures'] as const
export type Numbered = (typeof NUMBERED)[number]

/**
 * Reserves `count` display-ids of a kind in a project and returns the first. The counter's row stays locked until the
 * transaction ends, so two requests never get the same one.
 */
export async function nextDisplayIds(tx: Tx, projectId: number, kind: Numbered, count: number): Promise<number> {
  const [counter] = await shiftCounter(tx, { projectId, name: `${kind}.display-id`, change: count })
  return (counter as { value: number }).value - count + 1
}

/** Tables whose unfiltered list shows a kept count. */
export const COUNTED = ENTITY_WORDS.map((word) => KINDS[word].table)
export type Counted = KindTable

/** Adds to the kept counts of a project, when the transaction ends. */
export function addToCounts(tx: Tx, projectId: number, changes: Partial<Record<Counted, number>>): void {
  for (const kind of COUNTED) {
    const change = changes[kind] ?? 0
    if (change !== 0) tx.last.counts.push({ projectId, name: `${kind}.count`, change })
  }
}

/**
 * Stores what the transaction added to kept counts: as its last step, so that rows which everybody shares are locked
 * only while it commits, and in one order (contract §1.10).
 */
export async function storeCounts(tx: Tx): Promise<void> {
  const groups = Map.groupBy(tx.last.counts, ({ projectId, name }) => `${String(projectId).padStart(16, '0')} ${name}`)
  for (const [, changes] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { projectId, name } = changes[0] as CountChange
    const change = changes.reduce((sum, each) => sum + each.change, 0)
    if (change !== 0) await shiftCounter(tx, { projectId, name, change })
  }
}

/**
 * Takes the place of a display-id counter in the order of locks without a number, for transactions that lock other
 * rows before they ask for one.
 */
export async function lockDisplayIds(tx: Tx, projectId: number, kind: Numbered): Promise<void> {
  await shiftCounter(tx, { projectId, name: `${kind}.display-id`, change: 0 })
}

/** Locks rows of a project by ascending id before one statement changes all of them, in whatever order it likes. */
export async function lockRows(
  tx: Tx,
  table: ProjectTable,
  projectId: number,
  condition: Expression<SqlBool>,
): Promise<number[]> {
  const rows = await tx.db
    .selectFrom(table as 'tests')
    .select('id')
    .where('project_id', '=', projectId)
    .where(condition)
    .orderBy('id')
    .modifyEnd(tx.dialect.forUpdate)
    .execute()
  return rows.map((row) => Number(row.id))
}

const shiftCounter = prepared(({ db }, { projectId, name, change }: { [key in keyof CountChange]: CountChange[key] }) =>
  db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', change) }))
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .returning('value'),
)

/** The kept count of a kind in a project. */
export async function keptCount(reader: Reader, projectId: number, kind: Counted): Promise<number> {
  return cached(reader, `count ${projectId} ${kind}`, () => readCount(reader, projectId, kind))
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
