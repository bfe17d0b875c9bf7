import type { DatabaseSync } from 'node:sqlite'

/** Rows of one project that share a value of a column, as the planner should assume; others are nearly unique. */
const ROWS_PER_VALUE: Record<string, number> = {
  project_id: 1_000_000,
  run_type: 500_000,
  status: 200_000,
  run_status: 200_000,
  entity: 200_000,
  kind: 1_000_000,
  from_kind: 200_000,
  to_kind: 200_000,
  field_id: 100_000,
  status_folded: 200_000,
  version_folded: 100_000,
  priority_folded: 200_000,
  issue_type_folded: 200_000,
  status_id: 200_000,
  folder_id: 1000,
  milestone_id: 1000,
  assigned_to_id: 10_000,
  set_id: 1000,
  id: 1,
}
const NEARLY_UNIQUE = 10
const TABLE_ROWS = 1_000_000

/**
 * Tells SQLite's planner what a large project looks like, instead of letting it guess from an empty one: without this
 * it walks a project in id order to save a sort. Fixed numbers keep the plans the same on every database and at every
 * size; nothing is measured, so it costs nothing at start.
 */
export function describeLargeProjects(database: DatabaseSync): void {
  database.exec('analyze settings; delete from sqlite_stat1')
  const insert = database.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)')
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table' and sql like '%without rowid%'")
    .all() as { name: string }[]
  for (const { name: table } of tables) {
    const indexes = database.prepare('select name, origin from pragma_index_list(?)').all(table) as {
      name: string
      origin: string
    }[]
    for (const { name, origin } of indexes) {
      const columns = database
        .prepare('select name from pragma_index_xinfo(?) where key = 1 order by seqno')
        .all(name) as { name: string }[]
      let rows = TABLE_ROWS
      const stat = columns.map((column, index) => {
        rows = Math.min(rows, ROWS_PER_VALUE[column.name] ?? NEARLY_UNIQUE)
        return index === columns.length - 1 ? 1 : rows
      })
      // The primary key of a table without rowids goes by the table's name.
      insert.run(table, origin === 'pk' ? table : name, [TABLE_ROWS, ...stat].join(' '))
    }
  }
  database.exec('analyze sqlite_schema')
}
