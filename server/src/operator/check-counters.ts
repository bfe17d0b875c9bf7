import { sql } from 'kysely'
import type { Reader } from '../db/handle.ts'
import { COUNTED, NUMBERED } from '../db/store.ts'
import { hasId, isOfProject, NUMBERED_TABLES, TABLE_NAMES } from '../db/tables.ts'
import type { Finding } from './finding.ts'

type Db = Reader['db']

async function numberOf(db: Db, expression: string, table: string, projectId: number | undefined): Promise<number> {
  const where = projectId === undefined ? sql`` : sql`where project_id = ${projectId}`
  const { rows } = await sql<{ n: number | null }>`
    select ${sql.raw(expression)} as n from ${sql.table(table)} ${where}`.execute(db)
  return Number(rows[0]?.n ?? 0)
}

/** Sets a counter right: its row is locked first, so that what is under way is counted either here or by itself. */
function counterFinding(
  projectId: number,
  name: string,
  o: { value: number; wanted: number; word: string; expression: string; table: string },
): Finding {
  return {
    text: `project ${projectId}, counter ${name}: value is ${o.value}, must be ${o.word}${o.wanted}`,
    async repair({ db, dialect }) {
      const row = { project_id: projectId, name, value: o.value }
      await db
        .insertInto('counters')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      await db
        .selectFrom('counters')
        .select('value')
        .where('project_id', '=', projectId)
        .where('name', '=', name)
        .modifyEnd(dialect.forUpdate)
        .execute()
      const value = await numberOf(db, o.expression, o.table, projectId)
      await db
        .updateTable('counters')
        .set({ value })
        .where('project_id', '=', projectId)
        .where('name', '=', name)
        .execute()
    },
  }
}

/** The kept counts of a project, and the display-ids that it has given out. */
export async function* checkCounters(db: Db, projectId: number): AsyncGenerator<Finding> {
  const counters = await db
    .selectFrom('counters')
    .select(['name', 'value'])
    .where('project_id', '=', projectId)
    .execute()
  const counterOf = (name: string) => counters.find((counter) => counter.name === name)?.value ?? -1
  for (const table of COUNTED) {
    const name = `${table}.count`
    const [value, expression] = [counterOf(name), 'count(*)']
    const wanted = await numberOf(db, expression, table, projectId)
    if (value !== wanted) yield counterFinding(projectId, name, { value, wanted, word: '', expression, table })
  }
  for (const table of NUMBERED) {
    const name = `${table}.display-id`
    const [value, expression] = [counterOf(name), 'max(display_id)']
    const wanted = await numberOf(db, expression, table, projectId)
    if (value < wanted) yield counterFinding(projectId, name, { value, wanted, word: 'at least ', expression, table })
  }
}

const WITH_IDS = TABLE_NAMES.filter((table) => hasId(table) && !NUMBERED_TABLES.includes(table))

/** Whether the sequence of ids is past every id there is: else an id would be given twice. `lastId` is its value. */
export async function* checkSequence(db: Db, projects: readonly number[], lastId: number): AsyncGenerator<Finding> {
  let [largest, holder] = [0, '']
  for (const table of WITH_IDS) {
    for (const projectId of isOfProject(table) ? projects : [undefined]) {
      const id = await numberOf(db, 'max(id)', table, projectId)
      if (id > largest) [largest, holder] = [id, table]
    }
  }
  if (largest <= lastId) return
  yield {
    text: `id sequence: value is ${lastId}, must be at least ${largest}, the largest id of ${holder}`,
    repair: ({ db: tx, dialect }) => dialect.maintenance.passId(tx, largest),
  }
}
