import type { NumberSet } from '../../core/number-set.ts'
import type { Reader, Tx } from '../../db/handle.ts'
import { idsByName } from '../../features/entities/find-or-create.ts'
import type { CaseHead } from '../readers/model.ts'
import { type Identity, longerNames, sameFile } from './identity.ts'
import {
  type AutomationKey,
  formatsOfTests,
  insertKeys,
  lockAutomation,
  moveKey,
  testsByKey,
  testsByNumber,
  testsInBuild,
} from './matching.store.ts'

/** A case that asks for its test. */
export interface Sought {
  found: CaseHead
  identity: Identity
  format: string
}

/** The test of a case, or why it has none. */
export type Match = { testId: number; isNew?: true } | { refused: string }

/** A test that is to be made, for a case and its equals. */
export interface TestToMake {
  name: string
  key: string
  file: string
}

export interface MatchOptions {
  projectId: number
  buildId: number
  now: number
  /** Tests that cases of this import name exactly: none of them has moved. */
  claimed: Pick<NumberSet, 'has'>
  /** Makes tests and answers their ids; undefined where they may not be made. */
  makeTests: ((tests: readonly TestToMake[]) => Promise<number[]>) | undefined
  /** Why unknown tests are refused, where they may not be made. */
  whyNot: string
  note(text: string): void
  /** Told of a test whose file is another now. */
  moved(testId: number, from: string, to: string): Promise<void>
}

/** How many tests of one name are looked at. */
const MOST_OF_A_NAME = 20

/** The test that a key and a file name without a doubt, of those that have the key. */
export const exactMatch = (file: string, candidates: readonly AutomationKey[]): AutomationKey | undefined =>
  candidates.find((candidate) => candidate.file === file)

/**
 * The test that a case most likely is, of those with its key that no other case is: one whose file ends alike, one that
 * has no file yet, else the only one there is, which has moved. Of several for a case without a file the oldest.
 */
function likelyMatch(file: string, free: readonly AutomationKey[]): AutomationKey | undefined {
  if (file === '') return free[0]
  const alike = free.find((candidate) => candidate.file !== '' && sameFile(candidate.file, file))
  return alike ?? free.find((candidate) => candidate.file === '') ?? (free.length === 1 ? free[0] : undefined)
}

/** Cases that are of one test, though it is not known yet. */
const groupKey = ({ identity }: Sought) => `${identity.key} ${identity.file}`

/**
 * Finds the tests of cases: by what they name themselves, by key and file, by name; the others are made. Whatever
 * order and company reports come in, equal cases find equal tests (contract, result-files.md, Identity).
 */
export async function matchTests(tx: Tx, sought: readonly Sought[], o: MatchOptions): Promise<Match[]> {
  const matches = await matchNamed(tx, sought, o.projectId)
  const keyed = sought.filter((_, index) => matches[index] === undefined)
  const groups = Map.groupBy(keyed, groupKey)
  const found = new Map<string, Match>()
  await matchKeys(tx, groups, found, o)
  if (found.size < groups.size) {
    if (o.makeTests === undefined) {
      await matchNames(tx, groups, found, o)
      for (const group of groups.keys()) if (!found.has(group)) found.set(group, { refused: o.whyNot })
    } else {
      // Whoever made them meanwhile has let go of the lock, and they are found now.
      await lockAutomation(tx, o.projectId)
      await matchKeys(tx, groups, found, o)
      await matchNames(tx, groups, found, o)
      await makeMissing(tx, groups, found, o)
    }
  }
  return sought.map((each, index) => matches[index] ?? (found.get(groupKey(each)) as Match))
}

/** Cases that name their test by system id or number. */
async function matchNamed(tx: Reader, sought: readonly Sought[], projectId: number): Promise<(Match | undefined)[]> {
  const named = sought.flatMap(({ identity }) => identity.named ?? [])
  if (named.length === 0) return sought.map(() => undefined)
  const numbers = {
    ids: named.flatMap(({ id }) => id ?? []),
    displayIds: named.flatMap(({ displayId }) => displayId ?? []),
  }
  const { byId, byDisplayId } = await testsByNumber(tx, projectId, numbers)
  return sought.map(({ identity: { named: name } }) => {
    if (name === undefined) return undefined
    const testId =
      name.id !== undefined
        ? byId.has(name.id)
          ? name.id
          : undefined
        : name.displayId === undefined
          ? undefined
          : byDisplayId.get(name.displayId)
    return testId === undefined
      ? { refused: `it names the test ${name.text.slice(0, 100)}, which this project does not have` }
      : { testId }
  })
}

type Groups = ReadonlyMap<string, readonly Sought[]>

const firstOf = (group: readonly Sought[]): Sought => group[0] as Sought

async function matchKeys(tx: Tx, groups: Groups, found: Map<string, Match>, o: MatchOptions): Promise<void> {
  const open = [...groups].filter(([name]) => !found.has(name))
  const candidates = await testsByKey(
    tx,
    o.projectId,
    open.map(([, group]) => firstOf(group).identity.key),
  )
  const doubtful: [string, Sought, AutomationKey[]][] = []
  for (const [name, group] of open) {
    const sought = firstOf(group)
    const known = candidates.get(sought.identity.key)
    if (known === undefined) continue
    const exact = exactMatch(sought.identity.file, known)
    if (exact) found.set(name, { testId: exact.test_id })
    else doubtful.push([name, sought, known])
  }
  if (doubtful.length === 0) return
  const ids = doubtful.flatMap(([, , known]) => known.map((candidate) => candidate.test_id))
  const busy = await testsInBuild(tx, o.projectId, o.buildId, ids)
  const taken = new Set([...found.values()].flatMap((match) => ('testId' in match ? match.testId : [])))
  for (const [name, { identity }, known] of doubtful) {
    const free = known.filter(({ test_id: id }) => !o.claimed.has(id) && !busy.has(id) && !taken.has(id))
    const likely = likelyMatch(identity.file, free)
    if (likely === undefined) continue
    taken.add(likely.test_id)
    found.set(name, { testId: likely.test_id })
    if (identity.file === '') {
      if (free.length > 1) o.note(`"${identity.shownName}" is the name of ${free.length} tests; the oldest is taken`)
      continue
    }
    await moveKey(tx, likely, identity.file)
    if (likely.file !== '' && !sameFile(likely.file, identity.file)) {
      await o.moved(likely.test_id, likely.file, identity.file)
    }
  }
}

/** Tests made by hand, or known from reports of other formats, are found by their name, and take the key. */
async function matchNames(tx: Tx, groups: Groups, found: Map<string, Match>, o: MatchOptions): Promise<void> {
  const open = [...groups].filter(([name]) => !found.has(name))
  if (open.length === 0) return
  const names = open.map(([, group]) => firstOf(group).identity.shownName)
  const byName = await idsByName(tx, o.projectId, 'tests', { names, most: MOST_OF_A_NAME })
  const ids = [...byName.values()].flat()
  if (ids.length === 0) return
  const formats = await formatsOfTests(tx, o.projectId, ids)
  const busy = await testsInBuild(tx, o.projectId, o.buildId, ids)
  const taken = new Set([...found.values()].flatMap((match) => ('testId' in match ? match.testId : [])))
  const keys: AutomationKey[] = []
  for (const [group, [sought]] of open as [string, [Sought]][]) {
    const { identity, format } = sought
    const free = (byName.get(identity.shownName) ?? []).filter(
      (id) =>
        !formats.get(id)?.has(format) && !taken.has(id) && !o.claimed.has(id) && !(busy.has(id) && formats.has(id)),
    )
    const [lowest] = free
    if (lowest === undefined) continue
    if (free.length > 1) o.note(`"${identity.shownName}" is the name of ${free.length} tests; the oldest is taken`)
    taken.add(lowest)
    keys.push(keyOf(sought, lowest, o))
    found.set(group, { testId: lowest })
  }
  await insertKeys(tx, keys)
}

const keyOf = ({ identity, format }: Sought, testId: number, o: MatchOptions): AutomationKey => ({
  project_id: o.projectId,
  hash: identity.key,
  test_id: testId,
  file: identity.file,
  format,
  name: identity.name,
  class_name: identity.className,
  created_at: o.now,
})

/** Makes the tests that are missing, under names that no other test bears. */
async function makeMissing(tx: Tx, groups: Groups, found: Map<string, Match>, o: MatchOptions): Promise<void> {
  const open = [...groups].filter(([name]) => !found.has(name)).map(([name, group]) => [name, firstOf(group)] as const)
  if (open.length === 0) return
  const chosen = new Map<string, string>()
  const used = new Set<string>()
  let asking = open.map(([group, sought]) => ({ group, sought, names: namesOf(sought) }))
  while (asking.length > 0) {
    const asked = asking.map((each) => ({ ...each, name: each.names.next().value as string }))
    const known = await idsByName(tx, o.projectId, 'tests', { names: asked.map(({ name }) => name), most: 1 })
    asking = []
    for (const { group, sought, names, name } of asked) {
      if (known.has(name) || used.has(name)) asking.push({ group, sought, names })
      else {
        used.add(name)
        chosen.set(group, name)
      }
    }
  }
  const news = open.map(([group, { identity }]) => ({
    name: chosen.get(group) as string,
    key: identity.key,
    file: identity.file,
  }))
  const ids = (await o.makeTests?.(news)) ?? []
  await insertKeys(
    tx,
    open.map(([, sought], index) => keyOf(sought, ids[index] as number, o)),
  )
  for (const [index, [group]] of open.entries()) found.set(group, { testId: ids[index] as number, isNew: true })
}

/** The names that a new test may bear, shortest first; the last one has its whole key in it, so it is free. */
function* namesOf({ found, identity }: Sought): Generator<string> {
  yield identity.shownName
  yield* longerNames(found, identity)
  yield `${identity.key} ${identity.file}`.slice(0, 1000)
  for (let n = 2; ; n++) yield `${identity.key} ${n}`
}
