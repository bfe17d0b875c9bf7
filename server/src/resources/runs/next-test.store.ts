import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/handle.ts'

/** Projects in which anything is due and not taken; a look at the index of due instances. */
export async function projectsWithWork(reader: Reader, projects: readonly number[], now: number): Promise<number[]> {
  if (projects.length === 0) return []
  const rows = await reader.db
    .selectFrom('instances')
    .select('project_id')
    .distinct()
    .where('project_id', 'in', [...projects])
    .where('due_at', '<=', now)
    .execute()
  return rows.map((row) => row.project_id)
}

/** Where reading goes on in the order of due time, set and instance. */
export interface DueAfter {
  dueAt: number
  setId: number
  id: number
}

/** Instances of a project that are due, in the order of contract §6.4. */
export async function dueInstances(
  { db }: Pick<Reader, 'db'>,
  projectId: number,
  { now, after = { dueAt: -1, setId: 0, id: 0 }, limit }: { now: number; after?: DueAfter; limit: number },
) {
  return db
    .selectFrom('instances as i')
    .innerJoin('tests as t', (join) => join.onRef('t.project_id', '=', 'i.project_id').onRef('t.id', '=', 'i.test_id'))
    .innerJoin('sets as s', (join) => join.onRef('s.project_id', '=', 'i.project_id').onRef('s.id', '=', 'i.set_id'))
    .select([
      'i.id',
      'i.due_at',
      'i.set_id',
      'i.claimed_until',
      's.name',
      'i.test_id',
      't.test_type',
      't.automated_fields',
    ])
    .where('i.project_id', '=', projectId)
    .where('i.due_at', '<=', now)
    .where(sql<boolean>`(i.due_at, i.set_id, i.id) > (${after.dueAt}, ${after.setId}, ${after.id})`)
    .orderBy('i.due_at')
    .orderBy('i.set_id')
    .orderBy('i.id')
    .limit(limit)
    .execute()
}

/** Takes an instance in one statement; false when another agent was faster, or it is no longer due. */
export async function claim(
  { db }: Tx,
  { projectId, id, dueAt }: { projectId: number; id: number; dueAt: number },
  { now, until }: { now: number; until: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('instances')
    .set({ claimed_until: until })
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .where('due_at', '=', dueAt)
    .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows) > 0
}
