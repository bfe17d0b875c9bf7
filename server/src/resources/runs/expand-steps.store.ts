import { sql } from 'kysely'
import type { Reader } from '../../db/handle.ts'
import type { StepRow } from '../steps/steps.store.ts'

const CHUNK = 10_000

/** Asks about so many tests at a time, and answers all rows. */
async function inChunks<Row>(
  ids: readonly number[],
  read: (chunk: readonly number[]) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[][] = []
  for (let from = 0; from < ids.length; from += CHUNK) rows.push(await read(ids.slice(from, from + CHUNK)))
  return rows.flat()
}

/** The scenarios of tests, of BDD tests only. */
export function scenariosOf({ db }: Pick<Reader, 'db'>, projectId: number, testIds: readonly number[]) {
  const scenario = sql<string | null>`case when test_type = 'BDDTest' then coalesce(scenario, '') end`
  return inChunks(testIds, (ids) =>
    db
      .selectFrom('tests')
      .select(['id', scenario.as('scenario')])
      .where('project_id', '=', projectId)
      .where('id', 'in', ids)
      .execute(),
  )
}

/** How many steps tests have and how long they are, by the test that they call, if any; without their texts. */
export function stepSizes({ db }: Pick<Reader, 'db'>, projectId: number, testIds: readonly number[]) {
  return inChunks(testIds, (ids) =>
    db
      .selectFrom('steps')
      .select(({ fn }) => [
        'test_id',
        'test_to_call_id',
        fn.countAll<number>().as('n'),
        sql<number>`sum(length(name) + length(description) + length(expected_results))`.as('characters'),
      ])
      .where('project_id', '=', projectId)
      .where('test_id', 'in', ids)
      .groupBy(['test_id', 'test_to_call_id'])
      .execute(),
  )
}

/** The steps of tests, of each in their order. */
export function stepsOf({ db }: Pick<Reader, 'db'>, projectId: number, testIds: readonly number[]): Promise<StepRow[]> {
  return inChunks(testIds, (ids) =>
    db
      .selectFrom('steps')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('test_id', 'in', ids)
      .orderBy('test_id')
      .orderBy('position')
      .execute(),
  )
}
