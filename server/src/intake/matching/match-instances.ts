import type { Tx } from '../../db/handle.ts'
import { insertInstances, lockParents } from '../../resources/instances/instances.store.ts'
import { instancesIn, type KnownInstance } from './matching.store.ts'

/** What a case is an instance of. */
export interface Wanted {
  testId: number
  variant: string
  parameters: Readonly<Record<string, string>>
}

const identityOf = (testId: number, variant: string | null, parameters: string) =>
  `${testId} ${variant ?? ''}\n${parameters}`

/**
 * Finds the instances of tests in a set by variant and parameters, and makes the missing ones. The set is locked first,
 * so that none is made twice. Answers their ids in order, and how many were made.
 */
export async function matchInstances(
  tx: Tx,
  wanted: readonly Wanted[],
  o: { projectId: number; setId: number; userId: number | null; now: number },
): Promise<{ ids: number[]; created: number }> {
  const { projectId, setId } = o
  const testIds = wanted.map(({ testId }) => testId)
  const parents = await lockParents(tx, projectId, [setId], testIds)
  const known = new Map<string, number>()
  const keep = ({ id, test_id: testId, variant, parameters }: KnownInstance) => {
    const identity = identityOf(testId, variant, parameters)
    if (!known.has(identity)) known.set(identity, id)
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
  if (news.length > 0) {
    const made = await insertInstances(tx, { projectId, news, ...parents, now: o.now, userId: o.userId })
    for (const instance of made) keep(instance)
  }
  return { ids: identities.map((identity) => known.get(identity) as number), created: news.length }
}
