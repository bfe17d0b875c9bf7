import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** As names were folded when this was written. */
const fold = (text: string) => text.toLowerCase()

const BATCH = 500

/** Columns that lists are sorted by at any size, of those tables that had no index of them (contract §13.1). */
const ORDERS: Record<string, readonly string[]> = {
  requirements: ['created_at', 'last_run_at'],
  tests: ['created_at', 'last_run_at'],
  sets: ['created_at', 'last_run_at'],
  instances: ['created_at', 'updated_at', 'run_status', 'last_run_at'],
  runs: ['created_at', 'updated_at'],
  issues: ['created_at'],
  milestones: ['created_at', 'updated_at'],
  builds: ['display_id', 'created_at', 'updated_at', 'name_folded'],
  failures: ['display_id', 'created_at', 'updated_at'],
}

const WORDS: Record<string, string> = {
  created_at: 'creation',
  updated_at: 'update',
  last_run_at: 'last_run',
  run_status: 'run_status',
  display_id: 'display_id',
  name_folded: 'name',
}

/** Folded names of builds, which are sorted by them too. */
async function foldBuildNames(db: Kysely<any>): Promise<void> {
  for (let after = { project_id: -1, id: -1 }; ; ) {
    const builds = await db
      .selectFrom('builds')
      .select(['project_id', 'id', 'name'])
      .where(sql<boolean>`(project_id, id) > (${after.project_id}, ${after.id})`)
      .orderBy('project_id')
      .orderBy('id')
      .limit(BATCH)
      .execute()
    for (const { project_id: projectId, id, name } of builds) {
      if (name === null || name === '') continue
      await db
        .updateTable('builds')
        .set({ name_folded: fold(name) })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .execute()
    }
    const last = builds.at(-1)
    if (last === undefined) return
    after = last
  }
}

/** Every order that lists are given at any size has an index; those of others begin with the project, and end with the id. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { addColumns, index } = schemaBuilder(db, types)
  await addColumns('builds', 'name_folded text')
  await foldBuildNames(db)
  // Without the id behind them, rows of one moment or one status had to be put in order for each page.
  for (const old of ['tests_by_last_run', 'tests_by_run_status', 'runs_by_update']) {
    await sql.raw(`drop index "${old}"`).execute(db)
  }
  await index('tests_by_run_status', 'tests (project_id, run_status, id)')
  for (const [table, columns] of Object.entries(ORDERS)) {
    for (const column of columns) {
      await index(`${table}_by_${WORDS[column]}`, `${table} (project_id, ${column}, id)`)
    }
  }
  await index('projects_by_creation', 'projects (account_id, created_at, id)', { where: 'deleted_at is null' })
  await index('projects_by_name', 'projects (account_id, substr(name_folded, 1, 200), id)', {
    where: 'deleted_at is null',
  })
  await index('comments_in_order', 'comments (project_id, entity, entity_id, created_at, id)')
  await index('users_by_creation', 'users (account_id, created_at, id)')
}
