import type { Tx } from '../../db/handle.ts'

/**
 * Serialises changes of who is in which group of some projects, and of the groups themselves, until the transaction
 * ends: a group is never deleted while somebody joins it. Projects are locked by ascending id (contract §1.10).
 */
export async function lockMembers(tx: Tx, projectIds: Iterable<number>): Promise<void> {
  for (const id of [...new Set(projectIds)].sort((a, b) => a - b)) await tx.dialect.lock(tx.db, `members ${id}`)
}
