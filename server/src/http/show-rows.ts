import { apiError } from '../core/errors.ts'
import { canonicalKey } from '../core/jsonapi/key-spelling.ts'
import { pageLinks, pageMeta, readPage } from '../core/jsonapi/paging.ts'
import { invalidParameter } from '../core/problems.ts'
import type { Resource, Row } from '../core/resource/define-resource.ts'
import { renderResource } from '../core/resource/render.ts'
import { type Listing, readList, whereIn } from '../db/list.ts'
import { hideRemoved } from '../db/removals.ts'
import { keptCount } from '../db/store.ts'
import type { Room } from './room.ts'
import type { Context, PageAnswer } from './route.ts'

/** The rows a caller may see at all: those of the path's project, or of the caller's account. */
export function scoped(room: Room, context: Context): Listing {
  const listing = room.select(context.reader)
  return room.resource.scope === 'project'
    ? listing.where('t.project_id', '=', context.project.id)
    : listing.where('t.account_id', '=', context.caller.accountId)
}

/** Extra attributes asked for by the query (`duration=true`, `last_activity=true`). */
function extrasOf(resource: Resource, context: Context): ReadonlySet<string> {
  const flags = Object.values(resource.attributes).flatMap((attribute) => attribute.onRequest ?? [])
  return new Set(flags.filter((flag) => context.query.flag(flag)))
}

async function render(room: Room, rows: Row[], context: Context, requested: boolean): Promise<object[]> {
  await room.complete?.(context.reader, rows)
  if (room.resource.scope === 'project') await hideRemoved(context.reader, context.project.id, rows)
  const extras = extrasOf(room.resource, context)
  const related =
    requested && room.relationships && context.query.flag('relationships')
      ? await room.relationships(
          context.reader,
          context.project.id,
          rows.map((row) => Number(row.id)),
        )
      : undefined
  return rows.map((row) => renderResource(room.resource, row, { extras, relationships: related?.get(Number(row.id)) }))
}

/** Parameters of later features: refused, because ignoring them would answer with the wrong rows (§1.4, §1.15). */
function refuseUnknownCriteria({ query }: Context): void {
  for (const name of ['ptql', 'set-ptql']) {
    if (query.get(name) !== undefined) throw invalidParameter(name, `${name} is not supported on this endpoint`)
  }
  for (const name of ['filter-id', 'set-filter-id']) {
    const id = query.get(name)
    if (id !== undefined) throw invalidParameter(name, `There is no filter with the id ${id} in this project`)
  }
  for (const name of ['autofilter-value', 'sub-autofilter-value']) {
    if (query.get(name) !== undefined) throw invalidParameter(name, `${name} needs the filter-id of an auto-filter`)
  }
}

/** `GET x.json`: filters combined with AND, one page, links and meta. */
export async function listRows(room: Room, context: Context): Promise<PageAnswer> {
  const page = readPage(context.query)
  refuseUnknownCriteria(context)
  const all = scoped(room, context)
  let listing = room.visible ? await room.visible(all, context) : all
  for (const filter of room.filters) listing = await filter(listing, context)
  const { counted } = room
  const result = await readList({
    listing,
    order: room.order,
    page,
    keptCount: counted && listing === all ? () => keptCount(context.reader, context.project.id, counted) : undefined,
  })
  return {
    data: await render(room, result.rows, context, true),
    links: pageLinks(context.url, context.query, page, result),
    meta: pageMeta(page, result),
  }
}

/** Full resources by id, in the order asked for; ids that name nothing are left out. */
export async function showByIds(
  room: Room,
  context: Context,
  ids: readonly number[],
  { requested = false } = {},
): Promise<object[]> {
  if (ids.length === 0) return []
  const listing = scoped(room, context)
  const visible = room.visible ? await room.visible(listing, context) : listing
  const rows: Row[] = (await whereIn(visible, 't.id', ids).execute()) as Row[]
  const byId = new Map<number, Row>(rows.map((row) => [Number(row.id), row]))
  const ordered = ids.flatMap((id) => byId.get(id) ?? [])
  return render(room, ordered as Row[], context, requested)
}

/** `GET x/:id.json`: 404 unless the row is of this project or account. */
export async function showRow(room: Room, context: Context): Promise<{ data: object }> {
  const [data] = await showByIds(room, context, [context.id()], { requested: true })
  if (data === undefined) throw notFound(room.resource)
  return { data }
}

export function notFound(resource: Resource): Error {
  return apiError('not_found', { title: `There is no such ${resource.noun} here` })
}

/** Whether a word names a resource in any spelling, singular or plural (`run`, `Runs`). */
export function namesResource(word: unknown, resource: Resource): 'singular' | 'plural' | undefined {
  if (typeof word !== 'string') return undefined
  const key = canonicalKey(word.trim())
  if (key === resource.type) return 'plural'
  return key === resource.type.slice(0, -1) ? 'singular' : undefined
}
