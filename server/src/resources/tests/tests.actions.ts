import { apiError } from '../../core/errors.ts'
import { type Element, inputAt, oneElement, oneOrMany, sideList } from '../../core/jsonapi/body.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { MAX_BULK, MAX_FOUND } from '../../core/limits.ts'
import { createPause } from '../../core/pause.ts'
import { createProblems, invalidAt } from '../../core/problems.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { numberText } from '../../core/scalars.ts'
import { whereExact, whereNameLike } from '../../db/list.ts'
import { mustFind, notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { scoped, selected, textsById } from '../../engine/show-rows.ts'
import { loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { changeEntity } from '../../features/entities/entity-store.ts'
import { findByName, idsByName, lockNames } from '../../features/entities/find-or-create.ts'
import { entityParts, updateCells } from '../../features/entities/named-entity.ts'
import { checkReferences, noReferences } from '../../features/references/references.ts'
import { agentTask } from '../instances/due-times.rules.ts'
import { refreshDueTimes } from '../instances/due-times.store.ts'
import { lockTestAndSets, shiftDurationEstimate } from '../instances/instances.store.ts'
import { renameCalls } from '../steps/steps.store.ts'
import { insertTests, type NewTest, readNewTest } from './new-tests.ts'
import { removeTest } from './remove-test.ts'
import { testsList } from './tests.list.ts'
import { COUNTED_STATUSES, tests } from './tests.resource.ts'
import { mergeAutomatedFields } from './tests.rules.ts'
import { countByRunStatus, firstIds } from './tests.store.ts'

/** How many steps an element brings, as far as that can be told before it is read. */
function stepsIn(element: Element): number {
  return sideList(element, 'steps', createProblems())?.members.length ?? 0
}

/** `POST tests.json`: one test, or up to 100; with `find-or-create=true` only those whose exact name is missing. */
export async function createTests(context: Context): Promise<Answer> {
  const { elements, many } = await oneOrMany(context.body(), MAX_BULK)
  if (many && elements.length === 0) throw invalidAt({ pointer: '/data' }, 'Data must hold at least one test')
  const findFirst = context.query.flag('find-or-create')
  const projectId = context.project.id
  const steps = elements.reduce((sum, element) => sum + stepsIn(element), 0)
  return context.write(
    async (tx) => {
      const problems = createProblems()
      const references = noReferences()
      const fields = await loadFields(tx, projectId)
      const names = elements.map(({ sent }) => sent.values.name).filter((name) => typeof name === 'string')
      if (findFirst) await lockNames(tx, projectId, 'tests', names)
      const found = findFirst ? await findByName(tx, projectId, 'tests', names) : new Map<string, number>()
      const news: NewTest[] = []
      const newIndexes: (number | string)[] = []
      for (const element of elements) {
        const name = element.sent.values.name
        const known = typeof name === 'string' ? found.get(name) : undefined
        const repeated = findFirst && news.findIndex((test) => test.cells.name === name)
        if (known !== undefined) newIndexes.push(`${known}`)
        else if (typeof repeated === 'number' && repeated !== -1) newIndexes.push(repeated)
        else {
          const parts = { context, element, fields, problems, references, authorRequired: true }
          newIndexes.push(news.push(await readNewTest(tx, parts)) - 1)
        }
      }
      await checkReferences(tx, { context, references, problems })
      const created = await insertTests(tx, { projectId, news, fields, now: context.now })
      const ids = newIndexes.map((index) => (typeof index === 'string' ? Number(index) : (created[index] as number)))
      const meta = findFirst ? { meta: { created } } : {}
      return many ? { show: 'tests', ids, ...meta } : { show: 'tests', id: ids[0] as number, ...meta }
    },
    { ids: elements.length + steps },
  )
}

/** `PUT tests/:id.json`: steps and author in the body are ignored (contract §4.9). */
export async function updateTest(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    // Sets are locked before tests everywhere (contract §1.10), and a new estimate changes sets too.
    if ('duration-estimate' in sent.values) await lockTestAndSets(tx, projectId, id)
    const row = await mustFind(tx, tests, projectId, id, { lock: true })
    const parts = await entityParts(tx, { context, resource: tests, sent })
    const { fields, problems } = parts
    const { cells, userId } = await updateCells(tx, { ...parts, row: { ...row } })
    const automated = mergeAutomatedFields(row.automated_fields, sent, problems)
    if (automated !== row.automated_fields) cells.automated_fields = automated
    await checkReferences(tx, parts)
    await changeEntity(tx, tests, { row: { ...row }, cells, fields, userId, now: context.now })
    const becomes = { ...row, ...cells } as typeof row
    if ((agentTask(row) === undefined) !== (agentTask(becomes) === undefined)) {
      await refreshDueTimes(tx, projectId, 'test_id', id)
    }
    if (cells.name !== undefined) await renameCalls(tx, becomes)
    if (cells.duration_estimate !== undefined) {
      await shiftDurationEstimate(tx, projectId, id, Number(cells.duration_estimate) - row.duration_estimate)
    }
    return { show: 'tests', id }
  })
}

/** `DELETE tests/:id.json`: with its steps, instances, runs and links; steps elsewhere that call it keep their name. */
export async function deleteTest(context: Context): Promise<Answer> {
  const id = context.id()
  return context.write(async (tx) => {
    if (!(await removeTest(tx, context.project.id, id))) throw notFound(tests)
    return { body: renderDeleted(tests, id) }
  })
}

/** `GET tests/run_statuses_count.json`: all five keys, over the filters of the list. */
export async function countRunStatuses(context: Context): Promise<Answer> {
  const { listing } = await selected(testsList, context)
  const found = await countByRunStatus(listing)
  const counts = COUNTED_STATUSES.map((status) => [status, found.get(status) ?? 0])
  return { body: { data: { type: 'tests', 'run-statuses-count': Object.fromEntries(counts) } } }
}

interface NameQuery {
  /** What was sent. */
  query: unknown
  exact: unknown
  like: unknown
}

/** Of a query that asks for a whole name and nothing else: what uploads send a hundred of. */
function wholeName({ exact, like }: NameQuery): string | undefined {
  return typeof exact === 'string' && (typeof like !== 'string' || like === '') ? exact : undefined
}

async function searchLetters(context: Context, { exact, like }: NameQuery): Promise<number[]> {
  const { longReader } = context
  let listing = await scoped(testsList, context, longReader)
  if (typeof exact === 'string') listing = whereExact(listing, 't.name', exact)
  if (typeof like === 'string' && like !== '') {
    listing = whereNameLike(listing, longReader, { table: 'tests', alias: 't', text: like })
  }
  return firstIds(listing, MAX_FOUND)
}

/** `POST tests/bulk_search.json`: up to `MAX_BULK` name queries in one call, answered in input order. */
export async function bulkSearch(context: Context): Promise<Answer> {
  const body = context.body()
  const { data } = body.top
  if (!Array.isArray(data)) {
    throw apiError('malformed_body', {
      title: 'The request body must have a "data" array',
      source: { pointer: '/data' },
    })
  }
  if (data.length < 1 || data.length > MAX_BULK) {
    throw invalidAt({ pointer: '/data' }, `Data must hold 1 to ${MAX_BULK} queries; ${data.length} were sent`)
  }
  const problems = createProblems()
  const queries = data.map((query: unknown, index) => {
    const sent = inputAt(body, isObject(query) ? query : {}, { pointer: `/data/${index}` })
    const [exact, like] = ['name-exact', 'name-like'].map((key) => {
      const value = sent.values[key]
      return typeof value === 'number' ? numberText(value, sent.literal(key)) : value
    })
    const usable = typeof exact === 'string' || typeof like === 'string'
    if (!usable) problems.at({ pointer: `/data/${index}`, item: index }, 'A query needs name_exact or name_like')
    return { query, exact, like }
  })
  problems.throwIfAny()
  const { reader, project } = context
  const names = queries.flatMap((query) => wholeName(query) ?? [])
  const named = await idsByName(reader, project.id, 'tests', { names, most: MAX_FOUND })
  const found: number[][] = []
  const pause = createPause()
  for (const query of queries) {
    await pause()
    const name = wholeName(query)
    found.push(name === undefined ? await searchLetters(context, query) : (named.get(name) ?? []))
  }
  const ids = [...new Set(found.flat())]
  const texts = await textsById(testsList, context, ids)
  function* results(): Generator<string> {
    for (const [index, { query }] of queries.entries()) {
      const data = (found[index] as number[]).flatMap((id) => texts.get(id) ?? []).join()
      yield `{"query":${JSON.stringify(query)},"tests":{"data":[${data}]}}`
    }
  }
  return { rows: results() }
}
