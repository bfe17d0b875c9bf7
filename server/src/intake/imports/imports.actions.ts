import { pageLinks, pageMeta, readPage } from '../../core/jsonapi/paging.ts'
import { mustFind } from '../../engine/must-find.ts'
import { type Answer, type Context, jsonTexts } from '../../engine/route.ts'
import { imports } from './imports.resource.ts'
import { refusalsOf } from './imports.store.ts'
import { metaOf } from './receive-import.ts'

/** `GET imports/:id.json`: the receipt, with the figures so far while it is being stored. */
export async function showImport(context: Context): Promise<Answer> {
  const row = await mustFind(context.reader, imports, context.project.id, context.id())
  return { show: 'imports', id: row.id, meta: await metaOf(context, row) }
}

/** `GET imports/:id/refusals.json`: every case that was not stored, page by page. */
export async function listRefusals(context: Context): Promise<Answer> {
  const row = await mustFind(context.reader, imports, context.project.id, context.id())
  const page = readPage(context.query)
  const from = Math.min(Number.MAX_SAFE_INTEGER, (page.number - 1) * page.size)
  const refusals = await refusalsOf(context.reader, row.project_id, row.id, { from, most: page.size })
  const result = { total: row.refused, more: from + refusals.length < row.refused }
  return {
    page: {
      data: jsonTexts(refusals),
      links: pageLinks(context.url, context.query, page, result),
      meta: pageMeta(page, result),
    },
  }
}
