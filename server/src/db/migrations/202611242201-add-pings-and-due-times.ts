import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

const BATCH = 500

/** Due times of the instances of tests that an agent can run (contract §6.4). */
async function fillDueTimes(db: Kysely<any>): Promise<void> {
  const tests = await db
    .selectFrom('tests')
    .select(['project_id', 'id', 'automated_fields'])
    .where('test_type', '=', 'xBotTest')
    .execute()
  const due = sql`coalesce(instances.planned_execution, s.planned_execution)`
  for (const [projectId, members] of Map.groupBy(tests, (test) => test.project_id)) {
    const ids = members
      .filter((test) => String(JSON.parse(test.automated_fields).script_path ?? '').trim() !== '')
      .map((test) => test.id)
    for (let i = 0; i < ids.length; i += BATCH) {
      await sql`update instances set due_at = (
          select ${due} from sets s
          where s.project_id = instances.project_id and s.id = instances.set_id and not exists (
            select 1 from runs r where r.project_id = instances.project_id and r.instance_id = instances.id
              and r.created_at > ${due}))
        where project_id = ${projectId} and test_id in (${sql.join(ids.slice(i, i + BATCH))})`.execute(db)
    }
  }
}

/** The delivery that a ping shows before it is made, and due times for what was planned before they were kept. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { addColumns } = schemaBuilder(db, types)
  await addColumns('webhook_messages', 'delivery_id integer')
  await fillDueTimes(db)
}
