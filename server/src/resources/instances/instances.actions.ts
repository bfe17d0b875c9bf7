import { type Element, oneElement, oneOrMany } from '../../core/jsonapi/body.ts'
import { MAX_BULK } from '../../core/limits.ts'
import { createProblems, inside, type Problems } from '../../core/problems.ts'
import { type Cells, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import type { Tx } from '../../db/handle.ts'
import { addToCounts, findById, findByIds } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import { type Answer, type Context, showMade } from '../../engine/route.ts'
import { applyCustomFields } from '../../features/custom-fields/apply-custom-fields.ts'
import { type Field, loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { changeEntity, deleteEntity } from '../../features/entities/entity-store.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import {
  actingUser,
  checkReferences,
  noReferences,
  type References,
  readAssignee,
} from '../../features/references/references.ts'
import { clearBelow } from '../../features/trees/clear-below.ts'
import { refreshDueTimes } from './due-times.store.ts'
import { giveExampleRows } from './example-rows.ts'
import { instances } from './instances.resource.ts'
import { parametersFrom, requiredId, UNREAD } from './instances.rules.ts'
import {
  countsBelow,
  insertInstances,
  lockParents,
  type NewInstance,
  recomputeSet,
  recomputeTest,
} from './instances.store.ts'

interface Parts {
  context: Context
  fields: readonly Field[]
  problems: Problems
  references: References
}

async function customFieldsOf(
  tx: Tx,
  { sent }: Pick<Element, 'sent'>,
  parts: Parts,
  current?: string,
): Promise<string> {
  return applyCustomFields(tx, {
    context: parts.context,
    entity: 'Instance',
    fields: parts.fields,
    sent,
    problems: parts.problems,
    current,
  })
}

async function readNewInstance(tx: Tx, element: Element, parts: Parts): Promise<NewInstance> {
  const { sent } = element
  const cells = readForCreate({ resource: instances, sent, problems: parts.problems })
  const assignee = await readAssignee(tx, { ...parts, sent })
  return {
    ...cells,
    ...assignee,
    custom_fields: await customFieldsOf(tx, element, parts),
    // Read once the test is known: it decides what they may be called.
    parameters: undefined,
    set_id: requiredId(element, 'set-id', parts.problems),
    test_id: requiredId(element, 'test-id', parts.problems),
  }
}

/** `POST instances.json`: one, or up to 100 in one transaction. */
export async function createInstances(context: Context): Promise<Answer> {
  const { elements, many } = await oneOrMany(context.body(), MAX_BULK)
  const projectId = context.project.id
  return context.write(
    async (tx) => {
      const problems = createProblems()
      const references = noReferences()
      const parts = { context, fields: await loadFields(tx, projectId), problems, references }
      const news: NewInstance[] = []
      for (const element of elements) news.push(await readNewInstance(tx, element, parts))
      const parents = await lockParents(
        tx,
        projectId,
        news.map((instance) => instance.set_id),
        news.map((instance) => instance.test_id),
      )
      const { sets, tests } = parents
      for (const [index, { sent }] of elements.entries()) {
        const instance = news[index] as NewInstance
        const { set_id: setId, test_id: testId } = instance
        instance.parameters = parametersFrom(sent, { isBdd: tests.get(testId)?.test_type === 'BDDTest', problems })
        if (setId !== UNREAD && !sets.has(setId)) {
          problems.at(inside(sent.place, 'set-id'), 'Set id names no test set of this project', sent.values['set-id'])
        }
        if (testId !== UNREAD && !tests.has(testId)) {
          problems.at(inside(sent.place, 'test-id'), 'Test id names no test of this project', sent.values['test-id'])
        }
      }
      await checkReferences(tx, { context, references, problems })
      const complete = await giveExampleRows(tx, { projectId, news, tests })
      const rows = await insertInstances(tx, { projectId, news: complete, ...parents, now: context.now })
      const ids = rows.map((row) => row.id)
      return showMade('instances', ids, many)
    },
    { ids: elements.length },
  )
}

/** `PUT instances/:id.json`: its test and set never change. */
export async function updateInstance(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, instances, projectId, id, { lock: true })
    const set = await findById(tx, 'sets', projectId, row.set_id)
    const problems = createProblems()
    const parts = { context, fields: await loadFields(tx, projectId), problems, references: noReferences() }
    const cells: Cells = readForUpdate({ resource: instances, sent, problems, row: { ...row } })
    Object.assign(cells, await readAssignee(tx, { ...parts, sent, current: row }))
    if (sent.values['custom-fields'] !== undefined) {
      const next = await customFieldsOf(tx, { sent }, parts, row.custom_fields)
      if (next !== row.custom_fields) cells.custom_fields = next
    }
    const test = await findById(tx, 'tests', projectId, row.test_id)
    const isBdd = test?.test_type === 'BDDTest'
    const parameters = parametersFrom(sent, { isBdd, current: row.parameters, problems })
    if (parameters !== undefined && parameters !== row.parameters) cells.parameters = parameters
    const userId = actingUser({ ...parts, sent, key: 'updated-by-user-id' })
    await checkReferences(tx, parts)
    const shown = { ...row, set_display_id: set?.display_id }
    await changeEntity(tx, instances, { row: shown, cells, fields: [], userId, now: context.now })
    if (cells.planned_execution !== undefined) await refreshDueTimes(tx, projectId, 'id', id)
    return { show: 'instances', id }
  })
}

/** `DELETE instances/:id.json`: with its runs; its set and test are recomputed. */
export async function deleteInstance(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockLinks(tx, projectId)
    const row = await mustFind(tx, instances, projectId, id)
    const { sets } = await lockParents(tx, projectId, [row.set_id], [row.test_id])
    await findByIds(tx, 'instances', projectId, [id], { lock: true })
    const below = await countsBelow(tx, projectId, 'instance_id', id)
    await clearBelow(tx, projectId, 'instance', id)
    await deleteEntity(tx, instances, { ...row, set_display_id: sets.get(row.set_id)?.display_id })
    await recomputeSet(tx, projectId, row.set_id)
    await recomputeTest(tx, projectId, row.test_id)
    addToCounts(tx, projectId, { instances: -1, ...below })
    return { body: renderDeleted(instances, id) }
  })
}
