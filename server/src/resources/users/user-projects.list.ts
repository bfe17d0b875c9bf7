import type { Reader } from '../../db/handle.ts'
import type { Listing } from '../../db/list.ts'
import { selectOf } from '../../engine/resource-list.ts'
import { projectsList } from '../projects/projects.list.ts'

/** The projects of an account that a user is in. */
export function projectsOfUser(reader: Reader, accountId: number, userId: number): Listing {
  const mine = reader.db.selectFrom('memberships').select('project_id').where('user_id', '=', userId)
  return selectOf(projectsList, reader, 0)
    .where('t.account_id', '=', accountId)
    .where('t.id', 'in', mine as never)
}
