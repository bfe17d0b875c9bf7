import { inParts } from '../../core/in-parts.ts'
import { createPause } from '../../core/pause.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import { findById, updateRows } from '../../db/store.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { haveSameShards } from '../builds/build-state.rules.ts'
import { type BuildRow, changeBuild, lastCompleteBuild, lockBuild, shiftRenamed } from '../builds/builds.store.ts'
import { refreshBuild } from '../builds/refresh-build.ts'
import { isFailing } from '../builds/verdicts.rules.ts'
import { judgeInstances } from '../flaky/judge-import.ts'
import { joinTests } from './join-tests.ts'
import { areTooMany, type Called, madeFrom, type Pair, type Pairs, pairsOf } from './renames.rules.ts'
import {
  forgetProposed,
  insertRenames,
  madeSince,
  namesInReports,
  namesOfTests,
  pairsKnown,
  verdictsOf,
} from './renames.store.ts'

/** Pairs that are joined in one transaction, and those that are proposed. */
const AT_ONCE = { joined: 100, proposed: 1000 }

/** Tests whose names are read at once. */
const NAMES = 1000

interface Seeking {
  reader: Reader
  write<T>(ids: number, job: (tx: Tx) => Promise<T>): Promise<T>
  projectId: number
  buildId: number
  /** Milliseconds that a build waits for a missing shard. */
  timeout: number
  now: number
}

/** What a build made, and what it lacks of the build before; whether the two ran in the same variants. */
async function testsOf({ reader, projectId }: Seeking, build: BuildRow, last: BuildRow) {
  const here = new Set<number>()
  const news = new Set<number>()
  const suspects = new Set<number>()
  const variants = new Set<string>()
  for await (const rows of verdictsOf(reader, projectId, build.id)) {
    for (const row of rows) {
      here.add(row.test_id)
      variants.add(row.variant)
      if (row.change === 'new-test') news.add(row.test_id)
      // A failure of a new test is told as a failure.
      else if (isFailing(row.status) && row.base_build_id === null) suspects.add(row.test_id)
    }
  }
  const missing = new Set<number>()
  const before = new Set<string>()
  for await (const rows of verdictsOf(reader, projectId, last.id)) {
    for (const row of rows) {
      before.add(row.variant)
      if (row.status !== 'NO RUN' && !here.has(row.test_id)) missing.add(row.test_id)
    }
  }
  for (const ids of inParts([...suspects], NAMES)) {
    for (const id of await madeSince(reader, projectId, ids, madeFrom(build))) news.add(id)
  }
  const inSameVariants = variants.size === before.size && [...variants].every((variant) => before.has(variant))
  return { news: [...news], missing: [...missing], inSameVariants }
}

async function calledOf({ reader, projectId }: Seeking, ids: readonly number[]): Promise<Called[]> {
  const called: Called[] = []
  for (const part of inParts(ids, NAMES)) called.push(...(await namesInReports(reader, projectId, part)))
  return called
}

/** The pairs of a build; of those that are certain none may be joined without being asked where it is not alike enough. */
async function lookFor(o: Seeking, build: BuildRow): Promise<Pairs> {
  const none: Pairs = { certain: [], doubtful: [], isLimited: false }
  const last = await lastCompleteBuild(o.reader, {
    projectId: o.projectId,
    pipeline: build.pipeline,
    before: build.started_at,
    not: build.id,
  })
  if (build.state !== 'complete' || build.scope !== 'full' || last === undefined) return none
  const { news, missing, inSameVariants } = await testsOf(o, build, last)
  if (news.length === 0 || missing.length === 0) return none
  if (areTooMany(news.length) || areTooMany(missing.length)) return { ...none, isLimited: true }
  const pairs = await pairsOf(await calledOf(o, news), await calledOf(o, missing))
  const hasKey = build.key !== `b-${build.display_id}`
  const isAlike = hasKey && inSameVariants && haveSameShards(JSON.parse(build.shards), JSON.parse(last.shards))
  return isAlike ? pairs : { ...pairs, certain: [], doubtful: [...pairs.certain, ...pairs.doubtful] }
}

/** Keeps pairs that are not known yet and whose tests are there; joins them where they are certain. */
async function keepPairs(
  tx: Tx,
  { projectId, now }: Seeking,
  build: BuildRow,
  pairs: readonly Pair[],
  state: 'proposed' | 'joined',
): Promise<void> {
  // Nobody deletes a test meanwhile.
  await lockLinks(tx, projectId)
  const froms = pairs.map(({ from }) => from)
  const names = await namesOfTests(tx, projectId, [...froms, ...pairs.map(({ to }) => to)])
  const known = await pairsKnown(tx, projectId, build.id, froms)
  const rows = pairs.flatMap(({ from, to, reason }) => {
    const [fromName, toName] = [names.get(from), names.get(to)]
    if (fromName === undefined || toName === undefined || known.has(`${from} ${to}`)) return []
    return {
      project_id: projectId,
      id: tx.nextId(),
      build_id: build.id,
      from_test_id: from,
      to_test_id: to,
      from_name: fromName,
      to_name: toName,
      reason,
      state,
      parted_at: null,
      created_at: now,
      updated_at: now,
    }
  })
  await insertRenames(tx, rows)
  if (state === 'proposed' || rows.length === 0) return
  const joining = rows.map(({ id, from_test_id: from, to_test_id: to }) => ({ renameId: id, from, to }))
  const { joined, obstacles, told } = await joinTests(tx, { projectId, now }, joining)
  await updateRows(
    tx,
    'renames',
    projectId,
    [...obstacles.keys()].map((id) => ({ id, state: 'proposed' })),
  )
  await shiftRenamed(tx, projectId, build.id, { newTests: -joined.length, movedTests: joined.length })
  await judgeInstances(tx, { projectId, now }, told)
}

/**
 * Looks for tests of a build that are new under another name: those that only one can be are joined, the others are
 * proposed. Done again it changes nothing; interrupted it is done again (contract, result-files.md, Renames).
 */
export async function seekRenames(o: Seeking): Promise<void> {
  const { projectId, buildId, reader, write, timeout, now } = o
  const build = await findById(reader, 'builds', projectId, buildId)
  if (build?.renames_due !== 1) return
  const { certain, doubtful, isLimited } = await lookFor(o, build)
  await write(0, (tx) => forgetProposed(tx, projectId, buildId))
  const pause = createPause()
  for (const state of ['joined', 'proposed'] as const) {
    for (const some of inParts(state === 'joined' ? certain : doubtful, AT_ONCE[state])) {
      await write(some.length, (tx) => keepPairs(tx, o, build, some, state))
      await pause()
    }
  }
  await write(0, async (tx) => {
    await refreshBuild(tx, projectId, buildId, { timeout, now })
    const fresh = await lockBuild(tx, projectId, buildId)
    // What came meanwhile is looked at by whoever brought it.
    const isDone = fresh?.last_import_at === build.last_import_at
    await changeBuild(tx, projectId, buildId, {
      renames_limited: isLimited ? 1 : 0,
      ...(isDone ? { renames_due: 0 } : {}),
    })
  })
}
