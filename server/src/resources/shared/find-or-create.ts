import { textHash } from '../../core/hash.ts'
import type { Reader, Tx } from '../../db/database.ts'

/** Serialises find-or-create of these names until the transaction ends; locks are taken in one order (§1.10). */
export async function lockNames(tx: Tx, projectId: number, table: string, names: readonly string[]): Promise<void> {
  for (const name of [...new Set(names)].sort()) await tx.dialect.lock(tx.db, `${table} ${projectId} ${name}`)
}

/** Exact name → lowest id, for the names that exist. */
export async function findByName(
  reader: Pick<Reader, 'db'>,
  projectId: number,
  table: 'tests' | 'sets',
  names: readonly string[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  if (names.length === 0) return found
  const rows = await reader.db
    .selectFrom(table as 'tests')
    .select(['id', 'name'])
    .where('project_id', '=', projectId)
    .where('name_hash', 'in', [...new Set(names.map(textHash))])
    .orderBy('id')
    .execute()
  const wanted = new Set(names)
  for (const { id, name } of rows) if (wanted.has(name) && !found.has(name)) found.set(name, id)
  return found
}
