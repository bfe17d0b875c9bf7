import { mkdirSync, readdirSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { createEverything } from '../../../test-support/one-of-everything.ts'
import { sha256 } from '../core/hash.ts'
import { PROJECT_TABLES, TABLE_NAMES } from '../db/tables.ts'
import { onEveryDatabase, type TestApp } from '../test/build-app.ts'
import { examine } from './doctor.ts'
import { EXPORTED_TABLES, type ExportedTable, heldIn } from './project-columns.ts'
import { readTable } from './read-table.ts'

async function lookAt(app: TestApp, repair = false, now = Date.now()) {
  const { database, blobs } = app
  const findings: string[] = []
  const report = (finding: { text: string; repaired: boolean }) =>
    findings.push(`${finding.text}${finding.repaired ? ' (repaired)' : ''}`)
  const summary = await examine({ database, blobs, now, repair, report })
  return { findings, summary }
}

/** What is kept beside what it is computed from. */
const KEPT = ['instances', 'sets', 'tests', 'requirements', 'counters'] as const

async function keptRows(app: TestApp) {
  const rows: unknown[] = []
  for (const table of KEPT) for await (const batch of readTable(app.database.read, table)) rows.push(...batch)
  return rows
}

/** Ways to break what is kept, and what is said of it. */
const BROKEN: [statement: string, finding: RegExp][] = [
  ["update instances set run_status = 'BLOCKED'", /, instance \d+: run_status is BLOCKED, must be FAILED/],
  [
    'update instances set last_run_at = 1, last_run_duration = 77',
    /, instance \d+: last_run_at is 1, must be \d+; .*77/,
  ],
  ['update instances set last_run_id = null where last_run_id is not null', /, instance \d+: last_run_id is null/],
  ['update sets set count_failed = 7', /, set \d+: count_failed is 7, must be 1/],
  ['update sets set instances_count = 9, actual_duration = 8', /, set \d+: instances_count is 9, must be \d; actual/],
  ["update sets set run_status = 'PASSED', last_run_at = null", /, set \d+: run_status is PASSED, must be FAILED/],
  ['update sets set last_instance_number = 0', /, set \d+: last_instance_number is 0, must be \d/],
  ['update sets set duration_estimate = 5', /, set \d+: duration_estimate is 5, must be 60/],
  [
    "update tests set run_status = 'NO RUN', last_run_at = null, last_run_id = null",
    /, test \d+: run_status is NO RUN/,
  ],
  ['update tests set steps_count = 12', /, test \d+: steps_count is 12, must be 2/],
  ['update requirements set count_failed = 0, count_passed = 1', /, requirement \d+: count_passed is 1, must be 0/],
  ['update requirements set instances_count = 44', /, requirement \d+: instances_count is 44, must be \d/],
  ["update counters set value = 5 where name = 'runs.count'", /counter runs.count: value is 5, must be 2$/],
  ["delete from counters where name = 'tests.count'", /counter tests.count: value is -1, must be 2$/],
  ["update counters set value = 0 where name = 'sets.display-id'", /sets.display-id: value is 0, must be at least 2$/],
]

onEveryDatabase(
  'doctor',
  (app) => {
    it('finds nothing wrong with a project that the API filled', async () => {
      const { token, projectId, ownerId } = app()
      const have = await createEverything(app(), { projectId, userId: ownerId, token, prefix: 'one' })
      await app().put(app().p(`/tests/${have.tests}.json`), {
        data: { attributes: { 'duration-estimate': '00:01:00' } },
      })
      expect(await lookAt(app())).toMatchObject({ findings: [], summary: { projects: 1, found: 0, orphans: 0 } })
    })

    it.each(BROKEN)('after "%s" says what is wrong, and repairs it', async (statement, finding) => {
      const before = await keptRows(app())
      await app().database.write(0, async ({ db }) => void (await sql.raw(statement).execute(db)))
      const broken = await keptRows(app())
      const seen = await lookAt(app())
      expect(seen.findings).toContainEqual(expect.stringMatching(finding))
      expect(seen.summary).toMatchObject({ found: seen.findings.length, repaired: 0 })
      expect(await keptRows(app())).toEqual(broken)

      const mended = await lookAt(app(), true)
      expect(mended.findings).toEqual(seen.findings.map((text) => `${text} (repaired)`))
      expect(await lookAt(app())).toMatchObject({ findings: [] })
      expect(await keptRows(app())).toEqual(before)
    })

    it('sees to it that no id is given twice', async () => {
      const { database, dialect } = app()
      const id = await database.read.dialect.maintenance.lastId(database.read.db)
      const back = dialect === 'sqlite' ? sql`update id_sequence set value = 3` : sql`select setval('ids', 3)`
      await database.write(0, async ({ db }) => void (await back.execute(db)))
      expect((await lookAt(app(), true)).findings).toEqual([
        expect.stringMatching(/^id sequence: value is 3, must be at least \d+, the largest id of \w+ \(repaired\)$/),
      ])
      expect((await lookAt(app())).findings).toEqual([])
      expect(await database.read.dialect.maintenance.lastId(database.read.db)).toBeLessThanOrEqual(id + 1)
    })

    it('names attachments whose file is missing or changed, and counts files that belong to none', async () => {
      const { files, accountId } = app()
      const hash = sha256('secret')
      const folder = join(files, String(accountId), hash.slice(0, 2))
      expect(readdirSync(folder)).toEqual([hash])
      writeFileSync(join(folder, hash), 'tested')
      expect((await lookAt(app(), true)).findings).toEqual([
        expect.stringMatching(/attachment \d+ "one.txt": the contents of its file were changed \([0-9a-f]{64}\)$/),
      ])
      writeFileSync(join(folder, hash), 'secr')
      expect((await lookAt(app())).findings).toEqual([expect.stringContaining('its file has 4 bytes, must have 6')])
      unlinkSync(join(folder, hash))
      const gone = await lookAt(app(), true)
      expect(gone.findings).toEqual([expect.stringContaining('its file is missing')])
      expect(gone.summary).toMatchObject({ found: 1, repaired: 0 })
      writeFileSync(join(folder, hash), 'secret')

      const other = sha256('nobody wants it')
      mkdirSync(join(files, String(accountId), other.slice(0, 2)), { recursive: true })
      const orphan = join(files, String(accountId), other.slice(0, 2), other)
      writeFileSync(orphan, 'nobody wants it')
      utimesSync(orphan, 1, 1)
      expect(await lookAt(app(), true)).toMatchObject({ findings: [], summary: { orphans: 1 } })
      expect(readdirSync(join(files, String(accountId), other.slice(0, 2)))).toEqual([other])
    })
  },
  { record: false },
)

onEveryDatabase('the tables that maintenance knows', (app) => {
  it('are those of the database, each with its key', async () => {
    const tables = await app().database.read.db.introspection.getTables()
    const own = new Set(['migrations', 'id_sequence'])
    // An index of letters is made of tables, which the database keeps up by itself.
    const known = tables.filter(({ name }) => !own.has(name) && !/^sqlite_|_letters(_|$)/.test(name))
    expect([...TABLE_NAMES].sort()).toEqual(known.map(({ name }) => name).sort())
  })

  it('hold ids where their columns say so, and in texts that are known', async () => {
    const tables = await app().database.read.db.introspection.getTables()
    const held = EXPORTED_TABLES.flatMap((table) => {
      const columns = tables.find(({ name }) => name === table)?.columns ?? []
      return columns.map(({ name, dataType }) => ({
        at: `${table}.${name}`,
        name,
        dataType,
        held: heldIn(table, name),
      }))
    })
    const isNumber = (dataType: string) => /^(integer|int8|bigint)$/i.test(dataType)
    expect(held.filter((column) => column.held === 'id' && !isNumber(column.dataType))).toEqual([])
    const others = held.filter((column) => column.held !== 'same' && column.held !== 'id')
    expect(others.map((column) => `${column.at}: ${column.held}`).sort()).toEqual([
      'builds.set_ids: id list',
      'custom_fields.default_value: default',
      'field_values.value: field value',
      'field_values.value_folded: field value',
      'filters.ptql: query',
      'gates.set_ids: id list',
      'history_events.account_id: account',
      'history_events.changes: changes',
      'history_events.id: own',
      'imports.key: account',
      'imports.owner: account',
      'imports.token_id: account',
      'instances.custom_fields: custom fields',
      'issue_transitions.group_ids: id list',
      'issues.custom_fields: custom fields',
      'milestones.custom_fields: custom fields',
      'projects.account_id: account',
      'requirements.custom_fields: custom fields',
      'runs.custom_fields: custom fields',
      'sets.custom_fields: custom fields',
      'tests.custom_fields: custom fields',
      'webhook_deliveries.id: own',
      'webhooks.old_secret: secret',
      'webhooks.old_secret_until: secret',
      'webhooks.secret: secret',
    ])
    const unmapped = held.filter((column) => column.held === 'same' && /_ids?$/.test(column.name)).map(({ at }) => at)
    expect(unmapped.filter((at) => !at.endsWith('display_id'))).toEqual(['issues.external_id', 'builds.commit_id'])
  })
})

describe('a copy of a project', () => {
  it('leaves out only what belongs to one server', () => {
    expect(PROJECT_TABLES.filter((table) => !EXPORTED_TABLES.includes(table as ExportedTable)).sort()).toEqual([
      'idempotency_keys',
      'rename_moves',
      'webhook_messages',
    ])
  })
})
