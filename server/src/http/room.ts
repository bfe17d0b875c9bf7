import type { Query } from '../core/jsonapi/query.ts'
import type { Resource, Row } from '../core/resource/define-resource.ts'
import type { Reader } from '../db/database.ts'
import type { Order } from '../db/list.ts'
import { type Listing, whereExact, whereIn, whereLike } from '../db/list.ts'
import type { Counted } from '../db/store.ts'
import type { Context, Route } from './route.ts'

/** Narrows a listing by the query; returns it untouched when its parameter is absent. */
export type Filter = (listing: Listing, context: Context) => Listing | Promise<Listing>

export type Relationships = Record<string, { data: { id: string; type: string }[] }>

/**
 * A resource with what makes it answer: how its rows are selected, listed and filtered, and its routes. One room per
 * resource folder; `registry.ts` lists them.
 */
export interface Room {
  resource: Resource
  /** All columns that the declaration renders, as `t.*` and joined names; not yet scoped to a project or account. */
  select(reader: Reader): Listing
  order: Order
  filters: readonly Filter[]
  /** Rows of the account that this caller may see at all, where not every one is visible. */
  visible?: Filter
  /** PTQL and filters (contract §1.15, §2): read by themselves where they are given, for they may take long. */
  criteria?: { given(query: Query): boolean; apply: Filter }
  /** The kept count that an unfiltered list shows. */
  counted?: Counted
  /** `relationships=true`: links of all rows of a page in a fixed number of queries. */
  relationships?(reader: Reader, projectId: number, ids: number[]): Promise<Map<number, Relationships>>
  /** The declaration of a single one, where that shows more than a list does. */
  single?: Resource
  /** Finishes rows that need more than their own columns, for all rows of a page at once. */
  complete?(reader: Reader, rows: Row[]): Promise<void>
  routes: readonly Route[]
}

/** `…-ids` filter on a column of ids; further names are aliases. */
export function idsFilter(column: string, ...names: [string, ...string[]]): Filter {
  return (listing, { query }) => {
    const ids = query.ids(...names)
    return ids === undefined ? listing : whereIn(listing, column, ids)
  }
}

/** `name-exact` and `name-like` (and their aliases) on a named column such as `t.name`. */
export function nameFilters(column: string, ...words: [string, ...string[]]): Filter[] {
  return [
    (listing, { query }) => {
      const text = query.get(...words.map((word) => `${word}-exact`))
      return text === undefined ? listing : whereExact(listing, column, text)
    },
    (listing, { query, reader }) => {
      const text = query.get(...words.map((word) => `${word}-like`))
      return text === undefined ? listing : whereLike(listing, reader, column, text)
    },
  ]
}
