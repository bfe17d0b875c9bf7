import { sql } from 'kysely'
import { pageLinks, pageMeta, readPage } from '../../core/jsonapi/paging.ts'
import { createProblems, invalidAt } from '../../core/problems.ts'
import type { Resource, Row } from '../../core/resource/define-resource.ts'
import type { Reader, Tx } from '../../db/database.ts'
import { BY_ID, type Listing, readList } from '../../db/list.ts'
import type { StepRunRow } from '../../db/schema.ts'
import { findById, findByIds, type ProjectTable } from '../../db/store.ts'
import type { Answer, Context, PageAnswer } from '../../http/route.ts'
import { notFound } from '../../http/show-rows.ts'
import { MAX_RELATED } from '../../read-models/traceability.ts'
import { issues } from '../issues/issues.resource.ts'
import { milestones } from '../milestones/milestones.resource.ts'
import { requirements } from '../requirements/requirements.resource.ts'
import { sets } from '../sets/sets.resource.ts'
import { note } from '../shared/entity-store.ts'
import { stepRuns } from '../step-runs/step-runs.resource.ts'
import { tests } from '../tests/tests.resource.ts'
import { addLinks, directlyLinked, type LinkKind, removeLinks } from './links.store.ts'
import { type Identifier, readIdentifiers } from './read-identifiers.ts'

/** One cell of the contract's matrix: links of one kind to another. */
export interface Pair {
  from: LinkKind
  to: LinkKind
}

const RESOURCES: Record<LinkKind, Resource> = {
  requirements,
  tests,
  issues,
  milestones,
  'step-runs': stepRuns,
  sets,
}

const tableOf = (kind: LinkKind) => RESOURCES[kind].table as ProjectTable

/** The related rows as a list of ids: what a step-run causes is among them once. */
function related({ db }: Pick<Reader, 'db'>, projectId: number, id: number, { from, to }: Pair): Listing {
  if (to === 'sets') {
    return db
      .selectFrom('sets as t')
      .select('t.id')
      .where('t.project_id', '=', projectId)
      .where('t.milestone_id', '=', id) as unknown as Listing
  }
  const ids = sql<{ id: number }>`(select distinct to_id as id from links
    where project_id = ${projectId} and from_kind = ${from} and from_id = ${id} and to_kind = ${to})`
  return db.selectFrom(ids.as('t')).select('t.id') as unknown as Listing
}

/** Identifiers of what is linked, id ascending: all on one page, or paged when the request says so (contract §5). */
async function showRelated(context: Context, reader: Reader, id: number, pair: Pair): Promise<PageAnswer> {
  const paged = context.query.get('page[number]', 'page[size]', 'pagenumber', 'pagesize') !== undefined
  const page = paged ? readPage(context.query) : { number: 1, size: MAX_RELATED }
  const result = await readList({ listing: related(reader, context.project.id, id, pair), order: BY_ID, page })
  const data = result.rows.map((row) => ({ id: String(row.id), type: pair.to }))
  if (!paged) {
    return { data, links: {}, meta: { ...pageMeta({ ...page, size: Math.max(1, result.total) }, result) } }
  }
  return { data, links: pageLinks(context.url, context.query, page, result), meta: pageMeta(page, result) }
}

async function mustFind(reader: Reader, context: Context, kind: LinkKind, lock = false) {
  const row = await findById(reader, tableOf(kind), context.project.id, context.id(), { lock })
  if (!row) throw notFound(RESOURCES[kind])
  return row as unknown as Row
}

/** `GET …/relationships/…`. */
export async function listRelated(context: Context, pair: Pair): Promise<Answer> {
  const row = await mustFind(context.reader, context, pair.from)
  return { page: await showRelated(context, context.reader, Number(row.id), pair) }
}

/** Locks both ends in the one order of contract §1.10 and answers the rows of the far end. */
async function lockEnds(tx: Tx, projectId: number, pair: Pair, id: number, ids: readonly number[]): Promise<Row[]> {
  const ends: [LinkKind, readonly number[]][] = [
    [pair.from, [id]],
    [pair.to, ids],
  ]
  if (pair.from === pair.to) ends.splice(0, 2, [pair.from, [id, ...ids]])
  const order: LinkKind[] = ['sets', 'tests', 'requirements', 'issues', 'milestones', 'step-runs']
  ends.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  let far: Row[] = []
  for (const [kind, members] of ends) {
    const rows = await findByIds(tx, tableOf(kind), projectId, members, { lock: true })
    if (kind === pair.to) far = rows as unknown as Row[]
  }
  return far
}

/** What a step-run's link to issues means for its test and its set: they are linked too, because of it. */
async function causedBy(tx: Tx, stepRun: StepRunRow): Promise<{ from: LinkKind; id: number }[]> {
  const run = await findById(tx, 'runs', stepRun.project_id, stepRun.run_id)
  if (!run) return []
  return [
    { from: 'tests', id: run.test_id },
    { from: 'sets', id: run.set_id },
  ]
}

async function addAll(tx: Tx, context: Context, pair: Pair, row: Row, ids: readonly number[]): Promise<void> {
  const projectId = context.project.id
  const id = Number(row.id)
  if (pair.to === 'sets') {
    await moveSets(tx, projectId, ids, id)
    return
  }
  await addLinks(tx, { projectId, ...pair, id, ids })
  if (pair.from !== 'step-runs') return
  for (const cause of await causedBy(tx, row as unknown as StepRunRow)) {
    await addLinks(tx, { projectId, ...cause, to: pair.to, ids, via: id })
  }
}

async function removeAll(tx: Tx, context: Context, pair: Pair, row: Row, ids: readonly number[]): Promise<void> {
  const projectId = context.project.id
  const id = Number(row.id)
  if (pair.to === 'sets') {
    await moveSets(tx, projectId, ids, null)
    return
  }
  await removeLinks(tx, { projectId, ...pair, id, ids })
  if (pair.from !== 'step-runs') return
  for (const cause of await causedBy(tx, row as unknown as StepRunRow)) {
    await removeLinks(tx, { projectId, ...cause, to: pair.to, ids, via: id })
  }
}

/** Sets are in the milestone that they name: linking moves them. Links bump nothing (contract §1.14). */
async function moveSets(tx: Tx, projectId: number, ids: readonly number[], milestoneId: number | null): Promise<void> {
  if (ids.length === 0) return
  await tx.db
    .updateTable('sets')
    .set({ milestone_id: milestoneId })
    .where('project_id', '=', projectId)
    .where('id', 'in', ids)
    .execute()
}

async function linkedNow(tx: Tx, context: Context, pair: Pair, id: number): Promise<number[]> {
  if (pair.to !== 'sets') return directlyLinked(tx, { projectId: context.project.id, ...pair, id })
  const rows = await related(tx, context.project.id, id, pair).orderBy('t.id').execute()
  return rows.map((row) => Number(row.id))
}

/** History of both ends: one event on the near one, one on each far one. */
function noteLinks(tx: Tx, pair: Pair, row: Row, far: readonly Row[], action: 'link' | 'unlink'): void {
  if (far.length === 0) return
  const change = (field: string, id: number) =>
    action === 'link' ? { field, from: null, to: id } : { field, from: id, to: null }
  note(tx, RESOURCES[pair.from], row, { action, changes: far.map((other) => change(pair.to, Number(other.id))) })
  for (const other of far) {
    note(tx, RESOURCES[pair.to], other, { action, changes: [change(pair.from, Number(row.id))] })
  }
}

/** One writing request: what it names must exist, then links are added and removed in one transaction. */
async function write(
  context: Context,
  pair: Pair,
  decide: (named: readonly number[], now: readonly number[]) => { add: number[]; remove: number[] },
  { emptyIsWrong = false } = {},
): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  const problems = createProblems()
  const named: Identifier[] = readIdentifiers(context.optionalBody(), pair.to, problems)
  return context.write(0, async (tx) => {
    // Links of a project are changed one request at a time, so that what is replaced is what was there.
    await tx.dialect.lock(tx.db, `links ${projectId}`)
    await mustFind(tx, context, pair.from)
    if (emptyIsWrong && named.length === 0 && problems.list.length === 0) {
      throw invalidAt({ pointer: '/data' }, "Data can't be empty: name what to unlink, or replace with PATCH and []")
    }
    const wanted = [...new Set(named.map((identifier) => identifier.id))]
    const now = await linkedNow(tx, context, pair, id)
    const far = await lockEnds(tx, projectId, pair, id, [...new Set([...wanted, ...now])])
    const row = await mustFind(tx, context, pair.from)
    const byId = new Map(far.map((other) => [Number(other.id), other]))
    for (const { id: other, place } of named) {
      if (!byId.has(other)) problems.at(place, `There is no ${RESOURCES[pair.to].noun} with the id ${other} here`)
      else if (pair.from === pair.to && other === id) problems.at(place, 'An issue cannot be linked to itself')
    }
    problems.throwIfAny()
    const { add, remove } = decide(wanted, now)
    const rowsOf = (ids: readonly number[]) => far.filter((other) => ids.includes(Number(other.id)))
    await removeAll(tx, context, pair, row, remove)
    await addAll(tx, context, pair, row, add)
    noteLinks(tx, pair, row, rowsOf(remove), 'unlink')
    noteLinks(tx, pair, row, rowsOf(add), 'link')
    const { data, meta } = await showRelated(
      { ...context, project: context.project, query: { ...context.query, get: () => undefined } },
      tx,
      id,
      pair,
    )
    return { body: { data, links: {}, meta } }
  })
}

const without = (ids: readonly number[], taken: readonly number[]) => ids.filter((id) => !taken.includes(id))

/** `POST …/relationships/…`: adds; what is linked already is skipped. */
export const addRelated = (context: Context, pair: Pair) =>
  write(context, pair, (named, now) => ({ add: without(named, now), remove: [] }))

/** `PATCH …/relationships/…`: afterwards exactly the named ones are linked. */
export const replaceRelated = (context: Context, pair: Pair) =>
  write(context, pair, (named, now) => ({ add: without(named, now), remove: without(now, named) }))

/** `DELETE …/relationships/…`: removes the named ones; never all of them for want of a name. */
export const removeRelated = (context: Context, pair: Pair) =>
  write(context, pair, (named, now) => ({ add: [], remove: named.filter((id) => now.includes(id)) }), {
    emptyIsWrong: true,
  })
