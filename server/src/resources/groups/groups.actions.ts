import { isDeepStrictEqual } from 'node:util'
import type { Change } from '../../core/audit.ts'
import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, type Problems } from '../../core/problems.ts'
import { type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { addRemoval } from '../../db/removals.ts'
import { changeCells, deleteRow, insertRows } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { lockMembers } from '../../features/members/lock-members.ts'
import { forgetGroup } from '../workflow/forget-group.ts'
import { groups } from './groups.resource.ts'
import { grantedBy, inOrder, mergePermissions } from './groups.rules.ts'
import { type GroupRow, isNameTaken, removeMembers } from './groups.store.ts'

async function checkName(tx: Tx, row: GroupRow, sent: Input, problems: Problems): Promise<void> {
  if (await isNameTaken(tx, row))
    problems.at(inside(sent.place, 'name'), `Name is taken: there is a group "${row.name}" in this project`)
}

/** What changed, permissions as the keys that are granted. */
function changesOfGroup(before: GroupRow | undefined, after: GroupRow): Change[] {
  const from = before === undefined ? [] : inOrder(grantedBy(before.permissions))
  const to = inOrder(grantedBy(after.permissions))
  const changes = changesOf(groups, before && { ...before }, { ...after })
  if (isDeepStrictEqual(from, to)) return changes
  return [...changes, { field: 'permissions', from, to }]
}

/** `POST groups.json` (contract §7.3). */
export async function createGroup(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const cells = readForCreate({ resource: groups, sent, problems })
  const place = inside(sent.place, 'permissions')
  const granted = mergePermissions(sent.values.permissions, new Set(), { problems, place })
  problems.throwIfAny()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockMembers(tx, [projectId])
    const name = String(cells.name)
    const row: GroupRow = {
      project_id: projectId,
      id: tx.nextId(),
      name,
      name_folded: fold(name),
      is_default: 0,
      permissions: JSON.stringify(inOrder(granted ?? new Set())),
      created_at: context.now,
    }
    await checkName(tx, row, sent, problems)
    problems.throwIfAny()
    await insertRows(tx, 'groups', [row])
    const changes = changesOfGroup(undefined, row)
    noteSetting(tx, { entity: 'group', entityId: row.id, projectId, action: 'create', changes })
    return { show: 'groups', id: row.id }
  })
}

/** `PUT groups/:id.json`: name and permissions, but not of the four groups that every project has. */
export async function updateGroup(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockMembers(tx, [projectId])
    const row = await mustFind(tx, groups, projectId, id)
    const problems = createProblems()
    const cells = readForUpdate({ resource: groups, sent, problems, row: { ...row } })
    const before = grantedBy(row.permissions)
    const place = inside(sent.place, 'permissions')
    const granted = mergePermissions(sent.values.permissions, before, { problems, place }) ?? before
    const isGranted = isDeepStrictEqual(granted, before)
    if (row.is_default === 1) {
      const fixed = `The group "${row.name}" is one of the four that every project has`
      if (cells.name !== undefined) problems.at(inside(sent.place, 'name'), `${fixed}: it cannot be renamed`)
      if (!isGranted) problems.at(place, `${fixed}: its permissions cannot be changed`)
    }
    const after: GroupRow = {
      ...row,
      ...cells,
      permissions: isGranted ? row.permissions : JSON.stringify(inOrder(granted)),
    }
    after.name_folded = fold(after.name)
    await checkName(tx, after, sent, problems)
    problems.throwIfAny()
    const changes = changesOfGroup(row, after)
    if (changes.length > 0) {
      await changeCells(tx, 'groups', {
        projectId,
        id,
        cells: { name: after.name, name_folded: after.name_folded, permissions: after.permissions },
      })
    }
    noteSetting(tx, { entity: 'group', entityId: id, projectId, action: 'update', changes })
    return { show: 'groups', id }
  })
}

/**
 * `DELETE groups/:id.json`: nobody is in it any more, nothing is assigned to it, no transition names it. 422 for the
 * four default groups, and for the only group of a transition, which would be open to everybody without it.
 */
export async function deleteGroup(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockMembers(tx, [projectId])
    const row = await mustFind(tx, groups, projectId, id)
    if (row.is_default === 1) {
      throw apiError('invalid', {
        title: `The group "${row.name}" is one of the four that every project has: it cannot be deleted`,
      })
    }
    await forgetGroup(tx, projectId, row)
    await removeMembers(tx, row)
    await addRemoval(tx, { projectId, kind: 'group', id, now: context.now })
    await deleteRow(tx, 'groups', projectId, id)
    const changes = changesOf(groups, { ...row }, undefined)
    noteSetting(tx, { entity: 'group', entityId: id, projectId, action: 'delete', changes })
    return { body: renderDeleted(groups, id) }
  })
}
