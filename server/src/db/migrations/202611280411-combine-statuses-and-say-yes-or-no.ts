import { type Kysely, sql } from 'kysely'

/** So many rows are looked at by one statement. */
const BATCH = 2000

/** Tables whose rows hold custom-field values, and those whose values are searched in `field_values` too. */
const WITH_FIELDS = ['requirements', 'tests', 'sets', 'instances', 'runs', 'issues', 'milestones']
const SEARCHED = ['requirements', 'tests', 'sets', 'issues', 'milestones']

const WORDS = [
  ['true', 'yes'],
  ['false', 'no'],
] as const

/** The rows of a project in a table as conditions on their ids, a batch at a time. */
async function* batches(db: Kysely<any>, table: string, projectId: number) {
  for (let after = 0; ; ) {
    const { rows } = await sql<{ last: number | null }>`select max(id) as last from (
        select id from ${sql.table(table)} where project_id = ${projectId} and id > ${after}
        order by id limit ${BATCH}) as b`.execute(db)
    const last = rows[0]?.last ?? null
    if (last === null) return
    yield (column: string) => sql`${sql.ref(column)} > ${after} and ${sql.ref(column)} <= ${last}`
    after = Number(last)
  }
}

/**
 * Values of checkboxes were JSON booleans and are words now: on rows, as defaults, and where queries search them. The
 * texts come from JSON.stringify, in which a key with a boolean behind it can be nothing else.
 */
async function spellCheckboxes(db: Kysely<any>, projectId: number): Promise<void> {
  const fields = await db
    .selectFrom('custom_fields')
    .select('id')
    .where('project_id', '=', projectId)
    .where('field_format', '=', 'checkbox')
    .execute()
  if (fields.length === 0) return
  for (const [old, word] of WORDS) {
    await sql`update custom_fields set default_value = ${JSON.stringify(word)}
      where project_id = ${projectId} and field_format = 'checkbox' and default_value = ${old}`.execute(db)
    for (const { id } of fields) {
      for (const kind of SEARCHED) {
        await sql`update field_values set value = ${word}, value_folded = ${word}
          where project_id = ${projectId} and kind = ${kind} and field_id = ${id} and value = ${old}`.execute(db)
      }
    }
  }
  for (const table of WITH_FIELDS) {
    for await (const within of batches(db, table, projectId)) {
      for (const { id } of fields) {
        for (const [old, word] of WORDS) {
          const member = `"---f-${id}":${old}`
          await sql`update ${sql.table(table)}
            set custom_fields = replace(custom_fields, ${member}, ${`"---f-${id}":"${word}"`})
            where project_id = ${projectId} and ${within('id')} and custom_fields like ${`%${member}%`}`.execute(db)
        }
      }
    }
  }
}

/** What the statuses of some instances are together. */
const COMBINED = sql.raw(`case
  when count(*) = 0 then null
  when sum(case i.run_status when 'FAILED' then 1 else 0 end) > 0 then 'FAILED'
  when sum(case i.run_status when 'BLOCKED' then 1 else 0 end) > 0 then 'BLOCKED'
  when sum(case i.run_status when 'NOT COMPLETED' then 1 else 0 end) > 0 then 'NOT COMPLETED'
  when sum(case i.run_status when 'PASSED' then 1 else 0 end) = 0 then 'NO RUN'
  when sum(case i.run_status when 'NO RUN' then 1 else 0 end) > 0 then 'NOT COMPLETED'
  else 'PASSED' end`)

/** The status of a test was that of its latest run; it is combined over the instances beside that one now. */
async function combineTests(db: Kysely<any>, projectId: number): Promise<void> {
  const status = sql`(select ${COMBINED} from instances i
    where i.project_id = ${projectId} and i.test_id = tests.id and i.last_run_at is not null and i.set_id = (
      select r.set_id from runs r where r.project_id = ${projectId} and r.id = tests.last_run_id))`
  for await (const within of batches(db, 'tests', projectId)) {
    await sql`update tests set run_status = ${status}
      where project_id = ${projectId} and ${within('id')} and last_run_id is not null
        and run_status <> ${status}`.execute(db)
  }
}

const COUNTERS = {
  PASSED: 'count_passed',
  FAILED: 'count_failed',
  BLOCKED: 'count_blocked',
  'NO RUN': 'count_no_run',
  'NOT COMPLETED': 'count_not_completed',
} as const

function combine(counts: Record<string, number>): string {
  const has = (status: string) => (counts[status] ?? 0) > 0
  if (has('FAILED')) return 'FAILED'
  if (has('BLOCKED')) return 'BLOCKED'
  if (has('NOT COMPLETED')) return 'NOT COMPLETED'
  if (!has('PASSED')) return 'NO RUN'
  return has('NO RUN') ? 'NOT COMPLETED' : 'PASSED'
}

/** Requirements count their tests by status. */
async function recountRequirements(db: Kysely<any>, projectId: number): Promise<void> {
  for await (const within of batches(db, 'requirements', projectId)) {
    const { rows } = await sql<{ id: number; run_status: string; n: number }>`
      select l.from_id as id, t.run_status, count(*) as n
      from links l join tests t on t.project_id = l.project_id and t.id = l.to_id
      where l.project_id = ${projectId} and l.from_kind = 'requirements' and l.to_kind = 'tests'
        and ${within('l.from_id')}
      group by l.from_id, t.run_status`.execute(db)
    for (const [id, groups] of Map.groupBy(rows, (row) => row.id)) {
      const counts: Record<string, number> = {}
      for (const { run_status: status, n } of groups) counts[status] = Number(n)
      const columns = Object.entries(COUNTERS).map(([status, column]) => [column, counts[status] ?? 0])
      await db
        .updateTable('requirements')
        .set({ ...Object.fromEntries(columns), run_status: combine(counts) })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .execute()
    }
  }
}

/** Checkboxes say "yes" and "no", and the status of a test is combined over the set of its latest run. */
export async function up(db: Kysely<any>): Promise<void> {
  const projects = await db.selectFrom('projects').select('id').orderBy('id').execute()
  for (const { id } of projects) {
    await spellCheckboxes(db, id)
    await combineTests(db, id)
    await recountRequirements(db, id)
  }
}
