import { oneElement } from '../../core/jsonapi/body.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { MAX_NAME } from '../../core/limits.ts'
import { canCreate, type Resource, type Row } from '../../core/resource/define-resource.ts'
import { object, ref } from '../../core/resource/json-schema.ts'
import type { Cells, Input } from '../../core/resource/read-attributes.ts'
import { attributesSchema, nounOf } from '../../core/resource/resource-schemas.ts'
import { cut } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { hideRemoved } from '../../db/removals.ts'
import type { Context, Description } from '../../engine/route.ts'
import { actingUser } from '../references/references.ts'
import { type EntityParts, updateCells } from './named-entity.ts'

/** The route that clones one of a resource. */
export function describeClone(resource: Resource): Description {
  const noun = nounOf(resource)
  const overrides = `${noun}Overrides`
  return {
    id: `clone${noun}`,
    body: object({ data: object({ attributes: ref(overrides) }) }),
    bodyOptional: true,
    answer: ref(`${noun}Answer`),
    description: 'Attributes of the body override those of the source.',
    schemas: { [overrides]: attributesSchema(resource, 'override') },
  }
}

/** The overrides of a clone; its body may be empty, or without data. */
export function cloneSent(context: Context): Input {
  const body = context.optionalBody()
  if (body !== undefined && (body.top.data ?? null) !== null) return oneElement(body).sent
  return { values: {}, place: { pointer: '/data/attributes' }, literal: () => '' }
}

/** As on every create, `null` is "not sent" (contract §1.5): what a clone is not given it takes from its source. */
function withoutNulls(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
}

/** When a row is due, as a clone takes it over: not when that is past (contract §4.11). */
export function stillPlanned(row: { planned_execution?: unknown }, now: number): number | null {
  const due = (row.planned_execution ?? null) as number | null
  return due !== null && due < now ? null : due
}

/**
 * Cells of a clone: what its source shows now, under the name `Clone of …`, then whatever the request overrides. Only
 * that is checked: a value that could not be set anew can still be copied. The author is who clones.
 */
export async function cloneCells(tx: Tx, o: EntityParts & { source: Row; authorRequired: boolean }): Promise<Cells> {
  const { source, resource, context } = o
  const base: Row = { ...source, name: cut(`Clone of ${source.name}`, MAX_NAME) }
  if ('planned_execution' in base) base.planned_execution = stillPlanned(base, context.now)
  await hideRemoved(tx, context.project.id, [base])
  const values = withoutNulls(o.sent.values)
  if (isObject(values['custom-fields'])) values['custom-fields'] = withoutNulls(values['custom-fields'])
  const author = actingUser({ ...o, key: 'author-id', required: o.authorRequired })
  delete values['updated-by-user-id']
  const { cells } = await updateCells(tx, { ...o, sent: { ...o.sent, values }, row: base })
  const kept = Object.values(resource.attributes)
    .filter(canCreate)
    .map(({ column }) => [column, base[column]])
  return { ...Object.fromEntries(kept), ...cells, author_id: author, cloned_from_id: Number(source.id) }
}
