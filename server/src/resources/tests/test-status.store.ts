import { sql } from 'kysely'
import type { RunStatus } from '../../core/run-statuses.ts'
import type { Reader } from '../../db/handle.ts'
import { prepared } from '../../db/prepared.ts'
import { combine, type StatusCounts } from '../../features/statuses/statuses.rules.ts'

interface Beside {
  projectId: number
  instanceIds: readonly number[]
}

/** How many instances of each test have which status in the set of one of them, as far as they have a run. */
export const countBeside = ({ db, dialect }: Pick<Reader, 'db' | 'dialect'>, { projectId, instanceIds }: Beside) =>
  db
    .selectFrom('instances as latest')
    .innerJoin('instances as i', (join) =>
      join
        .onRef('i.project_id', '=', 'latest.project_id')
        .onRef('i.test_id', '=', 'latest.test_id')
        .onRef('i.set_id', '=', 'latest.set_id'),
    )
    .select(({ fn }) => ['i.test_id', 'i.run_status', fn.countAll<number>().as('n')])
    .where('latest.project_id', '=', projectId)
    .where(dialect.oneOf('latest.id', instanceIds))
    // In words that the index of latest runs does not serve: it knows nothing of sets.
    .where(sql<boolean>`+ i.last_run_at is not null`)
    .groupBy(['i.test_id', 'i.run_status'])

const countsBeside = prepared(countBeside)

/**
 * The status of tests by id, from the instance of each one's latest run: combined over the instances of the test in
 * the set of that one that have a run, so that rows of an outline or browsers uploaded together count together, in
 * whatever order they come (contract §1.14). Costs what those instances cost; other sets are not looked at.
 */
export async function statusesOfTests(
  reader: Pick<Reader, 'db' | 'dialect'>,
  projectId: number,
  instanceIds: readonly number[],
): Promise<Map<number, RunStatus>> {
  if (instanceIds.length === 0) return new Map()
  const counts = new Map<number, StatusCounts>()
  for (const { test_id: testId, run_status: status, n } of await countsBeside(reader, { projectId, instanceIds })) {
    counts.set(testId, { ...counts.get(testId), [status]: Number(n) })
  }
  return new Map([...counts].map(([testId, own]) => [testId, combine(own)]))
}
