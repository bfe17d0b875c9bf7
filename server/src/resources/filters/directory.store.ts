import type { Reader } from '../../db/handle.ts'

/** The users of an account whose e-mail or folded display name is this. */
export async function usersCalled({ db }: Pick<Reader, 'db'>, accountId: number, text: string): Promise<number[]> {
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('account_id', '=', accountId)
    .where((eb) => eb.or([eb('email', '=', text), eb('display_name_folded', '=', text)]))
    .execute()
  return rows.map(({ id }) => id)
}

/** The groups of a project whose folded name is this. */
export async function groupsCalled({ db }: Pick<Reader, 'db'>, projectId: number, text: string): Promise<number[]> {
  const rows = await db
    .selectFrom('groups')
    .select('id')
    .where('project_id', '=', projectId)
    .where('name_folded', '=', text)
    .execute()
  return rows.map(({ id }) => id)
}
