import type { Reader } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'

export type GateRow = Schema['gates']

/** The gates of a project. */
export async function gatesOf({ db }: Pick<Reader, 'db'>, projectId: number): Promise<GateRow[]> {
  return db.selectFrom('gates').selectAll().where('project_id', '=', projectId).orderBy('id').execute()
}

/** How many causes were first seen in a build. */
export async function countNewCauses({ db }: Pick<Reader, 'db'>, projectId: number, buildId: number): Promise<number> {
  const row = await db
    .selectFrom('failures as f')
    .select(({ fn }) => fn.count<number>('f.cause').distinct().as('n'))
    .where('f.project_id', '=', projectId)
    .where('f.first_build_id', '=', buildId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('failures as o')
            .select('o.id')
            .where('o.project_id', '=', projectId)
            .whereRef('o.cause', '=', 'f.cause')
            .where('o.first_build_id', '<>', buildId)
            .whereRef('o.first_seen_at', '<', 'f.first_seen_at'),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** The first verdicts of a build for a rule to show: failures, new ones first. */
export async function examplesOf(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  buildId: number,
  most: number,
): Promise<
  {
    rank: number
    flaky: number
    status: string
    change: string | null
    test_id: number
    test_name: string
    run_id: number | null
    instance_id: number
  }[]
> {
  return db
    .selectFrom('results as t')
    .innerJoin('tests as test', (join) =>
      join.onRef('test.project_id', '=', 't.project_id').onRef('test.id', '=', 't.test_id'),
    )
    .select([
      't.rank',
      't.flaky',
      't.status',
      't.change',
      't.test_id',
      'test.name as test_name',
      't.run_id',
      't.instance_id',
    ])
    .where('t.project_id', '=', projectId)
    .where('t.build_id', '=', buildId)
    .orderBy('t.rank')
    .orderBy('t.instance_id')
    .limit(most)
    .execute()
}

/** The last builds of a pipeline, newest first. */
export async function lastBuildsOf({ db }: Pick<Reader, 'db'>, projectId: number, pipeline: string, most: number) {
  return db
    .selectFrom('builds')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('pipeline', '=', pipeline)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
}
