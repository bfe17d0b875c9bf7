import { type RawBuilder, sql } from 'kysely'
import type { Reader, Tx } from '../db/handle.ts'
import type { InstanceRow, RequirementRow, SetRow, TestRow } from '../db/schema.ts'
import { findByIds } from '../db/store.ts'
import { recomputeCovered } from '../features/links/coverage.ts'
import { type StatusGroup, totalsOf } from '../features/statuses/status-totals.ts'
import { lockParents, recomputeSet, recomputeTest } from '../resources/instances/instances.store.ts'
import { lockInstances, recomputeAbove } from '../resources/runs/runs.store.ts'
import { statusesOfTests } from '../resources/tests/test-status.store.ts'
import { differences, type Finding } from './finding.ts'

type Examined = Pick<Reader, 'db' | 'dialect'>
type Db = Examined['db']

const BATCH = 500

/** Batches of a query over table `t`, by ascending id: `select(after)` is everything up to the condition on ids. */
async function* byId<Row extends { id: number }>(db: Db, select: RawBuilder<unknown>): AsyncGenerator<Row[]> {
  for (let after = 0; ; ) {
    const { rows } = await sql<Row>`${select} and t.id > ${after} order by t.id limit ${BATCH}`.execute(db)
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < BATCH) return
    after = last.id
  }
}

/** The columns of a joined row that the latest run decides, when there is one. */
const NO_RUN = { run_status: 'NO RUN', last_run_at: null, last_run_created_at: null, last_run_id: null }

interface Latest {
  latest_id: number | null
  latest_status: string
  latest_at: number
  latest_created_at: number
}

const lastRunOf = (row: Latest) =>
  row.latest_id === null
    ? NO_RUN
    : {
        run_status: row.latest_status,
        last_run_at: row.latest_at,
        last_run_created_at: row.latest_created_at,
        last_run_id: row.latest_id,
      }

/** What instances keep of their latest run, against their runs. */
async function* checkInstances(db: Db, projectId: number): AsyncGenerator<Finding> {
  type Row = InstanceRow & Latest & { latest_duration: number }
  const select = sql`select t.*, r.id as latest_id, r.status as latest_status, r.run_date as latest_at,
      r.created_at as latest_created_at, r.run_duration as latest_duration
    from instances t left join runs r on r.project_id = ${projectId} and r.id = (
      select id from runs l where l.project_id = ${projectId} and l.instance_id = t.id
      order by l.run_date desc, l.created_at desc, l.id desc limit 1)
    where t.project_id = ${projectId}`
  for await (const rows of byId<Row>(db, select)) {
    for (const row of rows) {
      const last_run_duration = row.latest_id === null ? 0 : row.latest_duration
      const wrong = differences(row, { ...lastRunOf(row), last_run_duration })
      if (wrong === undefined) continue
      const above = { project_id: projectId, instance_id: row.id, set_id: row.set_id, test_id: row.test_id }
      yield {
        text: `project ${projectId}, instance ${row.id}: ${wrong}`,
        async repair(tx: Tx) {
          await lockInstances(tx, projectId, [row.id])
          await recomputeAbove(tx, above)
        },
      }
    }
  }
}

/** Members of wholes, counted by status: sets count instances, requirements count tests. */
interface Group extends StatusGroup {
  whole: number
}

/** The condition that a column lies among the ids of a batch. */
const within = (column: string, rows: readonly { id: number }[]) =>
  sql`${sql.ref(column)} between ${rows[0]?.id} and ${rows.at(-1)?.id}`

/** What sets keep of their instances. */
async function* checkSets(db: Db, projectId: number): AsyncGenerator<Finding> {
  type SetGroup = Group & { actual: number; estimate: number; number: number }
  for await (const sets of byId<SetRow>(db, sql`select t.* from sets t where t.project_id = ${projectId}`)) {
    const { rows } = await sql<SetGroup>`
      select i.set_id as whole, i.run_status, count(*) as n, count(*) as instances, max(i.last_run_at) as last_run_at,
        sum(i.last_run_duration) as actual, sum(t.duration_estimate) as estimate, max(i.number) as number
      from instances i join tests t on t.project_id = i.project_id and t.id = i.test_id
      where i.project_id = ${projectId} and ${within('i.set_id', sets)}
      group by i.set_id, i.run_status`.execute(db)
    const groups = Map.groupBy(rows, ({ whole }) => whole)
    for (const set of sets) {
      const own = groups.get(set.id) ?? []
      const sum = (column: 'actual' | 'estimate') => own.reduce((total, group) => total + Number(group[column]), 0)
      const number = Math.max(set.last_instance_number, ...own.map((group) => Number(group.number)))
      const computed = { ...totalsOf(own), actual_duration: sum('actual'), duration_estimate: sum('estimate') }
      const wrong = differences(set, { ...computed, last_instance_number: number })
      if (wrong === undefined) continue
      yield {
        text: `project ${projectId}, set ${set.id}: ${wrong}`,
        async repair(tx: Tx) {
          await findByIds(tx, 'sets', projectId, [set.id], { lock: true })
          await recomputeSet(tx, projectId, set.id)
          await sql`update sets set last_instance_number = (
              select max(number) from instances i where i.project_id = ${projectId} and i.set_id = ${set.id})
            where project_id = ${projectId} and id = ${set.id} and last_instance_number < (
              select max(number) from instances i where i.project_id = ${projectId} and i.set_id = ${set.id})`.execute(
            tx.db,
          )
        },
      }
    }
  }
}

/** What tests keep of their instances and steps. */
async function* checkTests(reader: Examined, projectId: number): AsyncGenerator<Finding> {
  const select = sql`select t.*, i.id as latest_instance_id, i.last_run_id as latest_id, i.run_status as latest_status,
      i.last_run_at as latest_at, i.last_run_created_at as latest_created_at,
      (select count(*) from steps s where s.project_id = ${projectId} and s.test_id = t.id) as steps
    from tests t left join instances i on i.project_id = ${projectId} and i.id = (
      select id from instances l where l.project_id = ${projectId} and l.test_id = t.id and l.last_run_at is not null
      order by l.last_run_at desc, l.last_run_created_at desc, l.last_run_id desc limit 1)
    where t.project_id = ${projectId}`
  type Row = TestRow & Latest & { latest_instance_id: number | null; steps: number }
  for await (const rows of byId<Row>(reader.db, select)) {
    const latest = rows.flatMap((row) => row.latest_instance_id ?? [])
    const statuses = await statusesOfTests(reader, projectId, latest)
    for (const row of rows) {
      const run_status = statuses.get(row.id) ?? 'NO RUN'
      const wrong = differences(row, { ...lastRunOf(row), run_status, steps_count: Number(row.steps) })
      if (wrong === undefined) continue
      yield {
        text: `project ${projectId}, test ${row.id}: ${wrong}`,
        async repair(tx: Tx) {
          await lockParents(tx, projectId, [], [row.id])
          await recomputeTest(tx, projectId, row.id)
          await sql`update tests set steps_count = (
              select count(*) from steps s where s.project_id = ${projectId} and s.test_id = ${row.id})
            where project_id = ${projectId} and id = ${row.id}`.execute(tx.db)
        },
      }
    }
  }
}

/** What requirements keep of the tests that cover them. */
async function* checkRequirements(db: Db, projectId: number): AsyncGenerator<Finding> {
  const select = sql`select t.* from requirements t where t.project_id = ${projectId}`
  for await (const requirements of byId<RequirementRow>(db, select)) {
    const { rows } = await sql<Group>`
      select l.from_id as whole, t.run_status, count(*) as n, max(t.last_run_at) as last_run_at, sum((
          select count(*) from instances i where i.project_id = ${projectId} and i.test_id = t.id)) as instances
      from links l join tests t on t.project_id = l.project_id and t.id = l.to_id
      where l.project_id = ${projectId} and l.from_kind = 'requirements' and l.to_kind = 'tests'
        and ${within('l.from_id', requirements)}
      group by l.from_id, t.run_status`.execute(db)
    const groups = Map.groupBy(rows, ({ whole }) => whole)
    for (const row of requirements) {
      const wrong = differences(row, totalsOf(groups.get(row.id) ?? []))
      if (wrong === undefined) continue
      yield {
        text: `project ${projectId}, requirement ${row.id}: ${wrong}`,
        async repair(tx: Tx) {
          await findByIds(tx, 'requirements', projectId, [row.id], { lock: true })
          await recomputeCovered(tx, projectId, [row.id])
        },
      }
    }
  }
}

/**
 * Compares what is kept with what it is made of, level by level: instances with runs, sets and tests with instances,
 * requirements with tests. Holds a batch of 500 rows at a time. The repairs recompute from what is stored by then.
 */
export async function* checkRollUps(reader: Examined, projectId: number): AsyncGenerator<Finding> {
  const { db } = reader
  yield* checkInstances(db, projectId)
  yield* checkSets(db, projectId)
  yield* checkTests(reader, projectId)
  yield* checkRequirements(db, projectId)
}
