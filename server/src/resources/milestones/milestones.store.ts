import type { Reader } from '../../db/handle.ts'

/** The sets in a milestone, by id. */
export async function setsOfMilestone({ db }: Pick<Reader, 'db'>, projectId: number, id: number) {
  return db
    .selectFrom('sets')
    .select(['project_id', 'id', 'display_id'])
    .where('project_id', '=', projectId)
    .where('milestone_id', '=', id)
    .orderBy('id')
    .execute()
}
