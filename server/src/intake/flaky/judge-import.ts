import type { Tx } from '../../db/handle.ts'
import { changeRow } from '../../db/store.ts'
import { type Flakiness, type FlakyState, judgeFlakiness } from './flaky.rules.ts'
import {
  beginWindow,
  type FlakyRow,
  figuresOfImport,
  flakyRows,
  type HistoricVerdict,
  historyOf,
  keepFlaky,
  lockTestsOf,
  quarantinedIn,
  quarantinesOfTests,
  suspectsOf,
  testsPerCause,
} from './flaky.store.ts'
import { isInfrastructure } from './infrastructure.rules.ts'
import { whyOver } from './quarantine.rules.ts'

const DAY = 86_400_000

/** So far back verdicts are looked at. */
const LOOKED_BACK = 30 * DAY

/** Instances of one import that are looked at; of more that fail at once flakiness is not the cause. */
const MOST_SUSPECTS = 5_000

/** Instances that are judged in one transaction. */
const AT_ONCE = 250

/** An import that is stored, as far as it is judged. */
export interface StoredImport {
  projectId: number
  buildId: number
  importId: number
  commit: string | null
  now: number
}

/** Whether an import failed because of where it ran, against the last complete build of its pipeline (§11.3). */
export async function failedForItsMachines(
  tx: Tx,
  { projectId, buildId, importId }: StoredImport,
  o: { shard: string; variant: string; base: number | undefined },
): Promise<boolean> {
  return isInfrastructure(await figuresOfImport(tx, { projectId, buildId, importId, ...o }))
}

/** Which instances of an import are judged, some together. */
export async function suspectsIn(tx: Pick<Tx, 'db' | 'dialect'>, stored: StoredImport): Promise<number[][]> {
  const all = [
    ...(await suspectsOf(tx, { ...stored, most: MOST_SUSPECTS })),
    ...(await quarantinedIn(tx, { ...stored, most: MOST_SUSPECTS })),
  ]
  const ids = [...new Set(all)].sort((a, b) => a - b)
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, n) => ids.slice(n * AT_ONCE, (n + 1) * AT_ONCE))
}

/** Says of each verdict how many tests failed with its cause in its build. */
async function withOutages(tx: Tx, projectId: number, history: ReadonlyMap<number, HistoricVerdict[]>): Promise<void> {
  const failures = [...history.values()].flat().filter(({ cause }) => cause !== null)
  const buildIds = [...new Set(failures.map(({ buildId }) => buildId))]
  const causes = [...new Set(failures.map(({ cause }) => cause as string))]
  const counts = await testsPerCause(tx, projectId, { buildIds, causes })
  for (const verdict of failures) verdict.causeTests = counts.get(`${verdict.buildId} ${verdict.cause}`) ?? 1
}

/** Those that are broken come first in a list, and what is only looked at last. */
const RANKS: Readonly<Record<FlakyState, number>> = { healthy: 0, flaky: 1, broken: 2 }

const rowOf = (
  last: HistoricVerdict,
  judged: Flakiness,
  { projectId, now }: Pick<StoredImport, 'projectId' | 'now'>,
  windowFrom: number,
): FlakyRow => ({
  project_id: projectId,
  instance_id: last.instanceId,
  test_id: last.testId,
  set_id: last.setId,
  variant: last.variant,
  owner: last.owner,
  state: judged.state,
  rank: RANKS[judged.state],
  score: judged.score,
  builds: judged.builds,
  signals: [...judged.signals.values()].reduce((sum, kinds) => sum + kinds.size, 0),
  changes_hit: judged.changesHit,
  last_signal_at: judged.lastSignalAt,
  failing_since_id: judged.failingSince,
  window_from: windowFrom,
  updated_at: now,
})

/** Judges instances by their verdicts: what is flaky or broken is kept, and quarantines of healthy ones end. */
export async function judgeInstances(
  tx: Tx,
  stored: Pick<StoredImport, 'projectId' | 'now'>,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return
  const { projectId, now } = stored
  const instanceIds = (await lockTestsOf(tx, projectId, ids)).map(({ id }) => id)
  const before = await flakyRows(tx, projectId, instanceIds)
  const history = await historyOf(tx, projectId, instanceIds, now - LOOKED_BACK)
  await withOutages(tx, projectId, history)
  const kept: FlakyRow[] = []
  const forgotten: number[] = []
  const judgedOf = new Map<number, Flakiness>()
  for (const [id, verdicts] of history) {
    const known = before.get(id)
    const since = known?.window_from ?? 0
    const judged = judgeFlakiness(verdicts, { previous: (known?.state ?? 'healthy') as FlakyState, since, now })
    judgedOf.set(id, judged)
    const last = verdicts.at(-1) as HistoricVerdict
    const isKnown = judged.state !== 'healthy' || judged.signals.size > 0 || judged.failingSince !== null || since > 0
    if (isKnown) kept.push(rowOf(last, judged, stored, since))
    else if (known) forgotten.push(id)
  }
  await keepFlaky(tx, projectId, kept, forgotten)
  await endHealthyQuarantines(tx, stored, history, judgedOf)
}

async function endHealthyQuarantines(
  tx: Tx,
  { projectId, now }: Pick<StoredImport, 'projectId' | 'now'>,
  history: ReadonlyMap<number, readonly HistoricVerdict[]>,
  judgedOf: ReadonlyMap<number, Flakiness>,
): Promise<void> {
  const testIds = [...new Set([...history.values()].flatMap((verdicts) => verdicts.at(-1)?.testId ?? []))]
  for (const row of await quarantinesOfTests(tx, projectId, testIds)) {
    const own = [...history].filter(
      ([id, verdicts]) =>
        verdicts.at(-1)?.testId === row.test_id && (row.instance_id === null || row.instance_id === id),
    )
    const quarantine = {
      startedAt: row.created_at,
      until: row.until,
      causes: JSON.parse(row.causes) as string[],
      endedAt: row.ended_at,
    }
    const isOver =
      own.length > 0 &&
      own.every(([id, verdicts]) =>
        whyOver(quarantine, verdicts, { signals: judgedOf.get(id)?.signals ?? new Map(), now }),
      )
    if (!isOver) continue
    const cells = { ended_at: now, ended_reason: 'it was healthy in 20 builds' }
    await changeRow(tx, 'quarantines', { projectId, id: row.id, cells, now })
    await beginWindow(tx, projectId, { testId: row.test_id, instanceId: row.instance_id }, now)
  }
}
