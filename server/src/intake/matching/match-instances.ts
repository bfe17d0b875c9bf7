import { LockedTooLittle } from '../../db/dialects/dialect.ts'
import type { Tx } from '../../db/handle.ts'
import type { InstanceRow } from '../../db/schema.ts'
import { findByIds } from '../../db/store.ts'
import { insertInstances, lockParents } from '../../resources/instances/instances.store.ts'
import { instancesIn } from './matching.store.ts'

/** What a case is an instance of. */
export interface Wanted {
  testId: number
  variant: string
  parameters: Readonly<Record<string, string>>
}

/** Instances with everything above them, locked, as they are now. */
export type Locked = Awaited<ReturnType<typeof lockParents>> & { instances: Map<number, InstanceRow> }

const identityOf = (testId: number, variant: string | null, parameters: string) =>
  `${testId} ${variant ?? ''}\n${parameters}`

/**
 * Finds the instances of tests in a set by variant and parameters, and makes the missing ones. The set is locked first,
 * so that none is made twice. Answers them in order, all that is locked, and how many were made.
 */
export async function matchInstances(
  tx: Tx,
  wanted: readonly Wanted[],
  o: { projectId: number; setId: number; userId: number | null; now: number },
): Promise<{ ids: number[]; locked: Locked; created: number }> {
  const { projectId, setId } = o
  const testIds = wanted.map(({ testId }) => testId)
  const parents = await lockParents(tx, projectId, [setId], testIds)
  // Joined with another meanwhile: its key leads there now.
  if (testIds.some((id) => !parents.tests.has(id))) throw new LockedTooLittle('A test is gone')
  const known = new Map<string, number>()
  const instances = new Map<number, InstanceRow>()
  const keep = (row: InstanceRow) => {
    const identity = identityOf(row.test_id, row.variant, row.parameters)
    if (known.has(identity)) return
    known.set(identity, row.id)
    instances.set(row.id, row)
  }
  for (const instance of await instancesIn(tx, projectId, setId, testIds)) keep(instance)
  const identities = wanted.map(({ testId, variant, parameters }) =>
    identityOf(testId, variant, JSON.stringify(parameters)),
  )
  const missing = new Map(
    wanted.flatMap((each, index) => {
      const identity = identities[index] as string
      return known.has(identity) ? [] : [[identity, each] as const]
    }),
  )
  const news = [...missing.values()].map(({ testId, variant, parameters }) => ({
    set_id: setId,
    test_id: testId,
    variant: variant === '' ? null : variant,
    parameters: JSON.stringify(parameters),
  }))
  let locked = parents
  if (news.length > 0) {
    const made = await insertInstances(tx, { projectId, news, ...parents, now: o.now, userId: o.userId })
    for (const instance of made) keep(instance)
    // Their set, and the requirements of their tests, have other counts now.
    const sets = await findByIds(tx, 'sets', projectId, [setId])
    const { covered } = parents.covered.rows.size > 0 ? await lockParents(tx, projectId, [], testIds) : parents
    locked = { ...parents, sets: new Map(sets.map((set) => [set.id, set])), covered }
  }
  const ids = identities.map((identity) => known.get(identity) as number)
  return { ids, locked: { ...locked, instances }, created: news.length }
}
