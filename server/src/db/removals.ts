import { type RawBuilder, sql } from 'kysely'
import type { Row } from '../core/resource/define-resource.ts'
import type { Database, Reader, Tx } from './database.ts'
import { insertRows } from './store.ts'

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

async function removedOf(reader: Pick<Reader, 'db'>, projectId: number): Promise<Removed | undefined> {
  const rows = await reader.db
    .selectFrom('removals')
    .select(['kind', 'id'])
    .where('project_id', '=', projectId)
    .execute()
  if (rows.length === 0) return undefined
  const removed: Removed = { field: new Set(), folder: new Set(), milestone: new Set(), group: new Set() }
  for (const { kind, id } of rows) removed[kind as RemovedKind].add(id)
  return removed
}

/** Custom-field values without those of removed fields; the same text when none is there. */
function withoutFields(json: string, fields: ReadonlySet<number>): string {
  const values = Object.entries(JSON.parse(json))
  const kept = values.filter(([key]) => !fields.has(Number(/\d+$/.exec(key)?.[0])))
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
export async function hideRemoved(reader: Pick<Reader, 'db'>, projectId: number, rows: Row[]): Promise<void> {
  if (rows.length === 0) return
  const removed = await removedOf(reader, projectId)
  if (removed) for (const row of rows) Object.assign(row, cleaned(row, removed))
}

const BATCH = 500

/** Tables whose rows refer to each kind. */
const REFERRING: Record<RemovedKind, string[]> = {
  field: ['requirements', 'tests', 'sets', 'issues', 'milestones', 'instances', 'runs'],
  folder: ['requirements', 'tests', 'sets', 'issues'],
  milestone: ['sets'],
  group: ['requirements', 'tests', 'sets', 'issues', 'instances'],
}

const CONDITION: Record<RemovedKind, (id: number) => RawBuilder<boolean>> = {
  field: (id) => sql`custom_fields like ${`%"---f-${id}"%`}`,
  folder: (id) => sql`folder_id = ${id}`,
  milestone: (id) => sql`milestone_id = ${id}`,
  group: (id) => sql`assigned_to_type = 'group' and assigned_to_id = ${id}`,
}

/** Cleans one batch of a table from an id on; answers the id to go on from, undefined at the end. */
async function cleanBatch(
  database: Database,
  o: { projectId: number; kind: RemovedKind; id: number; table: string; after: number },
): Promise<number | undefined> {
  return database.write(0, async (tx) => {
    const lock = tx.dialect.forUpdate
    const { rows } = await sql<Row>`select * from ${sql.table(o.table)}
      where project_id = ${o.projectId} and id > ${o.after} and ${CONDITION[o.kind](o.id)}
      order by id limit ${BATCH} ${lock}`.execute(tx.db)
    const none: Removed = { field: new Set(), folder: new Set(), milestone: new Set(), group: new Set() }
    const removed = { ...none, [o.kind]: new Set([o.id]) }
    for (const row of rows) {
      const cells = cleaned(row, removed)
      if (Object.keys(cells).length === 0) continue
      await tx.db
        .updateTable(o.table as 'tests')
        .set(cells)
        .where('project_id', '=', o.projectId)
        .where('id', '=', Number(row.id))
        .execute()
    }
    return rows.length < BATCH ? undefined : Number(rows.at(-1)?.id)
  })
}

async function dropFieldValues(database: Database, projectId: number, fieldId: number): Promise<void> {
  for (let gone = BATCH; gone >= BATCH; ) {
    gone = await database.write(0, async ({ db }) => {
      const { rows } = await sql<{ kind: string; entity_id: number; position: number }>`
        select kind, entity_id, position from field_values
        where project_id = ${projectId} and field_id = ${fieldId} limit ${BATCH}`.execute(db)
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

/** Removes the references to everything that was deleted, in short transactions. */
export async function sweepRemovals(database: Database): Promise<void> {
  const removals = await database.read.db.selectFrom('removals').selectAll().execute()
  for (const { project_id: projectId, kind, id } of removals) {
    const removed = kind as RemovedKind
    for (const table of REFERRING[removed]) {
      let after: number | undefined = 0
      while (after !== undefined) after = await cleanBatch(database, { projectId, kind: removed, id, table, after })
    }
    if (removed === 'field') await dropFieldValues(database, projectId, id)
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
