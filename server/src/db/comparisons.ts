import { type RawBuilder, sql } from 'kysely'
import type { Comparable, ComparedAs } from '../core/resource/comparable.ts'
import type { Cell } from '../core/resource/kinds.ts'
import type { Dialect } from './dialects/dialect.ts'
import type { Order, OrderKey, SortExpression } from './list.ts'
import { prepared } from './prepared.ts'
import { noRow } from './ptql/predicates.ts'
import { prefixPredicate } from './search-columns.ts'

/** What the rows of a list are put in order and compared by: one attribute. */
export interface ComparedAttribute extends Pick<Comparable, 'as' | 'words' | 'mayBeEmpty'> {
  /** Where the attribute itself stands. */
  value: SortExpression
  /** What it is put in order by; left out: as what it is compared. */
  by?: readonly SortExpression[]
}

const expressionOf = (by: SortExpression): RawBuilder<Cell> =>
  typeof by === 'string' ? (sql.ref(by) as RawBuilder<Cell>) : by

/** A text as rows are put in order by it: "" is none. */
const textOrNone = (text: SortExpression): RawBuilder<Cell> => sql`nullif(${expressionOf(text)}, '')`

/** Where an attribute stands in a select of table `t`, with its folded copy where one is kept. */
export function attributeColumn({ as, column, words, folded, mayBeEmpty }: Comparable): ComparedAttribute {
  const value = `t.${column}`
  const text = folded ? `${value}_folded` : value
  if (as !== 'text') return { as, words, mayBeEmpty, value }
  if (mayBeEmpty) return { as, mayBeEmpty, value, by: [textOrNone(text)] }
  return { as, mayBeEmpty, value, by: folded ? inOrderOfNames(text) : [text] }
}

/** The order of a folded name: an index holds its beginning, and rows that begin alike are put in order then. */
export const inOrderOfNames = (folded: string): readonly SortExpression[] => [prefixPredicate(folded), folded]

/** The place of a word in its vocabulary. */
function placeOfWord(column: RawBuilder<Cell>, words: readonly string[]): RawBuilder<Cell> {
  const places = words.map((word, place) => sql`when ${word} then ${sql.lit(place)}`)
  return sql`case ${column} ${sql.join(places, sql` `)} else ${sql.lit(words.length)} end`
}

const userName = (value: RawBuilder<Cell>) =>
  sql<Cell>`(select u.display_name_folded from users u where u.id = ${value})`

const nameIn = (table: 'groups' | 'folders' | 'milestones', projectId: number, value: RawBuilder<Cell>) =>
  sql<Cell>`(select n.name_folded from ${sql.table(table)} n where n.project_id = ${projectId} and n.id = ${value})`

const nameOfAssignee = (projectId: number, value: RawBuilder<Cell>) =>
  sql<Cell>`case t.assigned_to_type when 'group' then ${nameIn('groups', projectId, value)} else ${userName(value)} end`

/** What rows are put in order by for one attribute: what is named by its name, words by their order. */
function sortExpressions({ as, words, value, by }: ComparedAttribute, projectId: number): readonly SortExpression[] {
  if (by !== undefined) return by
  const expression = expressionOf(value)
  switch (as) {
    case 'word':
      return [placeOfWord(expression, words ?? [])]
    case 'user':
      return [userName(expression)]
    case 'assignee':
      return [nameOfAssignee(projectId, expression)]
    case 'folder':
      return [nameIn('folders', projectId, expression)]
    case 'milestone':
      return [nameIn('milestones', projectId, expression)]
    default:
      return [value]
  }
}

const NAMING: ReadonlySet<ComparedAs> = new Set(['user', 'assignee', 'folder', 'milestone'])

/** The keys of an order by one attribute; rows that have none come last. */
export function sortKeys(attribute: ComparedAttribute, projectId: number, descending: boolean): OrderKey[] {
  const { as, value } = attribute
  const mayBeEmpty = attribute.mayBeEmpty || NAMING.has(as)
  const keys = sortExpressions(attribute, projectId).map((by) => ({ by, descending }))
  if (!mayBeEmpty) return keys
  // The place of a word is never null.
  if (as === 'word')
    return [{ by: sql<Cell>`case when ${expressionOf(value)} is null then 1 else 0 end`, descending: false }, ...keys]
  return keys.map((key) => ({ ...key, mayBeEmpty }))
}

/**
 * The stretches of an order by one attribute that an index has, each in order: those of each word, or those with a value
 * and those without; none where the index has all in order.
 */
export function sortStretches(
  { as, words = [], value, mayBeEmpty }: ComparedAttribute,
  keys: readonly OrderKey[],
): Order['stretches'] {
  const [first] = keys
  if (as === 'word') {
    const stretches = words.map((word) => ({
      where: sql<boolean>`${expressionOf(value)} = ${word}`,
      keys: keys.slice(-1),
    }))
    return first?.descending ? stretches.reverse() : stretches
  }
  if (!mayBeEmpty || first === undefined) return undefined
  const plain = keys.map(({ by, descending }) => ({ by, descending }))
  const filled = expressionOf(first.by)
  return [
    { where: sql`${filled} is not null`, keys: plain },
    // The first is null in all of them, and names where the index has them.
    { where: sql`${filled} is null`, keys: [...plain.slice(0, 1), ...plain.slice(-1)] },
  ]
}

/** What was deleted, and is not yet taken out of the rows that name it, reads as none. */
function withoutRemoved({ as, value }: ComparedAttribute, projectId: number): RawBuilder<Cell> {
  const expression = expressionOf(value)
  if (as !== 'folder' && as !== 'milestone' && as !== 'assignee') return expression
  const kind = as === 'assignee' ? 'group' : as
  const isGroup = as === 'assignee' ? sql`t.assigned_to_type = 'group' and` : sql``
  return sql`case when ${isGroup} exists (
    select 1 from removals r where r.project_id = ${projectId} and r.kind = ${kind} and r.id = ${expression}
  ) then null else ${expression} end`
}

/** The rows whose attribute is one of some cells, or that have none. */
export function isOneOf(
  attribute: ComparedAttribute,
  projectId: number,
  { cells, orEmpty }: { cells: readonly (string | number)[]; orEmpty: boolean },
): RawBuilder<boolean> {
  const expression = withoutRemoved(attribute, projectId)
  // Answers show times to the second.
  const shown =
    attribute.as === 'timestamp' ? sql<Cell>`(${expression} - (${expression} % 1000 + 1000) % 1000)` : expression
  const either = [
    ...(cells.length > 0 ? [sql<boolean>`${shown} in (${sql.join(cells)})`] : []),
    ...(orEmpty ? [sql<boolean>`${expression} is null`] : []),
    ...(orEmpty && attribute.as === 'text' ? [sql<boolean>`${expression} = ''`] : []),
  ]
  return either.length === 0 ? noRow(sql.ref('t.id')) : sql`(${sql.join(either, sql` or `)})`
}

/** A custom field, as far as rows are put in order and compared by it. */
export interface FieldFormat {
  id: number
  field_format: string
  /** JSON array of the kinds of entity that it is on. */
  entities: string
}

/** The custom fields of a project. */
export const fieldFormats = prepared(({ db }, { projectId }: { projectId: number }) =>
  db.selectFrom('custom_fields').select(['id', 'field_format', 'entities']).where('project_id', '=', projectId),
)

/** A custom field as rows are put in order by it: its value stands in the JSON of its row, as text or an array of texts. */
export function fieldAttribute(dialect: Dialect, key: string, format: string): ComparedAttribute {
  const text = textOrNone(dialect.jsonText('t.custom_fields', key) as RawBuilder<Cell>)
  if (format === 'number') return { as: 'number', mayBeEmpty: true, value: sql`cast(${text} as double precision)` }
  if (format === 'user') return { as: 'user', mayBeEmpty: true, value: sql`cast(${text} as bigint)` }
  return { as: 'text', mayBeEmpty: true, value: text }
}

/** The rows with one of some texts among the values of a custom field, or without any. */
export function fieldHasOneOf(
  dialect: Dialect,
  key: string,
  { texts, orEmpty }: { texts: readonly string[]; orEmpty: boolean },
): RawBuilder<boolean> {
  const has = dialect.jsonHas('t.custom_fields', key, texts)
  return orEmpty ? sql`(${has} or coalesce(${dialect.jsonText('t.custom_fields', key)}, '') = '')` : has
}
