import type { Database, Tx } from '../db/handle.ts'
import { changeRow, findById } from '../db/store.ts'
import { keepHistory } from '../features/audit/keep-history.ts'
import { removeTest } from '../resources/tests/remove-test.ts'
import { buildsWithRenamesDue, overdueBuilds } from './builds/builds.store.ts'
import { refreshBuild } from './builds/refresh-build.ts'
import { beginWindow } from './flaky/flaky.store.ts'
import { accountOfProject, changeImport, deadImports } from './imports/imports.store.ts'
import { forgottenTests } from './matching/matching.store.ts'
import { endedQuarantines } from './quarantines/quarantines.store.ts'
import { seekRenames } from './renames/seek-renames.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long a dead import waits for its key to come back (contract §10.1). */
const PATIENCE = HOUR

/** How long a test that only a change has made waits to be seen again (contract §10.6). */
const PROVISIONAL = 30 * DAY

/** Rows that are looked at in one round. */
const AT_ONCE = 100

interface Round {
  now: number
  /** Milliseconds that a build waits for a missing shard. */
  shardTimeout: number
  signal: AbortSignal
}

/** History that nobody made: the server did. */
async function withHistory<T>(tx: Tx, projectId: number, now: number, job: () => Promise<T>): Promise<T> {
  const value = await job()
  const accountId = await accountOfProject(tx, projectId)
  if (accountId !== undefined) await keepHistory(tx, { caller: { accountId, userId: null } as never, now })
  return value
}

/** Imports whose process died and whose key did not come back are cut. */
async function endDeadImports(database: Database, { now, shardTimeout, signal }: Round): Promise<void> {
  for (const { project_id: projectId, id, build_id: buildId } of await deadImports(
    database.read,
    now - PATIENCE,
    AT_ONCE,
  )) {
    if (signal.aborted) return
    await database.write(0, async (tx) => {
      await changeImport(tx, projectId, id, { state: 'cut', finished_at: now, updated_at: now })
      await refreshBuild(tx, projectId, buildId, { timeout: shardTimeout, now })
    })
  }
}

/** Builds that waited long enough for a shard are incomplete. */
async function endWaiting(database: Database, { now, shardTimeout, signal }: Round): Promise<void> {
  for (const { project_id: projectId, id } of await overdueBuilds(database.read, now - shardTimeout, AT_ONCE)) {
    if (signal.aborted) return
    await database.write(0, (tx) => refreshBuild(tx, projectId, id, { timeout: shardTimeout, now }))
  }
}

/** Renamed tests that an interrupted import did not look for. */
async function endRenames(database: Database, { now, shardTimeout, signal }: Round): Promise<void> {
  for (const { project_id: projectId, id } of await buildsWithRenamesDue(database.read, now - MINUTE, AT_ONCE)) {
    if (signal.aborted) return
    await seekRenames({
      reader: database.read,
      write: (ids, work) => database.write(ids, (tx) => withHistory(tx, projectId, now, () => work(tx))),
      projectId,
      buildId: id,
      timeout: shardTimeout,
      now,
    })
  }
}

async function endQuarantines(database: Database, { now, signal }: Round): Promise<void> {
  for (const row of await endedQuarantines(database.read, now, AT_ONCE)) {
    if (signal.aborted) return
    const { project_id: projectId, id, test_id: testId, instance_id: instanceId } = row
    const cells = { ended_at: now, ended_reason: 'its time was over' }
    await database.write(0, async (tx) => {
      await findById(tx, 'tests', projectId, testId, { lock: true })
      await changeRow(tx, 'quarantines', { projectId, id, cells, now })
      await beginWindow(tx, projectId, { testId, instanceId }, now)
    })
  }
}

/** Tests that a change made and that nobody saw again, its branch forgotten, go. */
async function forgetProvisional(database: Database, { now, signal }: Round): Promise<void> {
  for (const { project_id: projectId, id } of await forgottenTests(database.read, now - PROVISIONAL, AT_ONCE)) {
    if (signal.aborted) return
    await database.write(0, (tx) => withHistory(tx, projectId, now, () => removeTest(tx, projectId, id)))
  }
}

/** Does in the background what follows from reports as time passes; each step is a short transaction. */
export async function tendIntake(database: Database, round: Round): Promise<void> {
  await endDeadImports(database, round)
  await endWaiting(database, round)
  await endQuarantines(database, round)
  await forgetProvisional(database, round)
  // The longest comes last: where it fails, the others are done.
  await endRenames(database, round)
}
