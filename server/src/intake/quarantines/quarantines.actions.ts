import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, invalidParameter, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { type Cells, type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { shownValue } from '../../core/shown-value.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { changeRow, deleteRow, findById, insertRows } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { existingUsers } from '../../features/members/users.store.ts'
import { beginWindow, lockTestsOf } from '../flaky/flaky.store.ts'
import { FORMS, type Form, namesAs } from './names.rules.ts'
import { quarantines } from './quarantines.resource.ts'
import { causesOfTest, type QuarantineRow, quarantinedNames } from './quarantines.store.ts'

const DAY = 86_400_000
/** How long a quarantine holds, unless it says so, and at most. */
const DAYS = { usual: 30, most: 180 }

/** Tests in quarantine that are named at most. */
const MOST_NAMES = 100_000

function readUntil(cells: Cells, { place }: Input, now: number, problems: Problems): number {
  const until = cells.until
  if (typeof until !== 'number') return now + DAYS.usual * DAY
  if (until <= now) problems.at(inside(place, 'until'), 'Until must be a time to come')
  if (until > now + DAYS.most * DAY) problems.at(inside(place, 'until'), `Until lies more than ${DAYS.most} days ahead`)
  return until
}

function readCauses({ values, place }: Input, problems: Problems): string[] | undefined {
  const value = values.causes ?? null
  if (value === null) return undefined
  const list = Array.isArray(value) ? value : [value]
  const isRight =
    list.length > 0 &&
    list.length <= 100 &&
    list.every((cause) => cause === '*' || /^[0-9a-f]{16}$/.test(String(cause)))
  if (!isRight) {
    problems.at(
      inside(place, 'causes'),
      'Causes must be an array of causes, 16 hexadecimal digits each, or ["*"]',
      value,
    )
    return undefined
  }
  return list.includes('*') ? ['*'] : list.map(String)
}

async function readOwner(
  tx: Tx,
  context: Context,
  { values, place }: Input,
  problems: Problems,
): Promise<number | null> {
  const value = blankAsNull(values['owner-id']) ?? null
  if (value === null) return null
  const at = inside(place, 'owner-id')
  const id = readId(value, { problems, place: at, label: 'Owner id' })
  if (id === undefined) return null
  if ((await existingUsers(tx, context.caller.accountId, [id])).has(id)) return id
  problems.at(at, `Owner id names no user of this account: ${id}`)
  return null
}

/** What a quarantine is of, locked: an instance, or every instance of a test. */
async function readTarget(
  tx: Tx,
  projectId: number,
  { values, place }: Input,
  problems: Problems,
): Promise<{ testId: number; instanceId: number | null }> {
  const none = { testId: 0, instanceId: null }
  const instance = blankAsNull(values['instance-id']) ?? null
  if (instance !== null) {
    const at = inside(place, 'instance-id')
    const id = readId(instance, { problems, place: at, label: 'Instance id' })
    const [row] = id === undefined ? [] : await lockTestsOf(tx, projectId, [id])
    if (row) return { testId: row.test_id, instanceId: row.id }
    if (id !== undefined) problems.at(at, `Instance id names no instance of this project: ${id}`)
    return none
  }
  const at = inside(place, 'test-id')
  const test = blankAsNull(values['test-id']) ?? null
  if (test === null) {
    problems.at(at, 'Either instance-id or test-id must say what is in quarantine')
    return none
  }
  const id = readId(test, { problems, place: at, label: 'Test id' })
  const row = id === undefined ? undefined : await findById(tx, 'tests', projectId, id, { lock: true })
  if (row) return { testId: row.id, instanceId: null }
  if (id !== undefined) problems.at(at, `Test id names no test of this project: ${id}`)
  return none
}

/** `POST quarantines.json` (contract §11.4). */
export async function createQuarantine(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  const { now } = context
  return context.write(async (tx) => {
    const problems = createProblems()
    const cells = readForCreate({ resource: quarantines, sent, problems })
    const until = readUntil(cells, sent, now, problems)
    const causes = readCauses(sent, problems)
    const owner = await readOwner(tx, context, sent, problems)
    const { testId, instanceId } = await readTarget(tx, projectId, sent, problems)
    problems.throwIfAny()
    const seen = causes ?? (await causesOfTest(tx, { projectId, testId, instanceId, since: now - DAYS.usual * DAY }))
    const row: QuarantineRow = {
      project_id: projectId,
      id: tx.nextId(),
      instance_id: instanceId,
      test_id: testId,
      reason: String(cells.reason),
      until,
      owner_id: owner,
      // A test that never failed in a way that was kept: whatever it fails of is meant.
      causes: JSON.stringify(seen.length === 0 ? ['*'] : seen),
      created_by_id: context.caller.userId,
      ended_at: null,
      ended_reason: null,
      created_at: now,
      updated_at: now,
    }
    await insertRows(tx, 'quarantines', [row])
    const changes = changesOf(quarantines, undefined, { ...row })
    noteSetting(tx, { entity: 'quarantine', entityId: row.id, projectId, action: 'create', changes })
    return { show: 'quarantines', id: row.id }
  })
}

/** `PUT quarantines/:id.json`. */
export async function updateQuarantine(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, quarantines, projectId, id, { lock: true })
    const problems = createProblems()
    const cells: Cells = readForUpdate({ resource: quarantines, sent, problems, row: { ...row } })
    if (cells.until !== undefined) cells.until = readUntil(cells, sent, context.now, problems)
    const causes = readCauses(sent, problems)
    if (causes !== undefined) cells.causes = JSON.stringify(causes)
    if (sent.values['owner-id'] !== undefined) cells.owner_id = await readOwner(tx, context, sent, problems)
    problems.throwIfAny()
    const changes = changesOf(quarantines, { ...row }, { ...row, ...cells })
    if (changes.length > 0) await changeRow(tx, 'quarantines', { projectId, id, cells, now: context.now })
    noteSetting(tx, { entity: 'quarantine', entityId: id, projectId, action: 'update', changes })
    return { show: 'quarantines', id }
  })
}

/** `DELETE quarantines/:id.json`: its failures are news again. */
export async function deleteQuarantine(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const seen = await mustFind(tx, quarantines, projectId, id)
    await findById(tx, 'tests', projectId, seen.test_id, { lock: true })
    const row = await mustFind(tx, quarantines, projectId, id, { lock: true })
    await deleteRow(tx, 'quarantines', projectId, id)
    await beginWindow(tx, projectId, { testId: row.test_id, instanceId: row.instance_id }, context.now)
    const changes = changesOf(quarantines, { ...row }, undefined)
    noteSetting(tx, { entity: 'quarantine', entityId: id, projectId, action: 'delete', changes })
    return { body: renderDeleted(quarantines, id) }
  })
}

/** `GET quarantines/names.json`: what a CI can fetch when its job ends, in the words of its tool. */
export async function listNames(context: Context): Promise<Answer> {
  const text = (context.query.get('format') ?? 'lines').trim().toLowerCase()
  const form = FORMS.find((each) => each === text)
  if (form === undefined) {
    throw invalidParameter('format', `format must be one of: ${FORMS.join(', ')}; it is ${shownValue(text)}`)
  }
  const names = await quarantinedNames(context.reader, context.project.id, { now: context.now, most: MOST_NAMES })
  return { body: { data: { format: form, names: namesAs(form as Form, names) } } }
}
