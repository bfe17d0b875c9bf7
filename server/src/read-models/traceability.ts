import type { Reader } from '../db/database.ts'
import type { Relationships } from '../http/room.ts'

/** Links of many rows of one kind, grouped by the kinds they lead to; one query for a whole page. */
export async function linksOf(
  reader: Reader,
  o: { projectId: number; kind: string; ids: number[]; to: readonly string[] },
): Promise<Map<number, Relationships>> {
  const result = new Map<number, Relationships>(
    o.ids.map((id) => [id, Object.fromEntries(o.to.map((kind) => [kind, { data: [] }]))]),
  )
  if (o.ids.length === 0) return result
  const rows = await reader.db
    .selectFrom('links')
    .select(['from_id', 'to_kind', 'to_id'])
    .where('project_id', '=', o.projectId)
    .where('from_kind', '=', o.kind)
    .where('from_id', 'in', o.ids)
    .orderBy('to_id')
    .execute()
  for (const { from_id: from, to_kind: kind, to_id: to } of rows) {
    result.get(from)?.[kind]?.data.push({ id: String(to), type: kind })
  }
  return result
}
