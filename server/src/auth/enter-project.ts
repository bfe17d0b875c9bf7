import { apiError } from '../core/errors.ts'
import type { Permission } from '../core/permissions.ts'
import { cached } from '../db/cache.ts'
import type { Reader } from '../db/handle.ts'
import type { Schema } from '../db/schema.ts'
import { type Caller, findPermissions } from './caller.ts'

export type Project = Schema['projects']

/** 403 that names the permission that is missing. */
export function forbidden(permission: string): Error {
  return apiError('forbidden', {
    title: `This token lacks the permission "${permission}" in this project`,
    detail: 'A member of a group that has it, or an account token, may do this.',
  })
}

/** A project of the account that is not deleted. */
export async function findProject(reader: Reader, accountId: number, id: number): Promise<Project | undefined> {
  return cached(reader, `project ${accountId} ${id}`, () =>
    reader.db
      .selectFrom('projects')
      .selectAll()
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst(),
  )
}

function noProject(): Error {
  return apiError('not_found', { title: 'There is no such project, or this token may not see it' })
}

/** The project and what the caller may do in it; 404 unless it exists and the caller is a member (§1.3). */
export async function enterProject(
  reader: Reader,
  caller: Caller,
  id: number,
): Promise<{ project: Project; permissions: ReadonlySet<Permission> | undefined }> {
  const project = id === 0 ? undefined : await findProject(reader, caller.accountId, id)
  if (project === undefined) throw noProject()
  if (caller.passesAll) return { project, permissions: undefined }
  const permissions = await findPermissions(reader, project.id, caller.userId as number)
  if (permissions === undefined) throw noProject()
  return { project, permissions }
}
