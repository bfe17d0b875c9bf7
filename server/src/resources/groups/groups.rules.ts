import { canonicalKey, isObject } from '../../core/jsonapi/key-spelling.ts'
import { PERMISSIONS, type Permission, withImplied } from '../../core/permissions.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import { booleanKind } from '../../core/resource/kinds.ts'

/** The stored permissions of a group as a set of effective ones. */
export const grantedBy = (stored: string): Set<Permission> => withImplied(JSON.parse(stored) as Permission[])

/** The catalogue of 20, each with whether the group has it (contract §4.4). */
export function showPermissions(stored: string): object[] {
  const granted = grantedBy(stored)
  return PERMISSIONS.map((permission) => ({ ...permission, allowed: granted.has(permission.key) }))
}

/** Pairs of key and value: of an object key → bool, or of the array that a single group shows (contract §1.4). */
function entriesOf(value: unknown): [key: string, allowed: unknown][] | undefined {
  if (isObject(value)) return Object.entries(value)
  if (!Array.isArray(value) || !value.every(isObject)) return undefined
  return value.map((member) => [String(member.key), member.allowed])
}

/**
 * `permissions` of a body merged into those a group has: what is granted brings what it implies, so a permission that
 * another one implies stays (contract §3). Unknown keys are ignored, as everywhere. Undefined after a problem.
 */
export function mergePermissions(
  value: unknown,
  current: ReadonlySet<Permission>,
  { problems, place }: { problems: Problems; place: Pointer },
): Set<Permission> | undefined {
  if (value === undefined || value === null) return new Set(current)
  const entries = entriesOf(value)
  if (entries === undefined) {
    problems.at(place, 'Permissions must be an object of permission keys with true or false')
    return undefined
  }
  const granted = new Set(current)
  for (const [sent, allowed] of entries) {
    const known = PERMISSIONS.find(({ key }) => canonicalKey(key) === canonicalKey(sent))
    if (known === undefined || allowed === null || allowed === undefined) continue
    const reading = { problems, place: inside(place, sent), label: `Permission ${known.key}`, literal: () => '' }
    const cell = booleanKind.read(allowed, reading)
    if (cell === 1) granted.add(known.key)
    if (cell === 0) granted.delete(known.key)
  }
  return withImplied(granted)
}

/** Permissions in the order of the catalogue. */
export function inOrder(granted: ReadonlySet<Permission>): Permission[] {
  return PERMISSIONS.map(({ key }) => key).filter((key) => granted.has(key))
}
