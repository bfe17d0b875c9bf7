import { tally } from '../core/tally.ts'
import type { Reader, Readers, Tx } from './handle.ts'

/** The counter that every write to a project moves; under project 0 stand those to the account. */
export const WRITES = 'writes'

/** How long a replica may take to say how far it is, and how long one that failed is left alone, in milliseconds. */
const PATIENCE = 1000
const REST = 5000

type Marks = Map<number, number>

/** How often a project and the account were written to, as far as this server knows. */
async function readMarks({ db }: Reader, projectId: number): Promise<Marks> {
  const rows = await db
    .selectFrom('counters')
    .select(['project_id', 'value'])
    .where('project_id', 'in', [0, projectId])
    .where('name', '=', WRITES)
    .execute()
  return new Map(rows.map((row) => [row.project_id, row.value]))
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

const hasAll = (there: Marks, wanted: Marks) => [...wanted].every(([id, value]) => (there.get(id) ?? -1) >= value)

/**
 * Chooses between primary and replica, by a mark that each write moves in its own transaction: a replica that shows the
 * mark shows the write. So whoever reads after a write was acknowledged sees it, on any node and with any token
 * (contract §1.1). A replica that is away or slow is left alone for some seconds; `warn` is told once, and when it is back.
 */
export function createReplicaChoice(primary: Readers, replica: Readers | undefined, warn: (message: string) => void) {
  let restUntil = 0
  let away = false

  function failed(error: Error): undefined {
    restUntil = Date.now() + REST
    if (!away) warn(`DATABASE_READ_URL: the replica is away, the primary answers instead: ${error.message}`)
    away = true
    return undefined
  }

  return {
    async readersOf(projectId: number): Promise<Readers> {
      if (replica === undefined) return primary
      if (Date.now() < restUntil) {
        tally('assay_replica_choices_total', 'away')
        return primary
      }
      const [wanted, there] = await Promise.all([
        readMarks(primary.read, projectId),
        inTime(readMarks(replica.read, projectId)).catch(failed),
      ])
      if (there === undefined) {
        tally('assay_replica_choices_total', 'away')
        return primary
      }
      if (away) warn('DATABASE_READ_URL: the replica is back')
      away = false
      const isCurrent = hasAll(there, wanted)
      tally('assay_replica_choices_total', isCurrent ? 'replica' : 'behind')
      return isCurrent ? replica : primary
    },
    /** Moves the mark of a project (0: of the account), as the last step of a transaction that writes to it. */
    async moveMark({ db }: Tx, projectId: number): Promise<void> {
      if (replica === undefined) return
      await db
        .insertInto('counters')
        .values({ project_id: projectId, name: WRITES, value: 1 })
        .onConflict((conflict) =>
          conflict.columns(['project_id', 'name']).doUpdateSet((eb) => ({ value: eb('counters.value', '+', 1) })),
        )
        .execute()
    },
  }
}
