import type { Kysely } from 'kysely'
import type { ColumnTypes } from './schema-builder.ts'
import { schemaBuilder } from './schema-builder.ts'

/** As names were folded when this was written. */
const fold = (text: string) => text.toLowerCase()

const BATCH = 500

/** Display names without case beside them, because queries name users so; what the lists of users and groups read. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  const { addColumns, index } = schemaBuilder(db, types)
  await addColumns('users', 'display_name_folded text')
  for (let after = -1; ; ) {
    const users = await db
      .selectFrom('users')
      .select(['id', 'display_name'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute()
    for (const { id, display_name: name } of users) {
      await db
        .updateTable('users')
        .set({ display_name_folded: fold(name) })
        .where('id', '=', id)
        .execute()
    }
    const last = users.at(-1)
    if (last === undefined) break
    after = last.id
  }
  await index('users_by_display_name', 'users (account_id, display_name_folded)')
  await index('users_in_order', 'users (account_id, id)')
  // Names may be longer than an index entry holds.
  await index('groups_in_order', 'groups (project_id, substr(name, 1, 200), id)')
}
