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

/** Order of a list: columns (or expressions) from the most significant to a unique last one, all in one direction. */
export interface Order {
  columns: readonly (string | RawBuilder<Cell>)[]
  direction: 'asc' | 'desc'
}

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

export const BY_ID: Order = { columns: ['t.id'], direction: 'asc' }
export const BY_ID_DESCENDING: Order = { columns: ['t.id'], direction: 'desc' }

export interface ListOptions {
  listing: Listing
  order: Order
  page: Page
  /** The kept count of the list, when no filter narrows it. */
  keptCount?: () => Promise<number>
}

const expressionOf = (column: string | RawBuilder<Cell>) => (typeof column === 'string' ? sql.ref(column) : column)

/** The listing in its order. */
export function inOrder(listing: Listing, { columns, direction }: Order): Listing {
  return columns.reduce((query, column) => query.orderBy(expressionOf(column), direction), listing)
}

async function countRows(listing: Listing): Promise<number> {
  const row = await listing.clearSelect().select(sql<number>`count(*)`.as('n')).executeTakeFirstOrThrow()
  return Number((row as { n: number }).n)
}

/** The listing from right behind the row `after` names; unchanged when the hint names no row of the list (§1.7). */
async function startAfter(listing: Listing, order: Order, after: number): Promise<Listing | undefined> {
  const operator = sql.raw(order.direction === 'asc' ? '>' : '<')
  if (order.columns.length === 1 && order.columns[0] === 't.id') {
    return listing.where(sql<boolean>`${sql.ref('t.id')} ${operator} ${after}`)
  }
  const row = await listing
    .where('t.id', '=', after)
    .clearSelect()
    .select(order.columns.map((column, i) => sql<Cell>`${expressionOf(column)}`.as(`k${i}`)))
    .executeTakeFirst()
  if (!row) return undefined
  const left = sql.join(order.columns.map(expressionOf))
  const right = sql.join(order.columns.map((_, i) => sql`${row[`k${i}`]}`))
  return listing.where(sql<boolean>`(${left}) ${operator} (${right})`)
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
  if (offset !== undefined) {
    let query = hinted ?? listing
    query = inOrder(query, order).limit(page.size + 1)
    if (offset > 0) query = query.offset(offset)
    rows = await query.execute()
  }
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

/** Filter by texts, however many; an empty list matches nothing. */
export const whereTexts = (
  listing: Listing,
  { dialect }: Pick<Reader, 'dialect'>,
  column: string,
  texts: readonly string[],
): Listing =>
  texts.length === 0 ? whereNothing(listing, column) : listing.where(dialect.oneText(sql.ref(column), texts))

/** Filter by ids, however many; an empty list matches nothing. */
export function whereIds(
  listing: Listing,
  reader: Pick<Reader, 'dialect'>,
  column: string,
  ids: readonly number[],
): Listing {
  return listing.where(among(reader, column, [...new Set(ids)]))
}
