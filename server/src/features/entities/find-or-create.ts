import { textHash } from '../../core/hash.ts'
import { fold } from '../../core/text.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import { prefixOf, prefixPredicate } from '../../db/search-columns.ts'
import { type Parameter, parameter } from '../../engine/parameter.ts'

/** How a request asks for it. */
export const findOrCreate = (noun: string): Parameter =>
  parameter('find-or-create', `Answer the ${noun} of exactly that name, if there is one`, { type: 'boolean' })

/** Serialises find-or-create of these names until the transaction ends; locks are taken in one order (§1.10). */
export async function lockNames(tx: Tx, projectId: number, table: string, names: readonly string[]): Promise<void> {
  for (const name of [...new Set(names)].sort()) await tx.dialect.lock(tx.db, `${table} ${projectId} ${name}`)
}

/** What uploads ask with every request, by table. */
const named = (table: NamedTable) => {
  const select = ({ db }: Pick<Reader, 'db'>, projectId: number) =>
    db
      .selectFrom(table as 'tests')
      .select(['id', 'name'])
      .where('project_id', '=', projectId)
  const prefix = prefixPredicate('name_folded')
  type Asked = { projectId: number; most: number }
  return {
    together: prepared((reader, { projectId, prefixes, most }: Asked & { prefixes: readonly string[] }) =>
      select(reader, projectId).where(reader.dialect.oneText(prefix, prefixes)).limit(most),
    ),
    alone: prepared(
      (reader, { projectId, beginning, hash, name, most }: Asked & { beginning: string; hash: number; name: string }) =>
        select(reader, projectId)
          .where(prefix, '=', beginning)
          .where('name_hash', '=', hash)
          .where('name', '=', name)
          .orderBy('id')
          .limit(most),
    ),
  }
}

const NAMED = { tests: named('tests'), sets: named('sets') }
type NamedTable = 'tests' | 'sets'

/** Exact name → its ids, ascending and at most `most`, for the names that exist. */
export async function idsByName(
  reader: Reader,
  projectId: number,
  table: NamedTable,
  { names, most }: { names: readonly string[]; most: number },
): Promise<Map<string, number[]>> {
  const wanted = new Set(names)
  if (wanted.size === 0) return new Map()
  const { together, alone } = NAMED[table]
  const limit = wanted.size * most
  const beginningOf = (name: string) => prefixOf(fold(name))
  const prefixes = [...new Set([...wanted].map(beginningOf))]
  let rows = await together(reader, { projectId, prefixes, most: limit + 1 })
  if (rows.length > limit) {
    // Very many have one of these names, or begin as one does.
    rows = []
    for (const name of wanted) {
      const values = { projectId, beginning: beginningOf(name), hash: textHash(name), name, most }
      rows.push(...(await alone(reader, values)))
    }
  }
  const found = new Map<string, number[]>()
  for (const { id, name } of rows.sort((a, b) => a.id - b.id)) {
    // Others begin alike, or differ in case only.
    if (!wanted.has(name)) continue
    const ids = found.get(name) ?? []
    found.set(name, ids)
    if (ids.length < most) ids.push(id)
  }
  return found
}

/** Exact name → lowest id, for the names that exist. */
export async function findByName(
  reader: Reader,
  projectId: number,
  table: NamedTable,
  names: readonly string[],
): Promise<Map<string, number>> {
  const found = await idsByName(reader, projectId, table, { names, most: 1 })
  return new Map([...found].map(([name, [id]]) => [name, id as number]))
}
