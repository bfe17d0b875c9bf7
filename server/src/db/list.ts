import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import { textHash } from '../core/hash.ts'
import { offsetOf, type Page, type PageResult } from '../core/jsonapi/paging.ts'
import { MAX_NAME, MAX_STEP_NAME } from '../core/limits.ts'
import { isDerived, type Resource, type Row } from '../core/resource/define-resource.ts'
import type { Cell } from '../core/resource/kinds.ts'
import { fold } from '../core/text.ts'
import { among } from './among.ts'
import type { TrigramTable } from './dialects/dialect.ts'
import type { Reader } from './handle.ts'
import { noRow } from './ptql/predicates.ts'
import type { TableName } from './schema.ts'
import { prefixOf, prefixPredicate } from './search-columns.ts'

/** A select over table `t` (and what it joins), before filters, order and page. Columns are named `t.column`. */
export type Listing = SelectQueryBuilder<Record<string, Record<string, Cell>>, string, Row>

/** A column or an expression that rows are put in order by. */
export type SortExpression = string | RawBuilder<Cell>

export interface OrderKey {
  by: SortExpression
  descending: boolean
  /** Rows without a value come last, whichever way the others go. */
  mayBeEmpty?: boolean
}

/** Order of a list: keys from the most significant to a unique last one. */
export interface Order {
  keys: readonly OrderKey[]
  /**
   * What the rows are read in, one behind the other, where an index has each in order, but not all: for instance those
   * without a value behind the others. Their keys are among `keys`.
   */
  stretches?: readonly { where: RawBuilder<boolean>; keys: readonly OrderKey[] }[]
}

const oneWay = (descending: boolean, columns: readonly SortExpression[]): Order => ({
  keys: columns.map((by) => ({ by, descending })),
})

/** The order of columns that are never empty, from small to large. */
export const ascending = (...columns: SortExpression[]): Order => oneWay(false, columns)

/** As `ascending`, from large to small. */
export const descending = (...columns: SortExpression[]): Order => oneWay(true, columns)

/** A select over table `t` as a listing: its columns are known from declarations, not to the compiler. */
export const asListing = (select: object): Listing => select as Listing

/** Selects all that the rows of a table hold. */
export const allOf =
  (table: TableName) =>
  ({ db }: Pick<Reader, 'db'>): Listing =>
    asListing(db.selectFrom(`${table as 'tests'} as t`).selectAll())

/**
 * The columns of `t` that a declaration shows, with `more` that its derived values need. Copies that are kept for
 * searching stay in the database: reading them took as long as the rest of a row.
 */
export function shownColumns({ attributes, joined = [] }: Resource, more: readonly string[] = []): 't.id'[] {
  const shown = Object.values(attributes).flatMap((attribute) => (isDerived(attribute) ? [] : attribute.column))
  const own = shown.filter((column) => !joined.includes(column))
  return [...new Set(['id', ...own, ...more])].map((column) => `t.${column}`) as 't.id'[]
}

/** Selects `shownColumns`. */
export function shownOf(resource: Resource, more?: readonly string[]): (reader: Pick<Reader, 'db'>) => Listing {
  const columns = shownColumns(resource, more)
  return ({ db }) => asListing(db.selectFrom(`${resource.table as 'tests'} as t`).select(columns))
}

export const BY_ID: Order = ascending('t.id')
export const BY_ID_DESCENDING: Order = descending('t.id')

export interface ListOptions {
  listing: Listing
  order: Order
  page: Page
  /** The kept count of the list, when no filter narrows it. */
  keptCount?: () => Promise<number>
}

const expressionOf = ({ by }: Pick<OrderKey, 'by'>): RawBuilder<Cell> =>
  typeof by === 'string' ? (sql.ref(by) as RawBuilder<Cell>) : by

/** The listing in its order. */
export function inOrder(listing: Listing, { keys }: Pick<Order, 'keys'>): Listing {
  let query = listing
  for (const key of keys) {
    const expression = expressionOf(key)
    if (key.mayBeEmpty) query = query.orderBy(sql`${expression} is null`, 'asc')
    query = query.orderBy(expression, key.descending ? 'desc' : 'asc')
  }
  return query
}

async function countRows(listing: Listing): Promise<number> {
  const row = await listing.clearSelect().select(sql<number>`count(*)`.as('n')).executeTakeFirstOrThrow()
  return Number((row as { n: number }).n)
}

const operatorOf = ({ descending }: OrderKey) => sql.raw(descending ? '<' : '>')

/** The table that a key is of, where it is a column. */
const tableOf = ({ by }: OrderKey) => (typeof by === 'string' ? by.slice(0, by.indexOf('.')) : undefined)

/** Being behind the row with these values, by keys that all have one and go one way: what an index answers at once. */
function behindInOne(keys: readonly OrderKey[], values: readonly Cell[]): RawBuilder<boolean> {
  const [first] = keys as [OrderKey]
  const row = sql<boolean>`(${sql.join(keys.map(expressionOf))}) ${operatorOf(first)} (${sql.join(values)})`
  // Columns of two tables are compared when both are read; where to begin is said beside.
  if (new Set(keys.flatMap((key) => tableOf(key) ?? [])).size < 2) return row
  return sql`(${expressionOf(first)} ${operatorOf(first)}= ${values[0]} and ${row})`
}

/** Being behind the row with these values, key by key. */
function behind([key, ...rest]: readonly OrderKey[], [value, ...others]: readonly Cell[]): RawBuilder<boolean> {
  const expression = expressionOf(key as OrderKey)
  const tied = rest.length > 0 ? behind(rest, others) : undefined
  if (value === null || value === undefined) return sql`(${expression} is null and ${tied ?? sql`1 = 0`})`
  const larger = sql<boolean>`${expression} ${operatorOf(key as OrderKey)} ${value}`
  const beyond = key?.mayBeEmpty ? sql<boolean>`(${larger} or ${expression} is null)` : larger
  return tied ? sql`(${beyond} or (${expression} = ${value} and ${tied}))` : beyond
}

function behindRow(keys: readonly OrderKey[], values: readonly Cell[]): RawBuilder<boolean> {
  const isPlain = keys.every((key) => !key.mayBeEmpty && key.descending === keys[0]?.descending)
  if (!isPlain) return behind(keys, values)
  // A key without a value here has none in the whole stretch.
  const isFilled = (_: unknown, index: number) => values[index] !== null
  return behindInOne(keys.filter(isFilled), values.filter(isFilled))
}

/** A stretch of a list, and its order. */
export interface Stretch {
  listing: Listing
  keys: readonly OrderKey[]
}

/** What a list is read in, one after the other: nearly always one stretch. */
export const stretchesOf = (listing: Listing, { keys, stretches }: Order): Stretch[] =>
  stretches?.map((stretch) => ({ listing: listing.where(stretch.where), keys: stretch.keys })) ?? [{ listing, keys }]

/** Which stretch a row is in. */
const placeOf = (stretches: NonNullable<Order['stretches']>): RawBuilder<number> =>
  sql`case ${sql.join(
    stretches.map(({ where }, place) => sql`when ${where} then ${sql.lit(place)}`),
    sql` `,
  )} end`

/** The stretches from right behind the row `after` names; undefined when the hint names no row of the list (§1.7). */
export async function startAfter(listing: Listing, order: Order, after: number): Promise<Stretch[] | undefined> {
  const { keys, stretches } = order
  const [only] = keys
  if (keys.length === 1 && only?.by === 't.id') {
    return [{ listing: listing.where(sql<boolean>`${sql.ref('t.id')} ${operatorOf(only)} ${after}`), keys }]
  }
  const row = await listing
    .where('t.id', '=', after)
    .clearSelect()
    .select(keys.map((key, i) => sql<Cell>`${expressionOf(key)}`.as(`k${i}`)))
    .select((stretches ? placeOf(stretches) : sql<number>`0`).as('place'))
    .executeTakeFirst()
  if (!row) return undefined
  const values = new Map(keys.map(({ by }, i) => [by, row[`k${i}`] as Cell]))
  const [first, ...others] = stretchesOf(listing, order).slice(Number(row.place))
  if (first === undefined) return undefined
  const behindIt = behindRow(
    first.keys,
    first.keys.map(({ by }) => values.get(by) ?? null),
  )
  return [{ ...first, listing: first.listing.where(behindIt) }, ...others]
}

/** So many rows of the stretches, behind the first ones that are skipped. */
async function readStretches(stretches: readonly Stretch[], skipped: number, limit: number): Promise<Row[]> {
  const rows: Row[] = []
  let skip = skipped
  for (const [index, { listing, keys }] of stretches.entries()) {
    let query = inOrder(listing, { keys }).limit(limit - rows.length)
    if (skip > 0) query = query.offset(skip)
    const found = await query.execute()
    rows.push(...found)
    if (rows.length === limit || index === stretches.length - 1) break
    skip = skip === 0 || found.length > 0 ? 0 : skip - (await countRows(listing))
  }
  return rows
}

/** Reads one page. `total` is kept, counted once, or believed from the hint of the page before (contract §1.7). */
export async function readList({
  listing,
  order,
  page,
  keptCount,
}: ListOptions): Promise<PageResult & { rows: Row[] }> {
  const hinted = page.after === undefined ? undefined : await startAfter(listing, order, page.after)
  const offset = hinted ? 0 : offsetOf(page)
  let rows: Row[] = []
  if (offset !== undefined) rows = await readStretches(hinted ?? stretchesOf(listing, order), offset, page.size + 1)
  const more = rows.length > page.size
  if (more) rows = rows.slice(0, page.size)
  const lastRow = rows.at(-1)
  return { rows, more, lastId: lastRow && Number(lastRow.id), total: await total() }

  async function total(): Promise<number> {
    if (page.total !== undefined && (hinted || rows.length > 0)) return page.total
    if (page.number === 1 && !hinted && !more) return rows.length
    return keptCount ? keptCount() : countRows(listing)
  }
}

/** Whole-match, case-sensitive filter on a name (`*_exact`), in the words of the index of names. */
export function whereExact(listing: Listing, column: string, text: string): Listing {
  return listing
    .where(prefixPredicate(`${column}_folded`), '=', prefixOf(fold(text)))
    .where(`${column}_hash`, '=', textHash(text))
    .where(column, '=', text)
}

/** Names as long as they may be (contract §1.11), in UTF-16 units: no name holds a longer text, so none is searched for it. */
const MAX_NAME_UNITS = { steps: 2 * MAX_STEP_NAME, others: 2 * MAX_NAME }

/** Asks for nothing, in a way that spread databases take. */
const whereNothing = (listing: Listing, column: string) => listing.where(noRow(sql.ref(column)))

/** Case-insensitive substring filter on a column that carries its folded text (`*_like`). */
export function whereLike(listing: Listing, reader: Reader, column: string, text: string): Listing {
  if (text.length > MAX_NAME_UNITS.steps) return whereNothing(listing, column)
  return listing.where(reader.dialect.contains(`${column}_folded`, fold(text)) as never)
}

/** As `whereLike`, on the name of the table known as `alias`, by the index of its letters. */
export function whereNameLike(
  listing: Listing,
  reader: Reader,
  { table, alias, text }: { table: TrigramTable; alias: string; text: string },
): Listing {
  if (text.length > (table === 'steps' ? MAX_NAME_UNITS.steps : MAX_NAME_UNITS.others))
    return whereNothing(listing, `${alias}.id`)
  return listing.where(reader.dialect.nameContains(table, alias, fold(text)) as never)
}

/** Filter by words; an empty list matches nothing. */
export function whereIn(listing: Listing, column: string, values: readonly string[]): Listing {
  return values.length === 0 ? whereNothing(listing, column) : listing.where(column, 'in', values)
}

/** Filter by texts, however many, `orEmpty` also by having none; an empty list matches nothing. */
export function whereTexts(
  listing: Listing,
  { dialect }: Pick<Reader, 'dialect'>,
  { column, texts, orEmpty = false }: { column: string; texts: readonly string[]; orEmpty?: boolean },
): Listing {
  if (texts.length === 0) return whereNothing(listing, column)
  const isOne = dialect.oneText(sql.ref(column), texts)
  return listing.where(orEmpty ? sql<boolean>`(${isOne} or coalesce(${sql.ref(column)}, '') = '')` : isOne)
}

/** Filter by ids, however many; an empty list matches nothing. */
export function whereIds(
  listing: Listing,
  reader: Pick<Reader, 'dialect'>,
  column: string,
  ids: readonly number[],
): Listing {
  return listing.where(among(reader, column, [...new Set(ids)]))
}
