import { KINDS, relationTo } from '../../core/kinds.ts'
import { MAX_RELATED } from '../../core/limits.ts'
import type { Resource } from '../../core/resource/define-resource.ts'
import type { Reader } from '../../db/handle.ts'
import type { Relationships } from '../../engine/resource-list.ts'

interface Related {
  from: number
  relation: string
  type: string
  id: number
}

/** What the stored links of many rows lead to; a link that a step-run causes counts like any other. */
async function linked(reader: Reader, projectId: number, kind: string, ids: readonly number[]): Promise<Related[]> {
  const rows = await reader.db
    .selectFrom('links')
    .select(['from_id', 'to_kind', 'to_id'])
    .distinct()
    .where('project_id', '=', projectId)
    .where('from_kind', '=', kind)
    .where('from_id', 'in', ids)
    .orderBy('to_id')
    .execute()
  return rows.map((row) => ({ from: row.from_id, relation: row.to_kind, type: row.to_kind, id: row.to_id }))
}

const SUITES = relationTo('sets')

/** The sets of milestones: a set names its milestone itself. */
async function suites(reader: Reader, projectId: number, ids: readonly number[]): Promise<Related[]> {
  const rows = await reader.db
    .selectFrom('sets')
    .select(['id', 'milestone_id'])
    .where('project_id', '=', projectId)
    .where('milestone_id', 'in', ids)
    .orderBy('id')
    .execute()
  const { type } = KINDS.testset
  return rows.map((row) => ({ from: Number(row.milestone_id), relation: SUITES, type, id: row.id }))
}

/** `relationships` of all rows of a page, in a fixed number of queries. */
export function relationshipsOf(resource: Resource) {
  const relations = resource.relationships ?? []
  return async (reader: Reader, projectId: number, ids: number[]): Promise<Map<number, Relationships>> => {
    const result = new Map<number, Relationships>(
      ids.map((id) => [id, Object.fromEntries(relations.map((relation) => [relation, { data: [] }]))]),
    )
    if (ids.length === 0) return result
    const related = await linked(reader, projectId, resource.type, ids)
    if (relations.includes(SUITES)) related.push(...(await suites(reader, projectId, ids)))
    for (const { from, relation, type, id } of related) {
      const data = result.get(from)?.[relation]?.data
      if (data !== undefined && data.length < MAX_RELATED) data.push({ id: String(id), type })
    }
    return result
  }
}
