import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPostgresDatabase } from '../../../test-support/postgres-database.ts'
import { readConfig } from '../app/config.ts'
import { distribute } from '../operator/admin.ts'
import { openDatabase } from './database.ts'
import { DISTRIBUTED_TABLES, distributions, REFERENCE_TABLES } from './distribution.ts'

/** What of Citus the command meets: its two functions, which note their calls, and its catalogue. */
const STAND_IN = `
  create table pg_dist_partition (logicalrelid regclass primary key);
  create table calls (id bigint generated always as identity, call text not null);
  create function create_reference_table(table_name regclass) returns void language plpgsql as $$ begin
    insert into pg_dist_partition values (table_name);
    insert into calls (call) values (format('reference %s', table_name));
  end $$;
  create function create_distributed_table(table_name regclass, distribution_column text,
    colocate_with text default 'default') returns void language plpgsql as $$ begin
    if not exists (select 1 from pg_attribute where attrelid = table_name and attname = distribution_column) then
      raise exception 'column % of % does not exist', distribution_column, table_name;
    end if;
    insert into pg_dist_partition values (table_name);
    insert into calls (call) values (format('distributed %s %s %s', table_name, distribution_column, colocate_with));
  end $$`

interface ForeignKey {
  child: string
  parent: string
  child_columns: string[]
  parent_columns: string[]
}

const columns = (relation: string, numbers: string) =>
  `array(select attname::text from unnest(${numbers}) with ordinality as n (number, place)
     join pg_attribute on attrelid = ${relation} and attnum = number order by place)`

describe('spreading the tables over a cluster', () => {
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>
  let client: pg.Client
  const rows = async <T>(sql: string): Promise<T[]> => (await client.query(sql)).rows as T[]
  const env = () => ({ DATABASE_URL: database.url, ASSAY_DATA_DIR: mkdtempSync(join(tmpdir(), 'assay-test-')) })

  beforeAll(async () => {
    database = await createPostgresDatabase(inject('postgresUrl'))
    const assay = openDatabase({ databaseUrl: database.url, dataDir: '' })
    await assay.migrate()
    await assay.close()
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
  })
  afterAll(async () => {
    await client?.end()
    await database?.drop()
  })

  it('leaves no table out, and names none twice', async () => {
    const tables = await rows<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`)
    expect([...REFERENCE_TABLES, ...DISTRIBUTED_TABLES].sort()).toEqual(tables.map(({ name }) => name).sort())
    const scoped = await rows<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'project_id'`,
    )
    for (const table of DISTRIBUTED_TABLES) expect(scoped.map(({ name }) => name)).toContain(table)
  })

  it('is possible: each key of a spread table, and each unique index, holds its project', async () => {
    const unique = await rows<{ table: string; name: string; columns: string[] }>(
      `select indrelid::regclass::text as table, indexrelid::regclass::text as name,
         ${columns('indrelid', 'indkey::int2[]')} as columns
       from pg_index where indisunique and indrelid::regclass::text not like 'pg_%'`,
    )
    const spread = unique.filter(({ table }) => DISTRIBUTED_TABLES.includes(table))
    expect(new Set(spread.map(({ table }) => table))).toEqual(new Set(DISTRIBUTED_TABLES))
    for (const index of spread) expect(index.columns, index.name).toContain('project_id')
  })

  it('is possible: foreign keys stay on one node, and name tables that are spread before', async () => {
    const keys = await rows<ForeignKey>(
      `select conrelid::regclass::text as child, confrelid::regclass::text as parent,
         ${columns('conrelid', 'conkey')} as child_columns, ${columns('confrelid', 'confkey')} as parent_columns
       from pg_constraint where contype = 'f'`,
    )
    expect(keys.length).toBeGreaterThan(0)
    const order = distributions().map(({ table }) => table)
    for (const key of keys) {
      const name = `${key.child} → ${key.parent}`
      expect(order.indexOf(key.parent), name).toBeLessThan(order.indexOf(key.child))
      if (REFERENCE_TABLES.includes(key.parent)) continue
      expect(DISTRIBUTED_TABLES, name).toContain(key.child)
      const place = key.child_columns.indexOf('project_id')
      expect([place >= 0, key.parent_columns[place]], name).toEqual([true, 'project_id'])
    }
  })

  it('is refused without Citus, and says what to do', async () => {
    await expect(distribute(readConfig(env()), { dryRun: false })).rejects.toThrow(/no Citus.*create extension citus/)
    const sqlite = { ASSAY_DATA_DIR: mkdtempSync(join(tmpdir(), 'assay-test-')) }
    await expect(distribute(readConfig(sqlite), { dryRun: false })).rejects.toThrow(/SQLite.*DATABASE_URL/)
  })

  it('calls Citus for every table once, and goes on where it was stopped', async () => {
    const planned = await distribute(readConfig({}), { dryRun: true })
    expect(planned).toEqual(distributions().map(({ sql }) => sql))
    await client.query(STAND_IN)
    // As after a first call that was stopped.
    await client.query(planned[0] as string)
    expect(await distribute(readConfig(env()), { dryRun: false })).toEqual(planned.slice(1))
    const [first] = DISTRIBUTED_TABLES
    expect((await rows<{ call: string }>('select call from calls order by id')).map(({ call }) => call)).toEqual([
      ...REFERENCE_TABLES.map((table) => `reference ${table}`),
      ...DISTRIBUTED_TABLES.map((table) => `distributed ${table} project_id ${table === first ? 'none' : first}`),
    ])
    expect(await distribute(readConfig(env()), { dryRun: false })).toEqual([])
  })
})
