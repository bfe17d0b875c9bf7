import { type EntityWord, wordOf } from '../../core/kinds.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import { attributesOf, type Resource } from '../../core/resource/define-resource.ts'
import { labelOf, readId } from '../../core/resource/kinds.ts'
import type { Cells, Input } from '../../core/resource/read-attributes.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { findByIds } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'
import { existingUsers } from '../members/users.store.ts'

interface Reference {
  id: number
  place: Pointer
  label: string
}

/** Collects the ids that a body names, so that each kind is looked up once per request. */
export interface References {
  users: Reference[]
  milestones: Reference[]
  /** Folders, by the kind of entity that they must hold. */
  folders: (Reference & { entity: EntityWord })[]
}

export const noReferences = (): References => ({ users: [], milestones: [], folders: [] })

/** Adds the references among an element's cells. */
export function collectReferences(resource: Resource, cells: Cells, sent: Input, references: References): void {
  for (const [wireName, { kind, column, byAction }] of attributesOf(resource)) {
    const cell = cells[column]
    if (kind.reference === undefined || byAction || cell === undefined || cell === null) continue
    const reference = { id: Number(cell), place: inside(sent.place, wireName), label: labelOf(wireName) }
    if (kind.reference === 'user') references.users.push(reference)
    else if (kind.reference === 'milestone') references.milestones.push(reference)
    else references.folders.push({ ...reference, entity: wordOf(resource.type) })
  }
}

/** What reading a body has collected so far. */
interface Collected {
  context: Context
  references: References
  problems: Problems
}

/** Throws one 422 with all problems, those of collected ids that name nothing among them. */
export async function checkReferences(tx: Tx, o: Collected): Promise<void> {
  await addUnknownReferences(tx, o)
  o.problems.throwIfAny()
}

/** Adds a problem for every collected id that names nothing in the account or project. */
export async function addUnknownReferences(tx: Tx, { context, references, problems }: Collected): Promise<void> {
  const { caller } = context
  const known = await existingUsers(
    tx,
    caller.accountId,
    references.users.map((reference) => reference.id),
  )
  for (const { id, place, label } of references.users) {
    if (!known.has(id)) problems.at(place, `${label} names no user of this account: ${id}`)
  }
  if (references.milestones.length > 0) {
    const rows = await findByIds(
      tx,
      'milestones',
      context.project.id,
      references.milestones.map((reference) => reference.id),
    )
    for (const { id, place, label } of references.milestones) {
      if (!rows.some((row) => row.id === id)) problems.at(place, `${label} names no milestone of this project: ${id}`)
    }
  }
  if (references.folders.length > 0) {
    const rows = await findByIds(
      tx,
      'folders',
      context.project.id,
      references.folders.map((reference) => reference.id),
    )
    for (const { id, place, label, entity } of references.folders) {
      if (!rows.some((row) => row.id === id && row.entity === entity)) {
        problems.at(place, `${label} names no ${entity} folder of this project: ${id}`)
      }
    }
  }
}

export interface Actor {
  context: Context
  sent: Input
  problems: Problems
  references: References
  /** `author-id`, `tester-id`, … */
  key: string
  /** Whether an account token must name the user (`C* (acct)`). */
  required?: boolean
}

/**
 * Who is recorded (contract §1.3): the owner of a personal token, unless impersonation lets the body name another;
 * with an account token the user that the body names, or null.
 */
export function actingUser({ context, sent, problems, references, key, required = false }: Actor): number | null {
  const { userId, impersonation } = context.caller
  if (userId !== null && !impersonation) return userId
  const place = inside(sent.place, key)
  const label = labelOf(key)
  const value = blankAsNull(sent.values[key]) ?? null
  if (value === null) {
    if (userId === null && required) problems.at(place, `${label.replace(/ id$/, '')} can't be blank`)
    return userId
  }
  const id = readId(value, { problems, place, label })
  if (id === undefined) return null
  references.users.push({ id, place, label })
  return id
}

/**
 * `assigned-to-id` and `assigned-to-type` (contract §1.12) as cells; nothing when neither changes the assignment.
 * A group must be of the project, and the project must allow it.
 */
export async function readAssignee(
  tx: Tx,
  o: {
    context: Context
    sent: Input
    problems: Problems
    references: References
    current?: { assigned_to_id: number | null; assigned_to_type: string | null }
  },
): Promise<Cells> {
  const { sent, problems, context, current, references } = o
  const none = { assigned_to_id: null, assigned_to_type: null }
  if (!('assigned-to-id' in sent.values)) return current ? {} : none
  const value = blankAsNull(sent.values['assigned-to-id']) ?? null
  if (value === null) return current?.assigned_to_id === null ? {} : none
  const place = inside(sent.place, 'assigned-to-id')
  const id = readId(value, { problems, place, label: 'Assigned to id' })
  if (id === undefined) return {}
  const sentType = sent.values['assigned-to-type']
  const type = typeof sentType === 'string' && sentType.trim() !== '' ? sentType.trim().toLowerCase() : 'user'
  const asItIs = current?.assigned_to_id === id && (sentType ?? '') === ''
  if (asItIs || (current?.assigned_to_id === id && current.assigned_to_type === type)) return {}
  if (type === 'user') {
    references.users.push({ id, place, label: 'Assigned to id' })
  } else if (type === 'group') {
    const group = await tx.db
      .selectFrom('groups')
      .select('id')
      .where('project_id', '=', context.project.id)
      .where('id', '=', id)
      .executeTakeFirst()
    if (context.project.assign_to_group !== 1) {
      problems.at(place, 'Assigned to id cannot be a group: the project setting assign-to-group is off')
    } else if (!group) {
      problems.at(place, `Assigned to id names no group of this project: ${id}`)
    }
  } else {
    problems.at(inside(sent.place, 'assigned-to-type'), 'Assigned to type must be user or group')
  }
  return { assigned_to_id: id, assigned_to_type: type }
}
