import { type Body, type Element, oneElement, sentAt, sideObject } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { createProblems, inside, type Place, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import type { Cells } from '../../core/resource/read-attributes.ts'
import { renderDeleted, renderResource } from '../../core/resource/render.ts'
import { cut } from '../../core/text.ts'
import type { Tx } from '../../db/database.ts'
import type { InstanceRow, SetRow } from '../../db/schema.ts'
import { addToCounts, findById, findByIds, nextDisplayIds } from '../../db/store.ts'
import type { Answer, Context } from '../../http/route.ts'
import { notFound } from '../../http/show-rows.ts'
import { type Field, loadFields } from '../custom-fields/custom-fields.store.ts'
import {
  countsBelow,
  insertInstances,
  lockParents,
  type NewInstance,
  recomputeTest,
} from '../instances/instances.store.ts'
import { clearBelow } from '../shared/clear-below.ts'
import { changeEntity, deleteEntity, insertEntities } from '../shared/entity-store.ts'
import { findByName, lockNames } from '../shared/find-or-create.ts'
import { createCells, updateCells } from '../shared/named-entity.ts'
import { actingUser, checkReferences, noReferences } from '../shared/references.ts'
import { sets } from './sets.resource.ts'

const MAX_INSTANCES = 20_000

/** Distinct test ids of `instances.test-ids` or `attributes.test-ids`, in input order. */
function readTestIds(element: Element, problems: Problems): { ids: number[]; place: Place } {
  const side = sideObject(element, 'instances')
  const holder = side && isObject(side.value) ? canonicalKeys(side.value)['test-ids'] : undefined
  const sent = holder ?? element.sent.values['test-ids'] ?? []
  const place = inside(holder === undefined ? element.sent.place : (side?.place as Place), 'test-ids')
  if (!Array.isArray(sent)) {
    problems.at(place, 'Test ids must be an array of ids')
    return { ids: [], place }
  }
  if (sent.length > MAX_INSTANCES) {
    problems.at(place, `At most ${MAX_INSTANCES} instances can be made in one request; ${sent.length} were asked for`)
    return { ids: [], place }
  }
  const ids = sent.map((value, i) => readId(value, { problems, place: inside(place, i), label: 'Test id' }) ?? 0)
  return { ids: [...new Set(ids)], place }
}

/** Stores a set without instances and returns its row. */
async function insertSet(
  tx: Tx,
  o: { projectId: number; cells: Cells; fields: readonly Field[]; now: number },
): Promise<SetRow> {
  const { projectId, cells, now } = o
  const displayId = await nextDisplayIds(tx, projectId, 'sets', 1)
  const row = {
    cloned_from_id: null,
    ...cells,
    project_id: projectId,
    id: tx.nextId(),
    display_id: displayId,
    run_status: 'NO RUN',
    last_run_at: null,
    instances_count: 0,
    count_passed: 0,
    count_failed: 0,
    count_blocked: 0,
    count_no_run: 0,
    count_not_completed: 0,
    duration_estimate: 0,
    actual_duration: 0,
    last_instance_number: 0,
    created_at: now,
    updated_at: now,
  } as unknown as SetRow
  await insertEntities(tx, sets, [{ ...row }], o.fields)
  await addToCounts(tx, projectId, { sets: 1 })
  return row
}

async function fillSet(tx: Tx, set: SetRow, news: readonly NewInstance[], now: number): Promise<void> {
  const projectId = set.project_id
  const testIds = news.map((instance) => instance.test_id)
  const parents = await lockParents(tx, projectId, [], testIds)
  await insertInstances(tx, { projectId, news, ...parents, sets: new Map([[set.id, set]]), now })
}

/** `POST sets.json`: one instance per distinct test of `instances.test-ids`; `find-or-create=true` by exact name. */
export async function createSet(context: Context): Promise<Answer> {
  const element = oneElement(context.body())
  const projectId = context.project.id
  const findFirst = context.query.flag('find-or-create')
  const name = element.sent.values.name
  return context.write(2, async (tx) => {
    if (findFirst && typeof name === 'string') {
      await lockNames(tx, projectId, 'sets', [name])
      const id = (await findByName(tx, projectId, 'sets', [name])).get(name)
      if (id !== undefined) return { show: 'sets', id, meta: { created: [] } }
    }
    const problems = createProblems()
    const references = noReferences()
    const fields = await loadFields(tx, projectId)
    const parts = { context, resource: sets, sent: element.sent, fields, problems, references }
    const cells = await createCells(tx, { ...parts, authorRequired: false })
    const { ids, place } = readTestIds(element, problems)
    await checkReferences(tx, context, references, problems)
    const known = new Set((await findByIds(tx, 'tests', projectId, ids)).map((test) => test.id))
    for (const id of ids) if (!known.has(id)) problems.at(place, `Test ids names no test of this project: ${id}`)
    problems.throwIfAny()
    const set = await insertSet(tx, { projectId, cells, fields, now: context.now })
    const news = ids.map((testId) => ({ set_id: set.id, test_id: testId }))
    if (news.length > 0) await fillSet(tx, set, news, context.now)
    return { show: 'sets', id: set.id, ...(findFirst ? { meta: { created: [set.id] } } : {}) }
  })
}

/** `PUT sets/:id.json`. */
export async function updateSet(context: Context): Promise<Answer> {
  const id = context.id()
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  return context.write(0, async (tx) => {
    const row = await findById(tx, 'sets', projectId, id, { lock: true })
    if (!row) throw notFound(sets)
    const problems = createProblems()
    const references = noReferences()
    const fields = await loadFields(tx, projectId)
    const { cells, userId } = await updateCells(tx, {
      context,
      resource: sets,
      sent,
      fields,
      problems,
      references,
      row: { ...row },
    })
    await checkReferences(tx, context, references, problems)
    problems.throwIfAny()
    await changeEntity(tx, sets, { row: { ...row }, cells, fields, userId, now: context.now })
    return { show: 'sets', id }
  })
}

/** `DELETE sets/:id.json`: with its instances and runs; the tests in it are recomputed. */
export async function deleteSet(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(0, async (tx) => {
    const set = await findById(tx, 'sets', projectId, id, { lock: true })
    if (!set) throw notFound(sets)
    const tests = await tx.db
      .selectFrom('instances')
      .select('test_id')
      .distinct()
      .where('project_id', '=', projectId)
      .where('set_id', '=', id)
      .execute()
    const testIds = tests.map((row) => row.test_id).sort((a, b) => a - b)
    await lockParents(tx, projectId, [], testIds)
    const below = await countsBelow(tx, projectId, 'set_id', id)
    await clearBelow(tx, projectId, 'sets', id)
    await deleteEntity(tx, sets, { ...set })
    for (const testId of testIds) await recomputeTest(tx, projectId, testId)
    await addToCounts(tx, projectId, { sets: -1, instances: -set.instances_count, ...below })
    return { body: renderDeleted(sets, id) }
  })
}

/** The source as a body would send it: what a clone starts from, overridden by what is given. */
function cloneValues(source: SetRow, overrides: Record<string, unknown>, now: number): Record<string, unknown> {
  const { attributes } = renderResource(sets, { ...source }) as { attributes: Record<string, unknown> }
  const values: Record<string, unknown> = { ...attributes, name: cut(`Clone of ${source.name}`, 1000) }
  delete values['author-id']
  if (source.planned_execution !== null && source.planned_execution < now) delete values['planned-execution']
  return { ...values, ...overrides }
}

/** `POST sets/:id/clone.json`: attributes, fields and tags of the source, instances without runs (contract §4.11). */
export async function cloneSet(context: Context): Promise<Answer> {
  const id = context.id()
  const body: Body | undefined = context.optionalBody()
  const overrides = body?.top.data === undefined ? {} : oneElement(body).sent.values
  const projectId = context.project.id
  return context.write(2, async (tx) => {
    const source = await findById(tx, 'sets', projectId, id, { lock: true })
    if (!source) throw notFound(sets)
    const problems = createProblems()
    const references = noReferences()
    const place = { pointer: '/data/attributes' }
    const values = cloneValues(source, overrides, context.now)
    const sent = body ? { ...sentAt(body, values, place) } : { values, place, literal: () => '' }
    const fields = await loadFields(tx, projectId)
    const parts = { context, resource: sets, sent, fields, problems, references }
    const cells = await createCells(tx, { ...parts, authorRequired: false })
    cells.author_id = actingUser({ context, sent, problems, references, key: 'author-id' })
    cells.cloned_from_id = source.id
    await checkReferences(tx, context, references, problems)
    problems.throwIfAny()
    const set = await insertSet(tx, { projectId, cells, fields, now: context.now })
    const originals = await tx.db
      .selectFrom('instances')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('set_id', '=', source.id)
      .orderBy('id')
      .execute()
    const news = originals.map((original: InstanceRow) => ({
      set_id: set.id,
      test_id: original.test_id,
      custom_fields: original.custom_fields,
      priority: original.priority,
      version: original.version,
      planned_execution: original.planned_execution,
      assigned_to_id: original.assigned_to_id,
      assigned_to_type: original.assigned_to_type,
      parameters: original.parameters,
    }))
    if (news.length > 0) await fillSet(tx, set, news, context.now)
    return { show: 'sets', id: set.id }
  })
}
