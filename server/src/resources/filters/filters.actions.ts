import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { KINDS } from '../../core/kinds.ts'
import { createProblems, inside, invalidAt, type Problems } from '../../core/problems.ts'
import { createChecking, fieldOfAutofilter } from '../../core/ptql/check.ts'
import { PtqlError } from '../../core/ptql/ptql-error.ts'
import { BrokenFilter } from '../../core/ptql/views.ts'
import { type Cells, type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { blankAsNull, fold, isBlank } from '../../core/text.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import type { FilterRow } from '../../db/schema.ts'
import { changeRow, deleteRow, findById, insertRows } from '../../db/store.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { readEntity } from '../../features/entities/name-entity.ts'
import { readParent } from '../../features/trees/move-in-tree.ts'
import { ptqlProblem } from './criteria.ts'
import { createDirectory } from './directory.ts'
import { FILTERED, type Filtered, filters } from './filters.resource.ts'
import { hasChildren, isVisible, lockFilters, nextPosition, toSaved } from './filters.store.ts'

async function findFilter(reader: Reader, context: Context): Promise<FilterRow | undefined> {
  const row = await findById(reader, 'filters', context.project.id, context.id())
  return row !== undefined && isVisible(row, context.caller) ? row : undefined
}

/** A filter that the caller may see; 404 for those of others too (contract §7.5). */
export async function mustFindFilter(reader: Reader, context: Context): Promise<FilterRow> {
  const row = await findFilter(reader, context)
  if (row === undefined) throw notFound(filters)
  return row
}

/** Private filters are their owner's to write; public ones take `custom_views` (contract §7.5). */
function requireWriting({ caller, require }: Context, row: Pick<FilterRow, 'private' | 'owner_id'>): void {
  if (row.private === 0) require('custom_views')
  else if (row.owner_id === null || row.owner_id !== caller.userId) {
    throw apiError('invalid', { title: 'A private filter is changed by the personal token of its owner only' })
  }
}

/** `autofilter-fields` as a cell: null, or one or two names of fields of the entity. */
async function readAutofilter(
  context: Context,
  reader: Reader,
  entity: Filtered,
  { sent, problems }: { sent: Input; problems: Problems },
): Promise<{ autofilter_fields?: string | null }> {
  const value = blankAsNull(sent.values['autofilter-fields'])
  if (value === undefined) return {}
  const names = typeof value === 'string' ? [value] : (value ?? [])
  const place = inside(sent.place, 'autofilter-fields')
  const areNames = Array.isArray(names) && names.every((name) => typeof name === 'string' && !isBlank(name))
  if (!areNames || names.length > 2) {
    problems.at(place, 'Autofilter fields must be null or an array of one or two field names')
    return {}
  }
  for (const [index, name] of (names as string[]).entries()) {
    try {
      await fieldOfAutofilter(createDirectory(context, reader), name, KINDS[entity].title)
    } catch (error) {
      if (!(error instanceof PtqlError)) throw error
      problems.at(inside(place, index), error.message.replace(/^.*?: /, 'Autofilter fields: '))
    }
  }
  return { autofilter_fields: names.length === 0 ? null : JSON.stringify(names) }
}

/** Throws 422 unless the filter, as it will be, can be used: its criteria parse and do not lead back to itself. */
async function checkCriteria(context: Context, tx: Tx, row: FilterRow, sent: Input): Promise<void> {
  const saved = toSaved(row, context.caller)
  const entity = row.entity as Filtered
  const directory = createDirectory(context, tx, (stored, word) =>
    word === entity ? [...stored.filter(({ id }) => id !== row.id), saved] : stored,
  )
  // Whoever uses it later is CURRENT_USER then; any user will do for the check.
  const checking = createChecking({ directory, now: context.now, currentUser: context.caller.userId ?? 0 })
  try {
    await checking.views.inside(saved, KINDS[entity].title)
  } catch (error) {
    const own = error instanceof BrokenFilter && error.filterId === row.id ? error.error : error
    throw ptqlProblem(own, inside(sent.place, 'ptql'))
  }
}

const criteriaOrNull = (cells: Cells) => (typeof cells.ptql === 'string' && isBlank(cells.ptql) ? null : cells.ptql)

/** `POST filters.json`: 422 for the entity's word, then 403, then the rest (contract §1.8, §7.5). */
export async function createFilter(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const { pointer } = inside(sent.place, 'entity')
  const entity = readEntity(sent.values.entity, FILTERED, { pointer })
  const problems = createProblems()
  const cells = readForCreate({ resource: filters, sent, problems })
  const isPrivate = cells.private === 1
  if (!isPrivate) context.require('custom_views')
  const projectId = context.project.id
  const { userId } = context.caller
  if (isPrivate && userId === null) {
    problems.at(inside(sent.place, 'private'), 'A private filter needs an owner: create it with a personal token')
  }
  return context.write(async (tx) => {
    await lockFilters(tx, projectId)
    const parent = await readParent(tx, { table: 'filters', projectId, sent, problems, entity })
    const autofilter = await readAutofilter(context, tx, entity, { sent, problems })
    problems.throwIfAny()
    const parentId = parent.parent_id ?? null
    const name = String(cells.name)
    const row: FilterRow = {
      project_id: projectId,
      id: tx.nextId(),
      entity,
      parent_id: parentId,
      name,
      name_folded: fold(name),
      ptql: criteriaOrNull(cells) as string | null,
      autofilter_fields: autofilter.autofilter_fields ?? null,
      private: isPrivate ? 1 : 0,
      owner_id: userId,
      position: (cells.position as number | null) ?? (await nextPosition(tx, projectId, entity, parentId)),
      created_at: context.now,
      updated_at: context.now,
    }
    await checkCriteria(context, tx, row, sent)
    await insertRows(tx, 'filters', [row])
    const changes = changesOf(filters, undefined, { ...row })
    noteSetting(tx, { entity: 'filter', entityId: row.id, projectId, action: 'create', changes })
    return { show: 'filters', id: row.id }
  })
}

/** What `private` means for who owns a filter: making it private makes it the caller's. */
function moveOwnership(context: Context, row: FilterRow, cells: Cells, sent: Input): void {
  if (cells.private === 0) context.require('custom_views')
  if (cells.private !== 1) return
  const { userId } = context.caller
  if (userId === null) {
    throw invalidAt(inside(sent.place, 'private'), 'A private filter needs an owner: change it with a personal token')
  }
  if (row.owner_id !== userId) cells.owner_id = userId
}

/** `PUT filters/:id.json`: its kind of entity never changes. */
export async function updateFilter(context: Context): Promise<Answer> {
  // Who may is asked before the body is read, whether it exists only inside the transaction (contract §1.8, §1.18).
  const seen = await findFilter(context.reader, context)
  if (seen !== undefined) requireWriting(context, seen)
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockFilters(tx, projectId)
    const row = await mustFindFilter(tx, context)
    requireWriting(context, row)
    const entity = row.entity as Filtered
    const problems = createProblems()
    const cells = readForUpdate({ resource: filters, sent, problems, row: { ...row } })
    if (cells.position === null) delete cells.position
    if (cells.ptql !== undefined) cells.ptql = criteriaOrNull(cells) ?? null
    moveOwnership(context, row, cells, sent)
    const parent = await readParent(tx, { table: 'filters', projectId, sent, problems, current: row, entity })
    if (parent.parent_id !== undefined && parent.parent_id !== row.parent_id) cells.parent_id = parent.parent_id
    const autofilter = await readAutofilter(context, tx, entity, { sent, problems })
    if (autofilter.autofilter_fields !== undefined && autofilter.autofilter_fields !== row.autofilter_fields) {
      cells.autofilter_fields = autofilter.autofilter_fields
    }
    problems.throwIfAny()
    if (cells.name !== undefined) cells.name_folded = fold(String(cells.name))
    const after = { ...row, ...cells } as FilterRow
    if ('ptql' in cells || 'parent_id' in cells) await checkCriteria(context, tx, after, sent)
    await changeRow(tx, 'filters', { projectId, id: row.id, cells, now: context.now })
    const changes = changesOf(filters, { ...row }, { ...after })
    noteSetting(tx, { entity: 'filter', entityId: row.id, projectId, action: 'update', changes })
    return { show: 'filters', id: row.id }
  })
}

/** `DELETE filters/:id.json`: not while others hang below it. */
export async function deleteFilter(context: Context): Promise<Answer> {
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockFilters(tx, projectId)
    const row = await mustFindFilter(tx, context)
    requireWriting(context, row)
    if (await hasChildren(tx, row))
      throw apiError('invalid', { title: 'This filter has child filters: move or delete them first' })
    await deleteRow(tx, 'filters', projectId, row.id)
    const changes = changesOf(filters, { ...row }, undefined)
    noteSetting(tx, { entity: 'filter', entityId: row.id, projectId, action: 'delete', changes })
    return { body: renderDeleted(filters, row.id) }
  })
}
