import { oneElement } from '../../core/jsonapi/body.ts'
import { pageLinks, pageMeta, readPage } from '../../core/jsonapi/paging.ts'
import { createProblems, inside } from '../../core/problems.ts'
import { parseCheckbox } from '../../core/scalars.ts'
import { mustFind } from '../../engine/must-find.ts'
import { type Answer, type Context, jsonTexts } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { refreshBuild } from '../builds/refresh-build.ts'
import { setAside } from '../builds/results.store.ts'
import { imports } from './imports.resource.ts'
import { changeImport, refusalsOf } from './imports.store.ts'
import { metaOf } from './receipt.ts'

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

/** `PUT imports/:id.json`: whether it is set aside as an outage, which nobody knows better than people. */
export async function updateImport(context: Context, timeout: number): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  const { now } = context
  return context.write(async (tx) => {
    const row = await mustFind(tx, imports, projectId, id, { lock: true })
    const problems = createProblems()
    const value = sent.values.infrastructure ?? null
    const isSet = value === null ? null : parseCheckbox(value)
    if (isSet === undefined) {
      problems.at(inside(sent.place, 'infrastructure'), 'Infrastructure must be true or false', value)
    }
    problems.throwIfAny()
    if (typeof isSet === 'boolean') {
      await setAside(tx, row, isSet)
      await changeImport(tx, projectId, id, {
        infrastructure_set: isSet ? 1 : 0,
        infrastructure: isSet ? 1 : 0,
        updated_at: now,
      })
      await refreshBuild(tx, projectId, row.build_id, { timeout, now })
      const changes = [{ field: 'infrastructure', from: row.infrastructure === 1, to: isSet }]
      noteSetting(tx, {
        entity: 'import',
        entityId: id,
        projectId,
        action: 'update',
        changes: isSet === (row.infrastructure === 1) ? [] : changes,
      })
    }
    return { show: 'imports', id }
  })
}
