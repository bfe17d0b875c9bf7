import { sql } from 'kysely'
import type { Reader } from '../../db/handle.ts'

/** Instances that have a verdict in a build and none in a later one. Both are read once and grouped. */
export const missedIn = (
  db: Reader['db'],
  { projectId, build, base }: { projectId: number; build: number; base: number },
) =>
  db
    .selectFrom('results')
    .select('instance_id')
    .where('project_id', '=', projectId)
    .where('build_id', 'in', [base, build])
    .groupBy('instance_id')
    .having(sql<boolean>`max(case when build_id = ${build} then 1 else 0 end) = 0`)
