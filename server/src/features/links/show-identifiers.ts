import { pageLinks, pageMeta, readPage } from '../../core/jsonapi/paging.ts'
import { MAX_RELATED } from '../../core/limits.ts'
import { BY_ID, type Listing, readList } from '../../db/list.ts'
import { type Context, jsonTexts, type PageAnswer } from '../../engine/route.ts'
import { refuseQueries } from '../../engine/show-rows.ts'

const identifiers = (rows: readonly { id?: unknown }[], type: string) =>
  rows.map((row) => ({ id: String(row.id), type }))

/** All identifiers of a listing of ids on one page, id ascending; at most the first 10,000 (contract §1.19). */
export async function allIdentifiers(
  listing: Listing,
  type: string,
): Promise<{ data: object[]; links: object; meta: object }> {
  const page = { number: 1, size: MAX_RELATED }
  const result = await readList({ listing, order: BY_ID, page })
  const meta = pageMeta({ ...page, size: Math.max(1, result.total) }, result)
  return { data: identifiers(result.rows, type), links: {}, meta: { ...meta } }
}

/** Identifiers as a GET answers them: all on one page, or paged when the request says so (contract §5). */
export async function showIdentifiers(context: Context, listing: Listing, type: string): Promise<PageAnswer> {
  const { query } = context
  refuseQueries(context)
  if (query.get('page[number]', 'page[size]', 'pagenumber', 'pagesize') === undefined) {
    const all = await allIdentifiers(listing, type)
    return { ...all, data: jsonTexts(all.data) }
  }
  const page = readPage(query)
  const result = await readList({ listing, order: BY_ID, page })
  return {
    data: jsonTexts(identifiers(result.rows, type)),
    links: pageLinks(context.url, query, page, result),
    meta: pageMeta(page, result),
  }
}
