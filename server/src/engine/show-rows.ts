import { pageLinks, pageMeta, readPage } from '../core/jsonapi/paging.ts'
import { memoize } from '../core/memoize.ts'
import { invalidParameter } from '../core/problems.ts'
import type { Resource, Row } from '../core/resource/define-resource.ts'
import { type Rendered, renderResource, writerOf } from '../core/resource/render.ts'
import type { Reader } from '../db/handle.ts'
import { type Listing, type Order, readList, whereIds } from '../db/list.ts'
import { prepared } from '../db/prepared.ts'
import { hideRemoved } from '../db/removals.ts'
import { keptCount } from '../db/store.ts'
import { readAttributeFilters } from './attribute-filters.ts'
import { notFound } from './must-find.ts'
import { type ResourceList, selectOf } from './resource-list.ts'
import type { Answer, Context, PageAnswer } from './route.ts'
import { readSort } from './sorting.ts'

/** The rows a caller may see at all: those of the path's project, or of the caller's account. */
export async function scoped(list: ResourceList, context: Context, reader: Reader = context.reader): Promise<Listing> {
  const all =
    list.resource.scope === 'project'
      ? ofProject(list, reader, context.project.id)
      : selectOf(list, reader, 0).where('t.account_id', '=', context.caller.accountId)
  return list.within ? list.within(all, context) : all
}

const ofProject = (list: ResourceList, reader: Reader, projectId: number): Listing =>
  selectOf(list, reader, projectId).where('t.project_id', '=', projectId)

/** Extra attributes asked for by the query (`duration=true`, `last_activity=true`); undefined for none. */
function extrasOf({ attributes }: Resource, { query }: Context): ReadonlySet<string> | undefined {
  if (query.pairs.length === 0) return undefined
  const flags = Object.values(attributes).flatMap((attribute) => attribute.onRequest ?? [])
  return new Set(flags.filter((flag) => query.flag(flag)))
}

/** Makes rows ready to be rendered: what they show beyond their own columns, less what was removed. */
async function finish(list: ResourceList, reader: Reader, projectId: number | undefined, rows: Row[]): Promise<void> {
  await list.complete?.(reader, rows)
  if (projectId !== undefined) await hideRemoved(reader, projectId, rows)
}

async function render(
  list: ResourceList,
  rows: Row[],
  context: Context,
  { requested, resource = list.resource }: { requested: boolean; resource?: Resource },
): Promise<Iterable<string>> {
  await finish(list, context.reader, list.resource.scope === 'project' ? context.project.id : undefined, rows)
  const extras = extrasOf(resource, context)
  const related =
    requested && list.relationships && context.query.flag('relationships')
      ? await list.relationships(
          context.reader,
          context.project.id,
          rows.map((row) => Number(row.id)),
        )
      : undefined
  const write = writerOf(resource, extras)
  return rows.values().map((row) => write(row, related?.get(Number(row.id))))
}

/** Where a query language is not spoken, ignoring it would answer with the wrong rows (contract §1.4). */
export function refuseQueries({ query }: Context): void {
  for (const name of ['ptql', 'set-ptql']) {
    if (query.get(name) !== undefined) throw invalidParameter(name, `${name} is not supported on this endpoint`)
  }
}

/** What a list's parameters select. */
interface Selection {
  listing: Listing
  /** All that the caller may see: the same object as `listing` when no parameter narrows. */
  all: Listing
  /** Whether they are read by the reader for long queries. */
  long: boolean
  order: Order
}

/**
 * The rows that a list's parameters select, and their order. What may take long is read by the reader for that: queries,
 * filters that no index serves, and orders that none has, or not of what a filter leaves.
 */
export async function selected(list: ResourceList, context: Context): Promise<Selection> {
  const { criteria } = list
  const { query } = context
  const queried = criteria?.given(query) === true
  if (!queried) refuseQueries(context)
  const sort = await readSort(list, context)
  const byAttributes = await readAttributeFilters(list, context)
  const mayTakeLong =
    queried ||
    byAttributes !== undefined ||
    sort?.quick === false ||
    list.filters.some((filter) => filter.mayTakeLong?.(query))
  const readBy = async (long: boolean): Promise<Selection> => {
    const from = long || sort?.select === undefined ? list : { ...list, select: sort.select }
    const all = await scoped(from, context, long ? context.longReader : context.reader)
    let listing = list.visible ? await list.visible(all, context) : all
    for (const filter of list.filters) listing = await filter(listing, context)
    if (byAttributes) listing = byAttributes(listing)
    if (criteria && queried) listing = await criteria.apply(listing, context)
    // What no index has in order is read at once.
    const order = sort && long ? { keys: sort.order.keys } : (sort?.order ?? list.order)
    return { listing, all, long, order }
  }
  const selection = await readBy(mayTakeLong)
  return sort && !mayTakeLong && selection.listing !== selection.all ? readBy(true) : selection
}

/** `GET x.json`: filters combined with AND, in order, one page, links and meta. */
export async function listRows(list: ResourceList, context: Context): Promise<PageAnswer> {
  const page = readPage(context.query)
  const { listing, all, long, order } = await selected(list, context)
  const { counted } = list
  const result = await readList({
    // Only ids come from the reader for long queries, which is another process on SQLite.
    listing: long ? listing.clearSelect().select('t.id') : listing,
    order,
    page,
    keptCount: counted && listing === all ? () => keptCount(context.reader, context.project.id, counted) : undefined,
  })
  const rows = long
    ? await readInOrder(
        list,
        context,
        result.rows.map((row) => Number(row.id)),
      )
    : result.rows
  return {
    data: await render(list, rows, context, { requested: true }),
    links: pageLinks(context.url, context.query, page, result),
    meta: pageMeta(page, result),
  }
}

/** Reads rows of a list in a project by id: what shows and most writes end with. */
const byId = memoize((list: ResourceList) => ({
  one: prepared((reader, { projectId, id }: { projectId: number; id: number }) =>
    ofProject(list, reader, projectId).where('t.id', '=', id),
  ),
  some: prepared((reader, { projectId, ids }: { projectId: number; ids: readonly number[] }) =>
    ofProject(list, reader, projectId).where(reader.dialect.oneOf('t.id', ids)),
  ),
}))

async function readByIds(list: ResourceList, context: Context, ids: readonly number[]): Promise<Row[]> {
  if (list.resource.scope === 'project' && list.visible === undefined && list.within === undefined) {
    const { one, some } = byId(list)
    const [id] = ids
    const projectId = context.project.id
    const isOne = ids.length === 1 && id !== undefined
    const rows = await (isOne ? one(context.reader, { projectId, id }) : some(context.reader, { projectId, ids }))
    return rows as Row[]
  }
  const listing = await scoped(list, context)
  const visible = list.visible ? await list.visible(listing, context) : listing
  return whereIds(visible, context.reader, 't.id', ids).execute()
}

/** Rows by id in the order of the ids; those that name nothing are left out. */
async function readInOrder(list: ResourceList, context: Context, ids: readonly number[]): Promise<Row[]> {
  if (ids.length === 0) return []
  const rows = await readByIds(list, context, ids)
  const found = new Map<number, Row>(rows.map((row) => [Number(row.id), row]))
  return ids.map((id) => found.get(id)).filter((row) => row !== undefined)
}

/** Full resources by id as JSON texts, in the order asked for; ids that name nothing are left out. */
export async function showByIds(
  list: ResourceList,
  context: Context,
  ids: readonly number[],
  options?: { requested?: boolean },
): Promise<string[]> {
  const texts = await textsById(list, context, ids, options)
  return ids.flatMap((id) => texts.get(id) ?? [])
}

/** As `showByIds`, each with the id it belongs to. */
export async function textsById(
  list: ResourceList,
  context: Context,
  ids: readonly number[],
  { requested = false } = {},
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await readByIds(list, context, ids)
  const texts = [...(await render(list, rows, context, { requested, resource: list.single }))]
  return new Map(rows.map((row, index) => [Number(row.id), texts[index] as string]))
}

/**
 * Resources of a project by id, as a GET without parameters shows them to somebody who may see all; without a request,
 * so that a transaction can tell others what it wrote. Ids that name nothing are left out.
 */
export async function renderByIds(
  list: ResourceList,
  reader: Reader,
  projectId: number,
  ids: readonly number[],
): Promise<Map<number, Rendered>> {
  if (ids.length === 0) return new Map()
  const rows = (await byId(list).some(reader, { projectId, ids })) as Row[]
  await finish(list, reader, projectId, rows)
  return new Map(rows.map((row) => [Number(row.id), renderResource(list.resource, row)]))
}

/** `GET x/:id.json`: 404 unless the row is of this project or account. */
export async function showRow(list: ResourceList, context: Context): Promise<Answer> {
  const [data] = await showByIds(list, context, [context.id()], { requested: true })
  if (data === undefined) throw notFound(list.resource)
  refuseQueries(context)
  return { data }
}
