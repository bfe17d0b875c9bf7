import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { SaxesParser } from 'saxes'

/**
 * The least an import can cost: parsing its report, and inserting the rows that it became with prepared statements,
 * a transaction for every thousand results. Prints the seconds of each.
 */
const [report, source, target] = process.argv.slice(2) as [string, string, string]

function parse(): number {
  const text = readFileSync(report, 'utf8')
  const started = performance.now()
  const parser = new SaxesParser()
  let cases = 0
  parser.on('opentag', ({ name }) => {
    if (name === 'testcase') cases++
  })
  parser.write(text).close()
  if (cases === 0) throw new Error('The report holds no cases')
  return performance.now() - started
}

/** What an import adds a row to for every result. */
const TABLES = ['runs', 'results', 'history_events']
const TRANSACTION = 1000

function insert(): number {
  const from = new DatabaseSync(source, { readOnly: true })
  const into = new DatabaseSync(target, { enableForeignKeyConstraints: false })
  into.exec('pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32000')
  const { id, runs: count } = from.prepare('select id, runs from imports order by id desc limit 1').get() as {
    id: number
    runs: number
  }
  const first = from.prepare('select min(id) as id from runs where import_id = ?').get(id) as { id: number }
  const rows: Record<string, unknown[][]> = {
    runs: cells('select * from runs where id >= ? and import_id is not null', first.id),
    results: cells('select * from results where run_id >= ?', first.id),
    history_events: cells('select * from history_events order by id desc limit ?', count),
  }
  const statements = TABLES.map((table) => {
    for (const { sql } of from
      .prepare("select sql from sqlite_schema where tbl_name = ? and sql is not null and type in ('table', 'index')")
      .all(table) as { sql: string }[])
      into.exec(sql)
    const marks = rows[table]?.[0]?.map(() => '?').join(', ')
    return into.prepare(`insert into ${table} values (${marks})`)
  })
  const started = performance.now()
  for (let at = 0; at < count; at += TRANSACTION) {
    into.exec('begin')
    for (const [index, table] of TABLES.entries()) {
      for (const row of rows[table]?.slice(at, at + TRANSACTION) ?? []) statements[index]?.run(...(row as number[]))
    }
    into.exec('commit')
  }
  return performance.now() - started

  function cells(sql: string, value: number): unknown[][] {
    const statement = from.prepare(sql)
    statement.setReturnArrays(true)
    return statement.all(value) as unknown as unknown[][]
  }
}

process.stdout.write(`${parse() / 1000} ${insert() / 1000}`)
