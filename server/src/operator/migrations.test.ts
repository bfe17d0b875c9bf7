import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Kysely, sql } from 'kysely'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { run } from '../../../cli/src/test/run.ts'
import { fillWorld } from '../../../e2e/fill-world.ts'
import { createInstances, startLoad, storedRuns } from '../../../e2e/load.ts'
import {
  call,
  callAll,
  DATABASES,
  type Json,
  newFolder,
  type Place,
  placeOn,
  type ServerProcess,
  spawnServer,
  startForTest,
  startServer,
} from '../../../e2e/server-process.ts'
import { freePort } from '../../../test-support/free-port.ts'
import type { RunStatus } from '../core/run-statuses.ts'
import { openDatabase } from '../db/database.ts'
import { MIGRATIONS } from '../db/migrations/all.ts'
import { COUNTER } from '../features/statuses/status-totals.ts'
import { combine, countStatuses } from '../features/statuses/statuses.rules.ts'
import { readDump } from './dump-file.ts'
import { tablesOf } from './schema-state.ts'

const databaseOf = (place: Place) =>
  openDatabase({ dataDir: place.ASSAY_DATA_DIR, databaseUrl: place.DATABASE_URL, idBlock: 1 })

const STATES = Object.keys(MIGRATIONS)
const FIRST = STATES[0] as string

/** Lists that every version had. */
const LISTS = ['tests', 'steps', 'sets', 'instances', 'runs', 'step_runs', 'issues', 'custom_fields', 'groups']

/** What a server shows of a project, list by list. */
async function shown(server: ServerProcess, project: number): Promise<Json> {
  const answers: Json = {}
  for (const list of LISTS) answers[list] = await callAll(server, `/projects/${project}/${list}.json`)
  return JSON.parse(JSON.stringify(answers).replaceAll(server.url, ''))
}

/** The rows of a backup, and the largest id given out by then. */
async function readRows(backup: string) {
  const rows: { table: string; row: Record<string, unknown> }[] = []
  let lastId = 0
  for await (const line of readDump(backup)) {
    if ('assay' in line) lastId = line['last-id']
    else if ('table' in line) rows.push(line)
  }
  return { rows, lastId }
}

/** Rows of a server that was filled by this version, and what it showed. */
let world: Awaited<ReturnType<typeof readRows>> & { dataDir: string; project: number; answers: Json }

beforeAll(async () => {
  const server = await startServer()
  try {
    const { project } = await fillWorld(server)
    const answers = await shown(server, project)
    const backup = join(newFolder(), 'world.jsonl')
    expect(await run(['backup', backup], { env: { ASSAY_DATA_DIR: server.dataDir } })).toMatchObject({ exitCode: 0 })
    world = { ...(await readRows(backup)), dataDir: server.dataDir, project, answers }
  } finally {
    await server.stop('SIGKILL')
  }
})

const REPORTS = '202611281100-take-reports'
const RENAMES = '202611281500-join-renamed-tests'

/** What no key of a version before renames tells: how the report called its test. */
const UNNAMED = { name: null, class_name: null }

/** Counters of what a version did not have; a successor makes them. */
const isLaterCounter = (state: string, row: Record<string, unknown>) =>
  (state === FIRST && /^(requirements|milestones)\./.test(String(row.name))) ||
  (state < REPORTS && /^(builds|failures)\./.test(String(row.name)))

/** What only reports bring, and no version before them could keep. */
const OF_REPORTS: Readonly<Record<string, object>> = {
  runs: { build_id: null, import_id: null, attempt: null, failure_id: null, duration_ms: null },
  tests: { file: null, provisional: 0 },
  instances: { variant: null },
  projects: { mainline_branches: null, queue_branches: null, codeowners: null },
}

/** The rows of the world, without what a version could not keep of them. */
function rowsKept(state: string, columns: ReadonlyMap<string, unknown>): typeof world.rows {
  const kept = world.rows.filter(({ table }) => columns.has(table))
  if (state >= RENAMES) return kept
  if (state >= REPORTS) {
    return kept.map(({ table, row }) => ({
      table,
      row: { ...row, ...(table === 'automation_keys' ? UNNAMED : {}) },
    }))
  }
  return kept.map(({ table, row }) => ({
    table,
    row: {
      ...row,
      ...OF_REPORTS[table],
      ...(table === 'counters' && isLaterCounter(REPORTS.slice(0, 1), row) ? { value: 0 } : {}),
    },
  }))
}

/** What is shown of runs whose builds are not known. */
const withoutBuilds = (answers: Json): Json => ({
  ...answers,
  runs: answers.runs.map((run: Json) => ({
    ...run,
    attributes: {
      ...run.attributes,
      'build-id': null,
      'import-id': null,
      attempt: null,
      'failure-id': null,
      'duration-ms': null,
    },
  })),
})

const COMBINED = '202611280411-combine-statuses-and-say-yes-or-no'

/** The rows of the world before tests combined their statuses and checkboxes said "yes" and "no". */
function rowsBefore(): typeof world.rows {
  const of = (table: string) => world.rows.flatMap((line) => (line.table === table ? [line.row] : []))
  const boxes = of('custom_fields').flatMap(({ id, field_format }) => (field_format === 'checkbox' ? [Number(id)] : []))
  const statusOf = new Map(of('runs').map(({ id, status }) => [id, String(status)]))
  const latest = new Map(of('tests').map(({ id, last_run_id }) => [id, statusOf.get(last_run_id) ?? 'NO RUN']))
  const spelled: Record<string, unknown> = { yes: 'true', no: 'false' }
  const cellsBefore = (table: string, row: Record<string, unknown>): Record<string, unknown> => {
    if (table === 'tests') return { run_status: latest.get(row.id) }
    if (table === 'field_values' && boxes.includes(Number(row.field_id))) {
      return { value: spelled[String(row.value)], value_folded: spelled[String(row.value)] }
    }
    if (table === 'custom_fields' && boxes.includes(Number(row.id))) {
      return { default_value: row.default_value === null ? null : spelled[JSON.parse(String(row.default_value))] }
    }
    if (table !== 'requirements') return {}
    const covered = of('links').flatMap(({ from_kind, from_id, to_kind, to_id }) =>
      from_kind === 'requirements' && from_id === row.id && to_kind === 'tests' ? [latest.get(to_id) as RunStatus] : [],
    )
    const counts = countStatuses(covered)
    const columns = Object.entries(COUNTER).map(([status, column]) => [column, counts[status as RunStatus] ?? 0])
    return { ...Object.fromEntries(columns), run_status: combine(counts) }
  }
  const plain = (text: unknown) =>
    boxes.reduce(
      (cell, id) =>
        cell
          .replaceAll(`"---f-${id}":"yes"`, `"---f-${id}":true`)
          .replaceAll(`"---f-${id}":"no"`, `"---f-${id}":false`),
      String(text),
    )
  return world.rows.map(({ table, row }) => ({
    table,
    row: {
      ...row,
      ...cellsBefore(table, row),
      ...(row.custom_fields === undefined ? {} : { custom_fields: plain(row.custom_fields) }),
    },
  }))
}

/** Makes a database as a version left it, with rows in every table that it had, and in every column. */
async function makeOld(place: Place, state: string): Promise<ReadonlyMap<string, unknown>> {
  const database = databaseOf(place)
  let columns: Awaited<ReturnType<typeof tablesOf>>
  try {
    await database.migrate(state)
    columns = await tablesOf(database.read)
    const had = columns
    await database.write(0, async (tx) => {
      for (const { table, row } of state < COMBINED ? rowsBefore() : world.rows) {
        const known = had.get(table)
        if (known === undefined || (table === 'counters' && isLaterCounter(state, row))) continue
        // A link was one row then; what it was caused by was not kept.
        if (table === 'links' && state === FIRST) continue
        const cells = Object.fromEntries(Object.entries(row).filter(([column]) => known.has(column)))
        await (tx.db as unknown as Kysely<Record<string, Record<string, unknown>>>)
          .insertInto(table)
          .values(cells)
          .execute()
      }
      await tx.dialect.maintenance.passId(tx.db, world.lastId)
      for (const table of ['history_events', 'webhook_messages', 'webhook_deliveries']) {
        if (had.has(table)) await tx.dialect.maintenance.continueNumbering(tx.db, table)
      }
    })
  } finally {
    await database.close()
  }
  cpSync(join(world.dataDir, 'attachments'), join(place.ASSAY_DATA_DIR, 'attachments'), { recursive: true })
  return columns
}

it('an older version showed another status and other checkboxes', () => {
  const changed = (table: string) =>
    rowsBefore().filter((line, n) => line.table === table && !isDeepStrictEqual(line, world.rows[n]))
  for (const table of ['tests', 'requirements', 'runs', 'issues', 'custom_fields', 'field_values']) {
    expect([table, changed(table).length]).not.toEqual([table, 0])
  }
})

describe.each(DATABASES)('%s as an older version left it', (kind) => {
  it.each(STATES.slice(1))(
    'after %s is brought up to date, with every row as this version would have it',
    async (state) => {
      const place = await placeOn(kind)
      const columns = await makeOld(place, state)
      expect(await run(['init'], { env: place })).toMatchObject({ exitCode: 0 })
      expect(await run(['doctor'], { env: place })).toMatchObject({ exitCode: 0, stdout: '' })
      const backup = join(newFolder(), 'migrated.jsonl')
      expect(await run(['backup', backup], { env: place })).toMatchObject({ exitCode: 0 })
      expect((await readRows(backup)).rows).toEqual(rowsKept(state, columns))
    },
  )

  it('of the first release is brought up to date by the server, which shows what it held', async () => {
    const place = await placeOn(kind)
    await makeOld(place, FIRST)
    const backup = join(newFolder(), 'old.jsonl')
    expect(await run(['backup', backup], { env: place })).toMatchObject({ exitCode: 0 })
    const server = await startForTest({ env: place, dataDir: place.ASSAY_DATA_DIR })
    const wanted = await shown(server, world.project)
    expect(wanted).toEqual(withoutBuilds(world.answers))
    expect(await run(['doctor'], { env: place })).toMatchObject({ exitCode: 0, stdout: '' })
    const data = { attributes: { name: 'new', entities: ['Test'], 'field-format': 'text' } }
    const made = await call(server, 'POST', `/projects/${world.project}/custom_fields.json`, { data })
    expect(made.data.type).toBe('custom-fields')

    // A backup of then is restored now.
    const restored = await placeOn(kind)
    expect(await run(['restore', backup], { env: restored })).toMatchObject({ exitCode: 0 })
    const second = await startForTest({ env: restored, dataDir: restored.ASSAY_DATA_DIR })
    expect(await shown(second, world.project)).toEqual(wanted)
  })

  it('keeps nothing of a migration that fails, and goes on once its cause is gone', async () => {
    const database = databaseOf(await placeOn(kind))
    onTestFinished(() => database.close())
    await database.migrate(FIRST)
    const { db } = database.read
    const tables = async () => (await db.introspection.getTables()).map(({ name, columns }) => [name, columns.length])
    await database.write(0, async (tx) => void (await sql`create table comments (id integer)`.execute(tx.db)))
    const before = await tables()
    await expect(database.migrate()).rejects.toThrow(/comments/)
    expect(await tables()).toEqual(before)
    expect((await sql`select name from migrations`.execute(db)).rows).toEqual([{ name: FIRST }])
    await database.write(0, async (tx) => void (await sql`drop table comments`.execute(tx.db)))
    await database.migrate()
    expect((await sql`select name from migrations order by name`.execute(db)).rows).toEqual(
      STATES.map((name) => ({ name })),
    )
  })

  it.each(['an empty database', 'an old one'])('has three servers that start at once on %s', async (what) => {
    const place = await placeOn(kind)
    if (what === 'an old one') await makeOld(place, FIRST)
    const starting = await Promise.all(
      Array.from({ length: 3 }, () => startForTest({ env: place, dataDir: place.ASSAY_DATA_DIR })),
    )
    const [first, second, third] = starting as [ServerProcess, ServerProcess, ServerProcess]
    const first3 = starting.filter((server) => server.output().includes('token'))
    expect(first3).toHaveLength(what === 'an old one' ? 0 : 1)
    const { project, instances } = await createInstances(first)
    const loads = starting.map((server) => startLoad(server, project, instances, 2))
    while (loads.some(({ acknowledged }) => acknowledged.length < 20))
      await new Promise((resolve) => setTimeout(resolve, 20))
    for (const load of loads) await load.stop()
    const acknowledged = loads.flatMap((load) => load.acknowledged)
    expect(loads.flatMap((load) => load.refused)).toEqual([])
    const known = world.rows.flatMap(({ table, row }) =>
      table === 'runs' ? [row.automated_execution_output ?? null] : [],
    )
    const stored = await storedRuns(place.ASSAY_DATA_DIR, place.DATABASE_URL)
    expect(stored).toEqual([...acknowledged, ...(what === 'an old one' ? known : [])].sort())
    const examined = await run(['doctor'], { env: place })
    expect([examined.exitCode, examined.stdout]).toEqual([0, ''])
    expect(await Promise.all([second.stop(), third.stop()])).toEqual([0, 0])
    expect((await call(first, 'GET', `/projects/${project}/runs.json`)).meta['total-count']).toBe(stored.length)
  })
})

describe('a database of a newer version', () => {
  it.each(DATABASES)('on %s is not touched by maintenance', async (kind) => {
    const place = await placeOn(kind)
    expect((await run(['init'], { env: place })).exitCode).toBe(0)
    const database = databaseOf(place)
    await database.write(0, async ({ db }) => {
      await sql`insert into migrations (name, applied_at) values ('999912312359-from-the-future', 1)`.execute(db)
    })
    await database.close()
    const { exitCode, stderr } = await run(['backup', join(newFolder(), 'x.jsonl')], { env: place })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('newer version of Assay')])
    const { child, ended, output } = spawnServer({ env: place, dataDir: place.ASSAY_DATA_DIR }, await freePort())
    onTestFinished(() => void child.kill('SIGKILL'))
    expect(await ended).toBe(2)
    expect(output()).toContain('newer version of Assay')
  })
})
