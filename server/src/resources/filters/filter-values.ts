import { apiError } from '../../core/errors.ts'
import { offsetOf, pageLinks, pageMeta, readPage } from '../../core/jsonapi/paging.ts'
import { KINDS } from '../../core/kinds.ts'
import { invalidParameter } from '../../core/problems.ts'
import { createChecking, fieldOfAutofilter } from '../../core/ptql/check.ts'
import { compileCondition } from '../../db/ptql/compile.ts'
import { groupValues } from '../../db/ptql/group-values.ts'
import { type Answer, type Context, jsonTexts } from '../../engine/route.ts'
import { requireRight } from '../../features/entities/name-entity.ts'
import { insideFilter, ptqlProblem } from './criteria.ts'
import { createDirectory } from './directory.ts'
import { mustFindFilter } from './filters.actions.ts'
import type { Filtered } from './filters.resource.ts'
import { toSaved } from './filters.store.ts'

/** `GET filters/:id/values.json`: the values of a level of an auto-filter, and how many entities have each (§7.5). */
export async function listFilterValues(context: Context): Promise<Answer> {
  const row = await mustFindFilter(context.reader, context)
  const entity = row.entity as Filtered
  requireRight(context, entity, 'view')
  const page = readPage(context.query)
  const filter = toSaved(row, context.caller)
  const value = context.query.get('autofilter-value')
  const level = value === undefined ? 0 : 1
  const name = filter.autofilterFields[level]
  if (filter.autofilterFields.length === 0) {
    throw apiError('invalid', { title: 'This filter is no auto-filter: it has no values' })
  }
  if (name === undefined) throw invalidParameter('autofilter-value', 'This auto-filter has one level only')
  const directory = createDirectory(context, context.reader)
  const checking = createChecking({ directory, now: context.now, currentUser: context.caller.userId })
  const projectId = context.project.id
  try {
    const condition = await insideFilter(checking, filter, value === undefined ? [] : [value], entity)
    const field = await fieldOfAutofilter(directory, name, KINDS[entity].title)
    const { dialect } = context.longReader
    const where = compileCondition(condition, { dialect, projectId, entity: KINDS[entity].title, alias: 't' })
    const grouped = { projectId, entity: KINDS[entity].title, field, where, offset: offsetOf(page), limit: page.size }
    const { values, total } = await groupValues(context.longReader, grouped)
    const result = { total, more: page.number * page.size < total }
    const links = pageLinks(context.url, context.query, page, result)
    return { page: { data: jsonTexts(values), links, meta: pageMeta(page, result) } }
  } catch (error) {
    throw ptqlProblem(error, { parameter: 'autofilter-value' })
  }
}
