import { type Element, oneElement, sideObject } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { MAX_INSTANCES } from '../../core/limits.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { blankAsNull } from '../../core/text.ts'
import { addToCounts, findByIds, lockDisplayIds } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { changeEntity, deleteEntity } from '../../features/entities/entity-store.ts'
import { findByName, lockNames } from '../../features/entities/find-or-create.ts'
import { createCells, entityParts, updateCells } from '../../features/entities/named-entity.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { addUnknownReferences, checkReferences } from '../../features/references/references.ts'
import { clearBelow } from '../../features/trees/clear-below.ts'
import { refreshDueTimes } from '../instances/due-times.store.ts'
import { instancesOf } from '../instances/example-rows.ts'
import { countsBelow, lockParents, noteDropped, recomputeTest, testsOfSet } from '../instances/instances.store.ts'
import { sets } from './sets.resource.ts'
import { fillSet, insertSet } from './sets.store.ts'

/** Distinct test ids of `instances.test-ids` or `attributes.test-ids`, in input order. */
function readTestIds(element: Element, problems: Problems): { ids: number[]; place: Pointer } {
  const side = sideObject(element, 'instances')
  const holder = side && isObject(side.value) ? canonicalKeys(side.value)['test-ids'] : undefined
  const sent = blankAsNull(holder ?? element.sent.values['test-ids']) ?? []
  const place = inside(holder === undefined ? element.sent.place : (side?.place as Pointer), 'test-ids')
  if (!Array.isArray(sent)) {
    problems.at(place, 'Test ids must be an array of ids')
    return { ids: [], place }
  }
  const read = sent.map((value, i) => readId(value, { problems, place: inside(place, i), label: 'Test id' }) ?? 0)
  const ids = [...new Set(read)]
  if (ids.length <= MAX_INSTANCES) return { ids, place }
  problems.at(place, `At most ${MAX_INSTANCES} instances can be made in one request; ${ids.length} were asked for`)
  return { ids: [], place }
}

/** `POST sets.json`: one instance per distinct test of `instances.test-ids`; `find-or-create=true` by exact name. */
export async function createSet(context: Context): Promise<Answer> {
  const element = oneElement(context.body())
  const projectId = context.project.id
  const findFirst = context.query.flag('find-or-create')
  const name = element.sent.values.name
  return context.write(
    async (tx) => {
      if (findFirst && typeof name === 'string') {
        await lockNames(tx, projectId, 'sets', [name])
        const id = (await findByName(tx, projectId, 'sets', [name])).get(name)
        if (id !== undefined) return { show: 'sets', id, meta: { created: [] } }
      }
      const parts = await entityParts(tx, { context, resource: sets, sent: element.sent })
      const { fields, problems } = parts
      const cells = await createCells(tx, { ...parts, authorRequired: false })
      const { ids, place } = readTestIds(element, problems)
      await addUnknownReferences(tx, parts)
      // Locked, so that none of them goes before it is in the set; a set's number comes before tests.
      if (ids.length > 0) await lockDisplayIds(tx, projectId, 'sets')
      const known = new Map(
        (await findByIds(tx, 'tests', projectId, ids, { lock: true })).map((test) => [test.id, test]),
      )
      for (const id of ids) if (!known.has(id)) problems.at(place, `Test ids names no test of this project: ${id}`)
      const planned = instancesOf(
        ids.flatMap((id) => known.get(id) ?? []),
        place,
        problems,
      )
      problems.throwIfAny()
      const set = await insertSet(tx, { projectId, cells, fields, now: context.now })
      const news = planned.map((instance) => ({ ...instance, set_id: set.id }))
      if (news.length > 0) await fillSet(tx, set, news, context.now)
      return { show: 'sets', id: set.id, ...(findFirst ? { meta: { created: [set.id] } } : {}) }
    },
    { ids: 2 },
  )
}

/** `PUT sets/:id.json`. */
export async function updateSet(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, sets, projectId, id, { lock: true })
    const parts = await entityParts(tx, { context, resource: sets, sent })
    const { fields } = parts
    const { cells, userId } = await updateCells(tx, { ...parts, row: { ...row } })
    await checkReferences(tx, parts)
    await changeEntity(tx, sets, { row: { ...row }, cells, fields, userId, now: context.now })
    if (cells.planned_execution !== undefined) await refreshDueTimes(tx, projectId, 'set_id', id)
    return { show: 'sets', id }
  })
}

/** `DELETE sets/:id.json`: with its instances and runs; the tests in it are recomputed. */
export async function deleteSet(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockLinks(tx, projectId)
    const set = await mustFind(tx, sets, projectId, id, { lock: true })
    const testIds = await testsOfSet(tx, projectId, id)
    await lockParents(tx, projectId, [], testIds)
    const below = await countsBelow(tx, projectId, 'set_id', id)
    await noteDropped(tx, projectId, 'set_id', id)
    await clearBelow(tx, projectId, 'testset', id)
    await deleteEntity(tx, sets, { ...set })
    for (const testId of testIds) await recomputeTest(tx, projectId, testId)
    addToCounts(tx, projectId, { sets: -1, instances: -set.instances_count, ...below })
    return { body: renderDeleted(sets, id) }
  })
}
