import { oneElement, sideList } from '../../core/jsonapi/body.ts'
import { MAX_BULK, MAX_STEPS } from '../../core/limits.ts'
import { createProblems, inside, invalidAt } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { toInteger } from '../../core/scalars.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { nameCells } from '../../db/search-columns.ts'
import { addToCounts, changeRow, deleteRow, findById } from '../../db/store.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { clearBelow } from '../../features/trees/clear-below.ts'
import { lockCycles } from '../../features/trees/move-in-tree.ts'
import { findCalledTest, insertSteps } from './new-steps.ts'
import { steps } from './steps.resource.ts'
import { anyCalls, callName, readName, readStep, readSteps } from './steps.rules.ts'
import { lockSteps, shiftPositions, touchTest } from './steps.store.ts'

/** `POST steps.json`: appends 1–100 steps to a test; a single step directly in `attributes` answers an object. */
export async function createSteps(context: Context): Promise<Answer> {
  const element = oneElement(context.body())
  const { sent } = element
  const problems = createProblems()
  const place = inside(sent.place, 'test-id')
  const value = blankAsNull(sent.values['test-id']) ?? null
  if (value === null) problems.at(place, "Test id can't be blank")
  const testId = value === null ? undefined : readId(value, { problems, place, label: 'Test id' })
  const list = sideList(element, 'steps', problems)
  if (list && (list.members.length < 1 || list.members.length > MAX_BULK)) {
    problems.at(list.place, `Steps must be 1 to ${MAX_BULK}; ${list.members.length} were sent`)
  }
  const news = list ? readSteps(element, list, problems) : [readStep(sent, problems)]
  problems.throwIfAny()
  const projectId = context.project.id
  return context.write(
    async (tx) => {
      if (anyCalls(news)) await lockCycles(tx, projectId)
      const test = await findById(tx, 'tests', projectId, testId as number, { lock: true })
      if (!test) throw invalidAt(place, `Test id names no test of this project: ${testId}`)
      if (test.test_type === 'BDDTest')
        throw invalidAt(place, 'A BDD test has no steps of its own: change its scenario')
      if (test.steps_count + news.length > MAX_STEPS) {
        throw invalidAt(list?.place ?? place, `A test has at most ${MAX_STEPS} steps; this one has ${test.steps_count}`)
      }
      const from = test.steps_count + 1
      const rows = await insertSteps(tx, { projectId, testId: test.id, steps: news, from, now: context.now })
      const changes = rows.map(({ id, name }) => ({ field: `steps/${id}`, from: null, to: name }))
      await touchTest(tx, test, { by: rows.length, changes, now: context.now })
      const ids = rows.map((row) => row.id)
      addToCounts(tx, projectId, { steps: ids.length })
      return list ? { show: 'steps', ids } : { show: 'steps', id: ids[0] as number }
    },
    { ids: news.length },
  )
}

/** A step with its test and all steps of that locked, so that positions change one request at a time. */
async function findStep(tx: Tx, projectId: number, id: number) {
  const step = await findById(tx, 'steps', projectId, id)
  const test = step && (await findById(tx, 'tests', projectId, step.test_id, { lock: true }))
  if (test) await lockSteps(tx, projectId, test.id)
  const current = test && (await findById(tx, 'steps', projectId, id))
  if (!test || !current || test.test_type === 'BDDTest') throw notFound(steps)
  return { step: current, test }
}

/** `PUT steps/:id.json`: a position beyond the end is the last; the others move. */
export async function updateStep(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    if ((sent.values['test-to-call-id'] ?? null) !== null) await lockCycles(tx, projectId)
    const { step, test } = await findStep(tx, projectId, id)
    const problems = createProblems()
    const cells = readForUpdate({ resource: steps, sent, problems, row: { ...step } })
    const { name, position } = sent.values
    const called = blankAsNull(sent.values['test-to-call-id']) ?? null
    if (step.kind === 'CallToTest') {
      if (called !== null) {
        const at = inside(sent.place, 'test-to-call-id')
        const calledId = readId(called, { problems, place: at, label: 'Test to call id' })
        if (calledId !== undefined && calledId !== step.test_to_call_id) {
          const target = await findCalledTest(tx, projectId, test.id, { test_to_call_id: calledId, place: sent.place })
          Object.assign(cells, { test_to_call_id: calledId }, nameCells(callName(target)))
        }
      }
    } else if (name !== undefined && name !== step.name) {
      const read = readName(sent, problems)
      if (read === null) problems.at(inside(sent.place, 'name'), "Name can't be blank")
      else if (read !== undefined) Object.assign(cells, nameCells(read))
    }
    let target = step.position
    if (position !== undefined && position !== null) {
      const wanted = toInteger(position)
      if (wanted === undefined || wanted < 1) {
        problems.at(inside(sent.place, 'position'), 'Position must be a whole number of 1 or more')
      } else {
        target = Math.min(wanted, test.steps_count)
      }
    }
    problems.throwIfAny()
    if (target !== step.position) {
      const [from, to, by] = target < step.position ? [target, step.position - 1, 1] : [step.position + 1, target, -1]
      await shiftPositions(tx, { projectId, testId: test.id, from, to, by })
      cells.position = target
    }
    if (Object.keys(cells).length > 0) {
      await changeRow(tx, 'steps', { projectId, id, cells, now: context.now })
      const changes = changesOf(steps, { ...step }, { ...step, ...cells })
      const fields = changes.map((change) => ({ ...change, field: `steps/${id}/${change.field}` }))
      await touchTest(tx, test, { by: 0, changes: fields, now: context.now })
    }
    return { show: 'steps', id }
  })
}

/** `DELETE steps/:id.json`: later steps move up. */
export async function deleteStep(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const { step, test } = await findStep(tx, projectId, id)
    await clearBelow(tx, projectId, 'step', id)
    await deleteRow(tx, 'steps', projectId, id)
    await shiftPositions(tx, { projectId, testId: test.id, from: step.position + 1, by: -1 })
    const changes = [{ field: `steps/${id}`, from: step.name, to: null }]
    await touchTest(tx, test, { by: -1, changes, now: context.now })
    addToCounts(tx, projectId, { steps: -1 })
    return { body: renderDeleted(steps, id) }
  })
}
