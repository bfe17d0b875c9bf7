import { isDeepStrictEqual } from 'node:util'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { createProblems, inside, type Pointer, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { lockMembers } from '../../features/members/lock-members.ts'
import { groupsOf } from '../groups/groups.store.ts'
import { type Access, liveProjects } from './memberships.store.ts'

interface Entry {
  projectId: number
  groups: unknown
  place: Pointer
}

/** The groups that an entry names, as ids; none named means Testers (contract §4.3). */
async function readGroups(tx: Tx, { projectId, groups: sent, place }: Entry, problems: Problems): Promise<number[]> {
  const groups = blankAsNull(sent)
  if (groups !== undefined && groups !== null && !Array.isArray(groups)) {
    problems.at(place, 'Groups must be an array of groups')
    return []
  }
  const known = await groupsOf(tx, projectId)
  const members: unknown[] = groups ?? []
  if (members.length === 0) return known.filter(({ name }) => name === 'Testers').map(({ id }) => id)
  return members.map((member, index) => {
    const at = inside(place, index, 'id')
    const id = readId(isObject(member) ? canonicalKeys(member).id : member, { problems, place: at, label: 'Group id' })
    if (id !== undefined && !known.some((group) => group.id === id)) {
      problems.at(at, `Group id names no group of this project: ${id}`)
    }
    return id ?? 0
  })
}

/**
 * Reads the projects and groups of a body; throws one 422 with everything in it that names nothing. Members of the
 * projects named, and of those that the user is in and may leave, stay as they are until the transaction ends.
 */
export async function readAccess(
  tx: Tx,
  { caller }: Pick<Context, 'caller'>,
  { members, place, left }: { members: unknown[]; place: Pointer; left: readonly number[] },
): Promise<Access[]> {
  const problems = createProblems()
  const entries: Entry[] = members.flatMap((member, index) => {
    const values = isObject(member) ? canonicalKeys(member) : { id: member }
    const at = inside(place, index)
    const projectId = readId(values.id, { problems, place: inside(at, 'id'), label: 'Project id' })
    return projectId === undefined ? [] : [{ projectId, groups: values.groups, place: at }]
  })
  const named = new Set(entries.map(({ projectId }) => projectId))
  const entered = (await liveProjects(tx, caller.accountId)).filter((id) => named.has(id))
  await lockMembers(tx, [...entered, ...left])
  const known = new Set(await liveProjects(tx, caller.accountId))
  const access: Access[] = []
  for (const { projectId, groups, place: at } of entries) {
    if (!known.has(projectId)) {
      problems.at(inside(at, 'id'), `Project id names no project of this account: ${projectId}`)
      continue
    }
    const groupIds = await readGroups(tx, { projectId, groups, place: inside(at, 'groups') }, problems)
    access.push({ projectId, groupIds })
  }
  problems.throwIfAny()
  return access
}

/** Notes a change of what a user may enter. */
export function noteAccess(tx: Tx, userId: number, before: Access[], after: Access[]): void {
  const shown = (access: Access[]) => access.map(({ projectId, groupIds }) => ({ id: projectId, groups: groupIds }))
  const changes = isDeepStrictEqual(before, after) ? [] : [{ field: 'projects', from: shown(before), to: shown(after) }]
  noteSetting(tx, { entity: 'user', entityId: userId, action: 'update', changes })
}
