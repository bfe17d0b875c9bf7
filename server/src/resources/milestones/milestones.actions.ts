import { oneElement } from '../../core/jsonapi/body.ts'
import { inside, type Problems } from '../../core/problems.ts'
import type { Cells, Input } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import type { Tx } from '../../db/handle.ts'
import { addRemoval } from '../../db/removals.ts'
import { addToCounts, nextDisplayIds } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { changeEntity, deleteEntity, insertEntities, note } from '../../features/entities/entity-store.ts'
import { createCells, entityParts, updateCells } from '../../features/entities/named-entity.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { noteLastLinks } from '../../features/links/note-links.ts'
import { checkReferences } from '../../features/references/references.ts'
import { clearBelow } from '../../features/trees/clear-below.ts'
import { sets } from '../sets/sets.resource.ts'
import { milestones } from './milestones.resource.ts'
import { setsOfMilestone } from './milestones.store.ts'

/** A milestone ends when it starts, or later. */
function checkDates(cells: Cells, sent: Input, problems: Problems): void {
  const { start_date: start, end_date: end } = cells
  if (typeof start === 'string' && typeof end === 'string' && end < start) {
    problems.at(inside(sent.place, 'end-date'), `End date ${end} is before the start date ${start}`)
  }
}

/** `POST milestones.json` (contract §7.7). */
export async function createMilestone(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  return context.write(async (tx) => {
    const parts = await entityParts(tx, { context, resource: milestones, sent })
    const { fields, problems } = parts
    const cells = await createCells(tx, { ...parts, authorRequired: false })
    checkDates(cells, sent, problems)
    await checkReferences(tx, parts)
    const row = {
      ...cells,
      project_id: projectId,
      id: tx.nextId(),
      display_id: await nextDisplayIds(tx, projectId, 'milestones', 1),
      created_at: context.now,
      updated_at: context.now,
    }
    await insertEntities(tx, milestones, [row], fields)
    addToCounts(tx, projectId, { milestones: 1 })
    return { show: 'milestones', id: row.id }
  })
}

/** `PUT milestones/:id.json`. */
export async function updateMilestone(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, milestones, projectId, id, { lock: true })
    const parts = await entityParts(tx, { context, resource: milestones, sent })
    const { fields, problems } = parts
    const { cells, userId } = await updateCells(tx, { ...parts, row: { ...row } })
    checkDates({ ...row, ...cells } as Cells, sent, problems)
    await checkReferences(tx, parts)
    await changeEntity(tx, milestones, { row: { ...row }, cells, fields, userId, now: context.now })
    return { show: 'milestones', id }
  })
}

/** History of the sets that are in no milestone once theirs is gone; their rows follow later (contract §7.2). */
async function noteSetsLeft(tx: Tx, projectId: number, id: number): Promise<void> {
  for (const set of await setsOfMilestone(tx, projectId, id)) {
    note(tx, sets, set, { action: 'update', changes: [{ field: 'milestone-id', from: id, to: null }] })
  }
}

/** `DELETE milestones/:id.json`: its sets are in no milestone from then on. */
export async function deleteMilestone(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockLinks(tx, projectId)
    const row = await mustFind(tx, milestones, projectId, id, { lock: true })
    await noteLastLinks(tx, 'milestones', { ...row })
    await noteSetsLeft(tx, projectId, id)
    await clearBelow(tx, projectId, 'milestone', id)
    await deleteEntity(tx, milestones, { ...row })
    await addRemoval(tx, { projectId, kind: 'milestone', id, now: context.now })
    addToCounts(tx, projectId, { milestones: -1 })
    return { body: renderDeleted(milestones, id) }
  })
}
