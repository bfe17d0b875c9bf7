import { type Element, oneElement, sideObject } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { blankAsNull } from '../../core/text.ts'
import { addToCounts, findByIds, nextDisplayIds } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { changeEntity, deleteEntity, insertEntities, note } from '../../features/entities/entity-store.ts'
import { createCells, entityParts, updateCells } from '../../features/entities/named-entity.ts'
import { addLinks, lockLinks, type Pair } from '../../features/links/links.store.ts'
import { noteLastLinks, noteLinks } from '../../features/links/note-links.ts'
import { checkReferences } from '../../features/references/references.ts'
import { EMPTY_TOTALS } from '../../features/statuses/status-totals.ts'
import { clearBelow } from '../../features/trees/clear-below.ts'
import { lockCycles, readParent } from '../../features/trees/move-in-tree.ts'
import { requirements } from './requirements.resource.ts'
import { lockWithChildren, moveChildrenUp } from './requirements.store.ts'

/** Distinct ids of `traceability.test-ids`, and where they stand. */
function readTestIds(element: Element, problems: Problems): { ids: number[]; place: Pointer } {
  const side = sideObject(element, 'traceability')
  const place = inside(side?.place ?? element.place, 'test-ids')
  if (side === undefined) return { ids: [], place }
  const value = isObject(side.value) ? (blankAsNull(canonicalKeys(side.value)['test-ids']) ?? []) : undefined
  if (!Array.isArray(value)) {
    problems.at(place, 'Traceability must be an object whose test-ids is an array of ids')
    return { ids: [], place }
  }
  const ids = value.map((id, i) => readId(id, { problems, place: inside(place, i), label: 'Test id' }) ?? 0)
  return { ids: [...new Set(ids)], place }
}

/** `POST requirements.json`: with the tests of `traceability.test-ids` linked (contract §4.8). */
export async function createRequirement(context: Context): Promise<Answer> {
  const element = oneElement(context.body())
  const { sent } = element
  const projectId = context.project.id
  return context.write(async (tx) => {
    const parts = await entityParts(tx, { context, resource: requirements, sent })
    const { fields, problems } = parts
    const cells = await createCells(tx, { ...parts, authorRequired: true })
    const parent = await readParent(tx, { table: 'requirements', projectId, sent, problems })
    const tests = readTestIds(element, problems)
    await checkReferences(tx, parts)
    const displayId = await nextDisplayIds(tx, projectId, 'requirements', 1)
    const known = (await findByIds(tx, 'tests', projectId, tests.ids, { lock: true })).map((test) => ({ ...test }))
    const knownIds = new Set(known.map(({ id }) => id))
    for (const id of tests.ids) {
      if (!knownIds.has(id)) problems.at(tests.place, `Test ids names no test of this project: ${id}`)
    }
    problems.throwIfAny()
    const row = {
      ...cells,
      ...parent,
      project_id: projectId,
      id: tx.nextId(),
      display_id: displayId,
      cloned_from_id: null,
      ...EMPTY_TOTALS,
      created_at: context.now,
      updated_at: context.now,
    }
    await insertEntities(tx, requirements, [row], fields)
    const covers: Pair = { from: 'requirements', to: 'tests' }
    await addLinks(tx, { projectId, ...covers, id: row.id, ids: tests.ids })
    noteLinks(tx, covers, { row, far: known, action: 'link', userId: cells.author_id as number | null })
    addToCounts(tx, projectId, { requirements: 1 })
    return { show: 'requirements', id: row.id }
  })
}

/** `PUT requirements/:id.json`. */
export async function updateRequirement(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    if ((sent.values['parent-id'] ?? null) !== null) await lockCycles(tx, projectId)
    const row = await mustFind(tx, requirements, projectId, id, { lock: true })
    const parts = await entityParts(tx, { context, resource: requirements, sent })
    const { fields, problems } = parts
    const { cells, userId } = await updateCells(tx, { ...parts, row: { ...row } })
    const parent = await readParent(tx, { table: 'requirements', projectId, sent, problems, current: row })
    if (parent.parent_id !== undefined && parent.parent_id !== row.parent_id) cells.parent_id = parent.parent_id
    await checkReferences(tx, parts)
    await changeEntity(tx, requirements, { row: { ...row }, cells, fields, userId, now: context.now })
    return { show: 'requirements', id }
  })
}

/** `DELETE requirements/:id.json`: children move to its parent; its links go. */
export async function deleteRequirement(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockLinks(tx, projectId)
    await lockCycles(tx, projectId)
    await lockWithChildren(tx, projectId, id)
    const row = await mustFind(tx, requirements, projectId, id, { lock: true })
    for (const child of await moveChildrenUp(tx, row)) {
      const changes = [{ field: 'parent-id', from: id, to: row.parent_id }]
      note(tx, requirements, child, { action: 'update', changes })
    }
    await noteLastLinks(tx, 'requirements', { ...row })
    await clearBelow(tx, projectId, 'requirement', id)
    await deleteEntity(tx, requirements, { ...row })
    addToCounts(tx, projectId, { requirements: -1 })
    return { body: renderDeleted(requirements, id) }
  })
}
