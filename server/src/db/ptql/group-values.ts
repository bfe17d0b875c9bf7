import { sql } from 'kysely'
import { type EntityName, KINDS, wordOfName } from '../../core/kinds.ts'
import type { PtqlField } from '../../core/ptql/condition.ts'
import { compareTexts } from '../../core/ptql/match-text.ts'
import { formatDuration, formatTimestamp } from '../../core/scalars.ts'
import { fold } from '../../core/text.ts'
import type { Reader } from '../handle.ts'
import { TAGS_FIELD } from '../search-columns.ts'
import { columnOf, dangling } from './compile.ts'
import type { Predicate } from './predicates.ts'

/** A value of a field among the entities of a filter, as text, and how many have it. */
export interface GroupedValue {
  value: string
  count: number
}

/** What a field groups by. */
interface Grouping {
  /** A join that brings the value in. */
  join?: Predicate
  /** What makes two values the same: text without case. */
  key: Predicate
  /** A value as it is shown, before it is formatted. */
  shown: Predicate
  /** What is not empty. */
  where: Predicate
}

function groupingOf(projectId: number, entity: EntityName, field: PtqlField): Grouping {
  const joined = (table: string, on: Predicate) =>
    sql`join ${sql.table(table)} as j on j.project_id = ${projectId} and ${on}`
  if (field.customId !== undefined || field.type === 'multi') {
    const id = field.customId ?? TAGS_FIELD
    const on = sql`j.kind = ${KINDS[wordOfName(entity)].table} and j.entity_id = t.id and j.field_id = ${id}`
    const key = field.type === 'number' ? sql`j.number` : sql`j.value_folded`
    return { join: joined('field_values', on), key, shown: sql`j.value`, where: sql`1 = 1` }
  }
  if (field.type === 'folder' || field.type === 'milestone') {
    const isFolder = field.type === 'folder'
    const on = sql`j.id = ${sql.ref(isFolder ? 't.folder_id' : 't.milestone_id')}`
    const join = joined(isFolder ? 'folders' : 'milestones', on)
    return { join, key: sql`j.name_folded`, shown: sql`j.name`, where: sql`1 = 1` }
  }
  if (field.type === 'parent') {
    const join = joined('requirements', sql`j.id = t.parent_id`)
    return { join, key: sql`j.display_id`, shown: sql`j.display_id`, where: sql`1 = 1` }
  }
  const column = columnOf(field, 't')
  if (field.type === 'text' || field.type === 'version' || field.type === 'status') {
    const folded = sql.ref(`t.${field.column}_folded`)
    return { key: folded, shown: column, where: sql`${folded} <> ''` }
  }
  if (field.type === 'timestamp') {
    const seconds = sql`${column} - ${column} % 1000`
    return { key: seconds, shown: seconds, where: sql`${column} is not null` }
  }
  const where =
    field.type === 'assignee'
      ? sql`${column} is not null and not ${dangling({ projectId, alias: (letter) => `${letter}0` }, 't')}`
      : sql`${column} is not null`
  return { key: column, shown: column, where }
}

/** A value as a query would write it. */
function textOf({ type }: PtqlField, shown: unknown): string {
  if (type === 'timestamp') return formatTimestamp(Number(shown))
  return type === 'duration' ? formatDuration(Number(shown)) : String(shown)
}

/** Of a field with a vocabulary: cells as words, those that read alike together. */
function asWords(field: PtqlField, rows: { shown: unknown; n: number }[]): GroupedValue[] {
  const counts = new Map<string, GroupedValue>()
  for (const { shown, n } of rows) {
    const text = field.words?.find(({ cell }) => cell === shown)?.text
    if (!text) continue
    const known = counts.get(fold(text)) ?? { value: text, count: 0 }
    known.count += Number(n)
    counts.set(fold(text), known)
  }
  return [...counts].sort(([a], [b]) => compareTexts(a, b)).map(([, value]) => value)
}

/** A page of the distinct values of a field among the rows of `t` that a condition selects, and how many there are. */
export async function groupValues(
  { db }: Pick<Reader, 'db'>,
  o: {
    projectId: number
    entity: EntityName
    field: PtqlField
    where: Predicate
    /** undefined: beyond every value. */
    offset: number | undefined
    limit: number
  },
): Promise<{ values: GroupedValue[]; total: number }> {
  const { join, key, shown, where } = groupingOf(o.projectId, o.entity, o.field)
  const groups = sql`from ${sql.table(KINDS[wordOfName(o.entity)].table)} as t ${join ?? sql``}
    where t.project_id = ${o.projectId} and ${where} and ${o.where} group by ${key}`
  const select = sql`select min(${shown}) as shown, count(*) as n ${groups} order by ${key}`
  if (o.field.words !== undefined) {
    const { rows } = await sql<{ shown: unknown; n: number }>`${select}`.execute(db)
    const values = asWords(o.field, rows)
    const from = o.offset ?? values.length
    return { values: values.slice(from, from + o.limit), total: values.length }
  }
  const { rows: counted } = await sql<{ n: number }>`select count(*) as n from (select 1 ${groups}) as g`.execute(db)
  const total = Number(counted[0]?.n ?? 0)
  if (o.offset === undefined) return { values: [], total }
  const page = sql<{ shown: unknown; n: number }>`${select} limit ${o.limit} offset ${o.offset}`
  const { rows } = await page.execute(db)
  return { values: rows.map(({ shown, n }) => ({ value: textOf(o.field, shown), count: Number(n) })), total }
}
