import { canonicalKey } from '../core/jsonapi/key-spelling.ts'
import type { Query } from '../core/jsonapi/query.ts'
import type { Resource, Row } from '../core/resource/define-resource.ts'
import type { ComparedAttribute } from '../db/comparisons.ts'
import type { TrigramTable } from '../db/dialects/dialect.ts'
import type { Reader } from '../db/handle.ts'
import type { Order } from '../db/list.ts'
import { allOf, type Listing, whereExact, whereIds, whereLike, whereNameLike, whereTexts } from '../db/list.ts'
import type { TableName } from '../db/schema.ts'
import type { Counted } from '../db/store.ts'
import { type Parameter, parameter } from './parameter.ts'
import type { Context } from './route.ts'

/** Narrows a listing by the query; returns it untouched when its parameter is absent. */
export interface Filter {
  (listing: Listing, context: Context): Listing | Promise<Listing>
  parameters?: readonly Parameter[]
  /** All names of parameters that it reads, in their canonical spelling. */
  reads?: readonly string[]
  /** Whether what it selects by this query may take long to find: then the whole list is read by the reader for that. */
  mayTakeLong?(query: Query): boolean
}

/** A filter that says which parameters it reads. */
export const documented = (filter: Filter, ...parameters: Parameter[]): Filter =>
  Object.assign((...args: Parameters<Filter>) => filter(...args), {
    parameters,
    reads: filter.reads ?? parameters.map(({ name }) => canonicalKey(name)),
  })

export type Relationships = Record<string, { data: { id: string; type: string }[] }>

/** An attribute that a list is sorted by and stands in no column of its table. */
export interface OwnSortable extends ComparedAttribute {
  /** An index has all rows in its order. */
  quick?: boolean
  /** A select that begins with the table whose index that is, where a planner begins with another. */
  select?: ResourceList['select']
}

/** How the rows of a resource are selected, listed, filtered and finished: `<noun>.list.ts`. */
export interface ResourceList {
  resource: Resource
  /**
   * All columns that the declaration renders, as `t.*` and joined names; not yet scoped to a project or account, but for
   * its subqueries, which must name the project by themselves for a cluster. Left out: all of its table's.
   */
  select?(reader: Reader, projectId: number): Listing
  order: Order
  filters: readonly Filter[]
  /**
   * It takes `sort`, and a filter for each attribute that `sort` takes (contract §§ 13.1, 13.9): those that the resource
   * declares with a column of its table, and `attributes`, which stand elsewhere or are derived. `taken`: parameters that the route reads by itself.
   */
  sortable?: {
    attributes?: Readonly<Record<string, OwnSortable>>
    taken?: readonly string[]
  }
  /** What the list is of, beside its project: one entity, one build. */
  within?: Filter
  /** Rows of the account that this caller may see at all, where not every one is visible. */
  visible?: Filter
  /** PTQL and filters (contract §1.15, §2): read by themselves where they are given, for they may take long. */
  criteria?: { given(query: Query): boolean; apply: Filter; parameters: readonly Parameter[] }
  /** The kept count that an unfiltered list shows. */
  counted?: Counted
  /** `relationships=true`: links of all rows of a page in a fixed number of queries. */
  relationships?(reader: Reader, projectId: number, ids: number[]): Promise<Map<number, Relationships>>
  /** The declaration of a single one, where that shows more than a list does. */
  single?: Resource
  /** Finishes rows that need more than their own columns, for all rows of a page at once. */
  complete?(reader: Reader, rows: Row[]): Promise<void>
}

/** The select of a list; what is of an account is in no project, 0. */
export const selectOf = (
  { resource, select = allOf(resource.table as TableName) }: ResourceList,
  reader: Reader,
  projectId: number,
): Listing => select(reader, projectId)

/** `…-ids` filter on a column of ids; further names are aliases. */
export function idsFilter(column: string, ...names: [string, ...string[]]): Filter {
  const filter: Filter = (listing, { query, reader }) => {
    const ids = query.ids(...names)
    return ids === undefined ? listing : whereIds(listing, reader, column, ids)
  }
  filter.reads = names
  return documented(filter, parameter(names[0], 'Only those with one of these ids, separated by commas'))
}

/** Only those whose column has one of the texts of a parameter, or with `null` none; `read` spells each as it is stored. */
export const textsFilter = (
  name: string,
  column: string,
  about: string,
  read: (text: string) => string = (text) => text,
): Filter =>
  documented(
    (listing, { query, reader }) => {
      const texts = query.list(name)
      if (texts === undefined) return listing
      const orEmpty = texts.some((text) => text.toLowerCase() === 'null')
      return whereTexts(listing, reader, { column, texts: texts.map(read), orEmpty })
    },
    parameter(name, about),
  )

/**
 * `name-exact` and `name-like` (and their aliases) on the name of the table known as `alias`. `trigrams`: that table,
 * where names are indexed by their letters.
 */
export function nameFilters(
  { alias = 't', trigrams }: { alias?: string; trigrams?: TrigramTable },
  ...words: [string, ...string[]]
): Filter[] {
  const column = `${alias}.name`
  const exact: Filter = (listing, { query }) => {
    const text = query.get(...words.map((word) => `${word}-exact`))
    return text === undefined ? listing : whereExact(listing, column, text)
  }
  const sought = (query: Query) => query.get(...words.map((word) => `${word}-like`))
  const like: Filter = (listing, { query, reader }) => {
    const text = sought(query)
    if (text === undefined) return listing
    if (trigrams === undefined) return whereLike(listing, reader, column, text)
    return whereNameLike(listing, reader, { table: trigrams, alias, text })
  }
  return [
    documented(exact, parameter(`${words[0]}_exact`, `Only those with exactly this ${words[0]}`)),
    Object.assign(
      documented(like, parameter(`${words[0]}_like`, `Only those whose ${words[0]} contains this text, in any case`)),
      { mayTakeLong: (query: Query) => sought(query) !== undefined },
    ),
  ]
}
