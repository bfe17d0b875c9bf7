import { readdirSync } from 'node:fs'
import { sql } from 'kysely'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createPostgresDatabase } from '../../../../test-support/postgres-database.ts'
import { openDatabase } from '../database.ts'
import type { Database } from '../handle.ts'
import { MIGRATIONS, ROLLING } from './all.ts'

it('lists every migration of the folder, in order', () => {
  const files = readdirSync(import.meta.dirname).flatMap((file) => /^(\d{12}-.+)\.ts$/.exec(file)?.[1] ?? [])
  expect(Object.keys(MIGRATIONS)).toEqual(files.sort())
})

interface Column {
  place: string
  type: string
  /** Whether an insert must name it. */
  required: boolean
}

/** The columns, and what restricts the rows: what statements of the release before rely on. */
async function schemaOf({ read }: Database): Promise<{ columns: Column[]; rules: string[] }> {
  const columns = await sql<Column>`
    select table_name || '.' || column_name as place, data_type as type,
      is_nullable = 'NO' and column_default is null and is_identity = 'NO' as required
    from information_schema.columns where table_schema = 'public' order by 1`.execute(read.db)
  const rules = await sql<{ rule: string }>`
    select conrelid::regclass || ' ' || pg_get_constraintdef(oid) as rule from pg_constraint
      where connamespace = 'public'::regnamespace
    union select indexdef from pg_indexes where schemaname = 'public' and indexdef like 'CREATE UNIQUE%'
    order by 1`.execute(read.db)
  return { columns: columns.rows, rules: rules.rows.map(({ rule }) => rule) }
}

describe('a migration that the release before can run beside', () => {
  it.each([...ROLLING])('takes away and narrows nothing: %s', async (name) => {
    const names = Object.keys(MIGRATIONS)
    const { url, drop } = await createPostgresDatabase(inject('postgresUrl'))
    onTestFinished(drop)
    const database = openDatabase({ databaseUrl: url, dataDir: '' })
    onTestFinished(() => database.close())
    expect(names.indexOf(name)).toBeGreaterThan(0)
    await database.migrate(names[names.indexOf(name) - 1])
    const before = await schemaOf(database)
    await database.migrate(name)
    const after = await schemaOf(database)
    expect(before.columns.length).toBeGreaterThan(100)
    // Each column is there with its type, and no insert has to name a new one.
    const now = new Map(after.columns.map((column) => [column.place, column]))
    for (const column of before.columns) {
      expect(now.get(column.place)).toEqual({ ...column, required: expect.any(Boolean) })
      if (now.get(column.place)?.required) expect(column.required).toBe(true)
      now.delete(column.place)
    }
    const tables = new Set(before.columns.map(({ place }) => place.split('.')[0]))
    expect([...now.values()].filter(({ place, required }) => required && tables.has(place.split('.')[0]))).toEqual([])
    expect(after.rules.filter((rule) => !before.rules.includes(rule))).toEqual([])
  })
})
