import type { LinkKind } from '../../core/kinds.ts'
import { createProblems, invalidAt } from '../../core/problems.ts'
import type { Row } from '../../core/resource/define-resource.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import type { SetRow, StepRunRow } from '../../db/schema.ts'
import { findById, findByIds } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import {
  addLinks,
  directlyLinked,
  linkedAmong,
  lockLinks,
  type Pair,
  removeLinks,
} from '../../features/links/links.store.ts'
import { noteLinks, noteNear } from '../../features/links/note-links.ts'
import { type Identifier, readIdentifiers } from '../../features/links/read-identifiers.ts'
import { allIdentifiers, showIdentifiers } from '../../features/links/show-identifiers.ts'
import { LINKED } from './linked-resources.ts'
import { moveSets } from './move-sets.ts'
import { related } from './related.list.ts'
import { setsOf } from './traceability.store.ts'

async function mustFindNear(reader: Reader, context: Context, { from }: Pair): Promise<Row> {
  return { ...(await mustFind(reader, LINKED[from], context.project.id, context.id())) }
}

/** `GET …/relationships/…`. */
export async function listRelated(context: Context, pair: Pair): Promise<Answer> {
  const row = await mustFindNear(context.reader, context, pair)
  return {
    page: await showIdentifiers(context, related(context.reader, context.project.id, Number(row.id), pair), pair.to),
  }
}

/** The order in which rows of different kinds are locked (contract §1.10). */
const LOCK_ORDER: Record<LinkKind, number> = {
  sets: 1,
  tests: 2,
  requirements: 3,
  issues: 4,
  milestones: 5,
  'step-runs': 6,
}

/** Locks both ends in the one order of contract §1.10 and answers the rows of the far end. */
async function lockEnds(tx: Tx, projectId: number, pair: Pair, id: number, ids: readonly number[]): Promise<Row[]> {
  const ends: [LinkKind, readonly number[]][] = [
    [pair.from, [id]],
    [pair.to, ids],
  ]
  if (pair.from === pair.to) ends.splice(0, 2, [pair.from, [id, ...ids]])
  ends.sort(([a], [b]) => LOCK_ORDER[a] - LOCK_ORDER[b])
  let far: Row[] = []
  for (const [kind, members] of ends) {
    const rows = await findByIds(tx, LINKED[kind].table, projectId, members, { lock: true })
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

const without = (ids: readonly number[], taken: readonly number[]) => ids.filter((id) => !taken.includes(id))

/** Links a row to the far ones, or unlinks it from them, with what follows from it, and notes it. */
async function change(tx: Tx, pair: Pair, row: Row, far: readonly Row[], action: 'link' | 'unlink'): Promise<void> {
  if (far.length === 0) return
  const [projectId, id] = [Number(row.project_id), Number(row.id)]
  if (pair.to === 'sets') {
    await moveSets(tx, { sets: far as unknown as SetRow[], milestone: action === 'link' ? row : null })
    return
  }
  const ids = far.map((other) => Number(other.id))
  const store = action === 'link' ? addLinks : removeLinks
  await store(tx, { projectId, ...pair, id, ids })
  noteLinks(tx, pair, { row, far, action })
  if (pair.from !== 'step-runs') return
  for (const cause of await causedBy(tx, row as unknown as StepRunRow)) {
    const before = await linkedAmong(tx, { projectId, ...cause, to: pair.to, ids })
    await store(tx, { projectId, ...cause, to: pair.to, ids, via: id })
    const after = await linkedAmong(tx, { projectId, ...cause, to: pair.to, ids })
    const changed = action === 'link' ? without(after, before) : without(before, after)
    const near = { projectId, id: cause.id, far: changed, action }
    if (cause.from === 'tests') await noteNear(tx, { from: cause.from, to: pair.to }, near)
  }
}

const linkedNow = (tx: Tx, { project: { id: projectId } }: Context, pair: Pair, id: number): Promise<number[]> =>
  pair.to === 'sets' ? setsOf(tx, projectId, id) : directlyLinked(tx, { projectId, ...pair, id })

/** One writing request: what it names must exist, then links are added and removed in one transaction. */
async function write(
  context: Context,
  pair: Pair,
  decide: (named: readonly number[], now: readonly number[]) => { add: number[]; remove: number[] },
  { emptyIsWrong = false } = {},
): Promise<Answer> {
  const projectId = context.project.id
  const problems = createProblems()
  const named: Identifier[] = readIdentifiers(context.body(), pair.to, problems)
  const id = context.id()
  return context.write(
    async (tx) => {
      await lockLinks(tx, projectId)
      await mustFindNear(tx, context, pair)
      if (emptyIsWrong && named.length === 0 && problems.list.length === 0) {
        throw invalidAt({ pointer: '/data' }, "Data can't be empty: name what to unlink, or replace with PATCH and []")
      }
      const wanted = [...new Set(named.map((identifier) => identifier.id))]
      const now = await linkedNow(tx, context, pair, id)
      const far = await lockEnds(tx, projectId, pair, id, [...new Set([...wanted, ...now])])
      const row = await mustFindNear(tx, context, pair)
      const byId = new Map(far.map((other) => [Number(other.id), other]))
      for (const { id: other, place } of named) {
        if (!byId.has(other)) problems.at(place, `There is no ${LINKED[pair.to].noun} with the id ${other} here`)
        else if (pair.from === pair.to && other === id) problems.at(place, 'An issue cannot be linked to itself')
      }
      problems.throwIfAny()
      const { add, remove } = decide(wanted, now)
      const rowsOf = (ids: readonly number[]) => far.filter((other) => ids.includes(Number(other.id)))
      await change(tx, pair, row, rowsOf(remove), 'unlink')
      await change(tx, pair, row, rowsOf(add), 'link')
      return { body: await allIdentifiers(related(tx, projectId, id, pair), pair.to) }
    },
    { ids: 0 },
  )
}

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
