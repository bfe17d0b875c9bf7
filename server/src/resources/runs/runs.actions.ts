import type { Problem } from '../../core/errors.ts'
import { type Element, oneElement, oneOrMany, sideObject } from '../../core/jsonapi/body.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { MAX_BULK, MAX_FILES, MAX_STEP_RUNS } from '../../core/limits.ts'
import { createPause } from '../../core/pause.ts'
import { createProblems, inside, invalidAt, type Pointer, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { numberText, toId } from '../../core/scalars.ts'
import { blankAsNull, isBlank } from '../../core/text.ts'
import { LockedTooLittle } from '../../db/dialects/dialect.ts'
import type { Tx } from '../../db/handle.ts'
import { findById } from '../../db/store.ts'
import { type Answer, type Context, showMade } from '../../engine/route.ts'
import { loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { findByName, lockNames } from '../../features/entities/find-or-create.ts'
import { existingUsers } from '../../features/members/users.store.ts'
import { checkReferences, noReferences } from '../../features/references/references.ts'
import { giveExampleRows } from '../instances/example-rows.ts'
import { requiredId } from '../instances/instances.rules.ts'
import { firstInstance, insertInstances, lockParents } from '../instances/instances.store.ts'
import { insertTests, readNewTest } from '../tests/new-tests.ts'
import { insertRuns } from './insert-runs.ts'
import { idsFor, type PlacedRun, placeRun } from './place-run.ts'
import { type NewRun, readRun, runSent } from './read-run.ts'
import { writeRuns } from './write-runs.ts'

function checkTotals(runs: readonly NewRun[], problems: Problems): void {
  const steps = runs.reduce((sum, run) => sum + (run.steps?.length ?? 0), 0)
  const files = runs.reduce(
    (sum, run) => sum + run.files.length + (run.steps ?? []).reduce((n, step) => n + step.files.length, 0),
    0,
  )
  if (steps > MAX_STEP_RUNS)
    problems.at({ pointer: '/data' }, `At most ${MAX_STEP_RUNS} steps are accepted in one request`)
  if (files > MAX_FILES) problems.at({ pointer: '/data' }, `At most ${MAX_FILES} files are accepted in one request`)
}

const withoutFiles = (run: NewRun): NewRun => ({
  ...run,
  files: [],
  steps: run.steps?.map((step) => ({ ...step, files: [] })),
})

/** `POST runs.json`: one run, or up to 100 in one transaction (contract §4.13). */
export async function createRuns(context: Context): Promise<Answer> {
  const { elements, many } = await oneOrMany(context.body(), MAX_BULK)
  const problems = createProblems()
  const pause = createPause()
  const news: { instanceId: number; run: NewRun; place: Pointer }[] = []
  for (const element of elements) {
    await pause()
    const sent = runSent(element)
    const instanceId = requiredId({ ...element, sent }, 'instance-id', problems)
    news.push({ instanceId, run: readRun(element, context, problems, sent), place: inside(sent.place, 'instance-id') })
  }
  checkTotals(
    news.map(({ run }) => run),
    problems,
  )
  const placed: PlacedRun[] = []
  for (const { run, instanceId, place } of news) {
    await pause()
    // What is refused anyway is looked up all the same, so that one answer names every problem; its files are not kept.
    const refused = problems.list.length > 0
    placed.push(await placeRun(context, refused ? withoutFiles(run) : run, instanceId, place))
  }
  return writeRuns(context, { ids: idsFor(placed), way: many ? 'bulk' : 'single' }, async (tx, texts) => {
    const ids = await insertRuns(tx, context, placed, texts, problems.list)
    return showMade('runs', ids, many)
  })
}

interface Target {
  testId: number
  createdTest?: number
}

/**
 * Step 1 and 2 of auto_create: the test by id, or by exact name, or made. Whether it may be made is asked first; then
 * one 422 names everything that is wrong, with what was found before.
 */
async function findOrCreateTest(
  tx: Tx,
  context: Context,
  element: Element,
  found: readonly Problem[],
): Promise<Target> {
  const projectId = context.project.id
  const problems = createProblems()
  problems.list.push(...found)
  const { sent } = element
  const givenId = blankAsNull(sent.values['test-id']) ?? null
  if (givenId !== null) {
    const place = inside(sent.place, 'test-id')
    const id = readId(givenId, { problems, place, label: 'Test id' })
    const test = id === undefined ? undefined : await findById(tx, 'tests', projectId, id)
    if (id !== undefined && !test) problems.at(place, 'Test id names no test of this project', givenId)
    problems.throwIfAny()
    return { testId: id as number }
  }
  const side = sideObject(element, 'test-attributes')
  const place = side?.place ?? inside(sent.place, 'test-attributes')
  const given = element.at(isObject(side?.value) ? side.value : {}, place)
  const { values } = given
  const { name: sentName } = values
  const name = typeof sentName === 'number' ? numberText(sentName, given.literal('name')) : String(sentName ?? '')
  if (typeof sentName === 'object' || isBlank(name)) {
    problems.at(inside(place, 'name'), 'Either test-id or the name in test-attributes must be given')
    problems.throwIfAny()
  }
  await lockNames(tx, projectId, 'tests', [name])
  const known = (await findByName(tx, projectId, 'tests', [name])).get(name)
  if (known === undefined) context.require('tests_editor')
  else {
    problems.throwIfAny()
    return { testId: known }
  }
  const author =
    (await knownUser(tx, context, values['author-id'])) ?? (await knownUser(tx, context, sent.values['tester-id']))
  const attributes = { ...values, 'author-id': author }
  const references = noReferences()
  const fields = (await loadFields(tx, projectId)).map((field) => ({ ...field, mandatory: 0 }))
  const test = await readNewTest(tx, {
    context,
    element: { ...element, beside: {}, place, sent: { ...given, values: attributes } },
    fields,
    problems,
    references,
    authorRequired: false,
    sortSteps: true,
  })
  await checkReferences(tx, { context, references, problems })
  const [testId] = await insertTests(tx, { projectId, news: [test], fields, now: context.now })
  return { testId: testId as number, createdTest: testId }
}

async function knownUser(tx: Tx, { caller }: Context, value: unknown): Promise<number | null> {
  const id = toId(value)
  if (!id) return null
  return (await existingUsers(tx, caller.accountId, [id])).has(id) ? id : null
}

/** Step 3 of auto_create: the lowest instance of the test in the set, or a new one. */
async function findOrCreateInstance(tx: Tx, context: Context, setId: number, testId: number, place: Pointer) {
  const projectId = context.project.id
  // The set is locked, so that two uploads cannot both make the instance.
  const parents = await lockParents(tx, projectId, [setId], [testId])
  if (!parents.sets.has(setId)) throw invalidAt(place, `Set id names no test set of this project: ${setId}`)
  if (!parents.tests.has(testId)) throw new LockedTooLittle('The test went while it was looked for')
  const known = await firstInstance(tx, projectId, { setId, testId })
  if (known !== undefined) return { instanceId: known }
  const news = await giveExampleRows(tx, {
    projectId,
    news: [{ set_id: setId, test_id: testId }],
    tests: parents.tests,
  })
  const [created] = await insertInstances(tx, { projectId, news, ...parents, now: context.now })
  return { instanceId: (created as { id: number }).id, createdInstance: (created as { id: number }).id }
}

/** `POST runs/auto_create.json`: finds or makes test and instance, then stores the run, in one transaction. */
export async function autoCreateRun(context: Context): Promise<Answer> {
  const sentElement = oneElement(context.body())
  const element = { ...sentElement, sent: runSent(sentElement) }
  const problems = createProblems()
  const setId = requiredId(element, 'set-id', problems)
  const run = readRun(sentElement, context, problems)
  checkTotals([run], problems)
  const setPlace = inside(element.sent.place, 'set-id')
  const placed = await placeRun(context, problems.list.length > 0 ? withoutFiles(run) : run, 0, setPlace)
  return writeRuns(context, { ids: idsFor([placed]) + 2, way: 'auto_create' }, async (tx, texts) => {
    const found = createProblems()
    found.list.push(...problems.list)
    if (setId >= 0 && !(await findById(tx, 'sets', context.project.id, setId))) {
      found.at(setPlace, 'Set id names no test set of this project', element.sent.values['set-id'])
    }
    const { testId, createdTest } = await findOrCreateTest(tx, context, element, found.list)
    const { instanceId, createdInstance } = await findOrCreateInstance(tx, context, setId, testId, setPlace)
    const [id] = await insertRuns(tx, context, [{ ...placed, instanceId }], texts)
    const meta = {
      ...(createdTest === undefined ? {} : { 'created-test': createdTest }),
      ...(createdInstance === undefined ? {} : { 'created-instance': createdInstance }),
    }
    return { show: 'runs', id: id as number, meta }
  })
}
