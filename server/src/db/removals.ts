import { type RawBuilder, sql } from 'kysely'
import { fieldIdOf } from '../core/field-key.ts'
import { type KindTable, tablesWith } from '../core/kinds.ts'
import type { Row } from '../core/resource/define-resource.ts'
import { cached } from './cache.ts'
import type { Database, Reader, Tx } from './handle.ts'
import { prepared } from './prepared.ts'
import type { Schema, TableName } from './schema.ts'
import { changeCells, findByIds, insertRows } from './store.ts'

/** What can be deleted while rows still refer to it. */
export type RemovedKind = 'field' | 'folder' | 'milestone' | 'group'

/**
 * Notes that something was deleted: from now on no reader sees a reference to it, and a sweep removes the references
 * in short batches (contract §7.2).
 */
export async function addRemoval(
  tx: Tx,
  { projectId, kind, id, now }: { projectId: number; kind: RemovedKind; id: number; now: number },
): Promise<void> {
  await insertRows(tx, 'removals', [{ project_id: projectId, kind, id, created_at: now }])
}

type Removed = Record<RemovedKind, Set<number>>

function removedOf(reader: Reader, projectId: number): Promise<Removed | undefined> | Removed | undefined {
  return cached(reader, `removed ${projectId}`, () => readRemoved(reader, projectId))
}

const removalsOf = prepared(({ db }, { projectId }: { projectId: number }) =>
  db.selectFrom('removals').select(['kind', 'id']).where('project_id', '=', projectId),
)

async function readRemoved(reader: Pick<Reader, 'db' | 'dialect'>, projectId: number): Promise<Removed | undefined> {
  const rows = await removalsOf(reader, { projectId })
  if (rows.length === 0) return undefined
  const removed: Removed = { field: new Set(), folder: new Set(), milestone: new Set(), group: new Set() }
  for (const { kind, id } of rows) removed[kind as RemovedKind].add(id)
  return removed
}

/** Custom-field values without those of removed fields; the same text when none is there. */
function withoutFields(json: string, fields: ReadonlySet<number>): string {
  const values = Object.entries(JSON.parse(json))
  const kept = values.filter(([key]) => !fields.has(fieldIdOf(key)))
  return kept.length === values.length ? json : JSON.stringify(Object.fromEntries(kept))
}

/** Cells of a row that refer to something removed, as they read from now on; an empty object when none does. */
function cleaned(row: Row, removed: Removed): Row {
  const cells: Row = {}
  if (typeof row.custom_fields === 'string' && removed.field.size > 0) {
    const json = withoutFields(row.custom_fields, removed.field)
    if (json !== row.custom_fields) cells.custom_fields = json
  }
  if (removed.folder.has(Number(row.folder_id))) cells.folder_id = null
  if (removed.milestone.has(Number(row.milestone_id))) cells.milestone_id = null
  if (row.assigned_to_type === 'group' && removed.group.has(Number(row.assigned_to_id))) {
    cells.assigned_to_id = null
    cells.assigned_to_type = null
  }
  return cells
}

/** Hides references to removed things from rows of one project that are about to be shown. */
export async function hideRemoved(reader: Reader, projectId: number, rows: Row[]): Promise<void> {
  if (rows.length === 0) return
  const removed = await removedOf(reader, projectId)
  if (removed) for (const row of rows) Object.assign(row, cleaned(row, removed))
}

const BATCH = 500

/** The tables that have a column. */
type TableHaving<C extends string> = { [T in TableName]: C extends keyof Schema[T] ? T : never }[TableName]

/** Tables whose rows refer to each kind. */
const REFERRING: Record<RemovedKind, readonly KindTable[]> = {
  field: tablesWith('fields') satisfies TableHaving<'custom_fields'>[],
  folder: tablesWith('folder') satisfies TableHaving<'folder_id'>[],
  milestone: tablesWith('milestone') satisfies TableHaving<'milestone_id'>[],
  group: tablesWith('assignee') satisfies TableHaving<'assigned_to_type'>[],
}

const CONDITION: Record<RemovedKind, (id: number) => RawBuilder<boolean>> = {
  field: (id) => sql`custom_fields like ${`%"---f-${id}"%`}`,
  folder: (id) => sql`folder_id = ${id}`,
  milestone: (id) => sql`milestone_id = ${id}`,
  group: (id) => sql`assigned_to_type = 'group' and assigned_to_id = ${id}`,
}

interface Removal {
  projectId: number
  kind: RemovedKind
  id: number
  table: string
}

/** Kinds that no index leads to: their tables are walked, so many rows at a time. */
const WALKED = new Set<RemovedKind>(['field', 'group'])

/** The end of the next stretch of a walk: the id of its last row, undefined when it reaches the end of the table. */
async function endOfStretch(database: Database, { projectId, table }: Removal, after: number) {
  const { rows } = await sql<{ id: number }>`select id from ${sql.table(table)}
    where project_id = ${projectId} and id > ${after} order by id limit 1 offset ${BATCH - 1}`.execute(database.read.db)
  return rows[0] && Number(rows[0].id)
}

/**
 * The next rows that refer to something removed, and the id to go on from; undefined at the end. Read outside a
 * transaction, because finding nothing can take long and must not keep writers waiting.
 */
async function findReferring(database: Database, removal: Removal, after: number) {
  const { projectId, kind, id, table } = removal
  const end = WALKED.has(kind) ? await endOfStretch(database, removal, after) : undefined
  const { rows } = await sql<{ id: number }>`select id from ${sql.table(table)}
    where project_id = ${projectId} and id > ${after} ${end === undefined ? sql`` : sql`and id <= ${end}`}
      and ${CONDITION[kind](id)}
    order by id limit ${BATCH}`.execute(database.read.db)
  const ids = rows.map((row) => Number(row.id))
  return { ids, next: end ?? (ids.length < BATCH ? undefined : ids.at(-1)) }
}

/** Removes the references of some rows, in one short transaction. */
async function cleanRows(database: Database, { projectId, kind, id, table }: Removal, ids: number[]): Promise<void> {
  const none: Removed = { field: new Set(), folder: new Set(), milestone: new Set(), group: new Set() }
  const removed = { ...none, [kind]: new Set([id]) }
  await database.write(0, async (tx) => {
    for (const row of await findByIds(tx, table as 'tests', projectId, ids, { lock: true })) {
      const cells = cleaned({ ...row }, removed)
      await changeCells(tx, table as 'tests', { projectId, id: row.id, cells })
    }
  })
}

async function cleanTable(database: Database, removal: Removal, signal: AbortSignal): Promise<void> {
  let after: number | undefined = 0
  while (after !== undefined) {
    signal.throwIfAborted()
    const { ids, next }: { ids: number[]; next: number | undefined } = await findReferring(database, removal, after)
    if (ids.length > 0) await cleanRows(database, removal, ids)
    after = next
  }
}

async function dropFieldValues(
  database: Database,
  { projectId, fieldId }: { projectId: number; fieldId: number },
  signal: AbortSignal,
): Promise<void> {
  for (let gone = BATCH; gone >= BATCH; ) {
    signal.throwIfAborted()
    gone = await database.write(0, async ({ db }) => {
      const { rows } = await sql<{ kind: string; entity_id: number; position: number }>`
        select kind, entity_id, position from field_values
        where project_id = ${projectId} and field_id = ${fieldId}
        order by kind, entity_id, position limit ${BATCH}`.execute(db)
      for (const row of rows) {
        await db
          .deleteFrom('field_values')
          .where('project_id', '=', projectId)
          .where('kind', '=', row.kind)
          .where('entity_id', '=', row.entity_id)
          .where('field_id', '=', fieldId)
          .where('position', '=', row.position)
          .execute()
      }
      return rows.length
    })
  }
}

/** Removes the references to everything that was deleted, in short transactions; throws when `signal` is aborted. */
export async function sweepRemovals(database: Database, signal: AbortSignal): Promise<void> {
  const removals = await database.read.db.selectFrom('removals').selectAll().execute()
  for (const { project_id: projectId, kind, id } of removals) {
    const removed = kind as RemovedKind
    for (const table of REFERRING[removed]) {
      await cleanTable(database, { projectId, kind: removed, id, table }, signal)
    }
    if (removed === 'field') await dropFieldValues(database, { projectId, fieldId: id }, signal)
    await database.write(0, async ({ db }) => {
      await db
        .deleteFrom('removals')
        .where('project_id', '=', projectId)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .execute()
    })
  }
}
