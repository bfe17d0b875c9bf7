import type { Reader } from '../../db/handle.ts'
import type { Schema } from '../../db/schema.ts'
import type { QuarantinedName } from './names.rules.ts'

export type QuarantineRow = Schema['quarantines']

/** The causes of the failures of a test since a time, newest first. */
export async function causesOfTest(
  { db }: Pick<Reader, 'db'>,
  {
    projectId,
    testId,
    instanceId,
    since,
  }: { projectId: number; testId: number; instanceId: number | null; since: number },
): Promise<string[]> {
  let query = db
    .selectFrom('runs as r')
    .innerJoin('failures as f', (join) =>
      join.onRef('f.project_id', '=', 'r.project_id').onRef('f.id', '=', 'r.failure_id'),
    )
    .select('f.cause')
    .distinct()
    .where('r.project_id', '=', projectId)
    .where('r.test_id', '=', testId)
    .where('r.created_at', '>=', since)
  if (instanceId !== null) query = query.where('r.instance_id', '=', instanceId)
  const rows = await query.orderBy('f.cause').limit(100).execute()
  return rows.map((row) => row.cause)
}

/** The tests that are in quarantine now, by name. */
export async function quarantinedNames(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  { now, most }: { now: number; most: number },
): Promise<QuarantinedName[]> {
  return db
    .selectFrom('quarantines as q')
    .innerJoin('tests as t', (join) => join.onRef('t.project_id', '=', 'q.project_id').onRef('t.id', '=', 'q.test_id'))
    .leftJoin('instances as i', (join) =>
      join.onRef('i.project_id', '=', 'q.project_id').onRef('i.id', '=', 'q.instance_id'),
    )
    .select(['t.name', 't.file', 'i.variant'])
    .where('q.project_id', '=', projectId)
    .where('q.ended_at', 'is', null)
    .where('q.until', '>', now)
    .orderBy('t.name_folded')
    .orderBy('q.id')
    .limit(most)
    .execute()
}

/** Quarantines whose time is over, across projects. */
export async function endedQuarantines({ db }: Pick<Reader, 'db'>, now: number, most: number) {
  return db
    .selectFrom('quarantines')
    .select(['project_id', 'id', 'test_id', 'instance_id'])
    .where('ended_at', 'is', null)
    .where('until', '<=', now)
    .orderBy('until')
    .limit(most)
    .execute()
}
