import { isDeepStrictEqual } from 'node:util'
import type { FieldEntity } from '../../core/kinds.ts'
import { createProblems, type Problems } from '../../core/problems.ts'
import type { Resource, Row } from '../../core/resource/define-resource.ts'
import type { JsonSchema } from '../../core/resource/json-schema.ts'
import { type Cells, type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import type { Tx } from '../../db/handle.ts'
import { hideRemoved } from '../../db/removals.ts'
import type { Context } from '../../engine/route.ts'
import { applyCustomFields } from '../custom-fields/apply-custom-fields.ts'
import { type Field, loadFields } from '../custom-fields/custom-fields.store.ts'
import { actingUser, collectReferences, noReferences, type References, readAssignee } from '../references/references.ts'

/** A request that makes or changes an entity, and what is collected while its body is read. */
export interface EntityParts {
  context: Context
  resource: Resource
  sent: Input
  /** The custom fields of the project. */
  fields: readonly Field[]
  problems: Problems
  references: References
}

/** What reading an entity from a body begins with. */
export async function entityParts(tx: Tx, o: Pick<EntityParts, 'context' | 'resource' | 'sent'>): Promise<EntityParts> {
  const fields = await loadFields(tx, o.context.project.id)
  return { ...o, fields, problems: createProblems(), references: noReferences() }
}

async function customFieldCells(tx: Tx, o: EntityParts, current?: string): Promise<string> {
  return applyCustomFields(tx, {
    context: o.context,
    entity: o.resource.fieldEntity as FieldEntity,
    fields: o.fields,
    sent: o.sent,
    problems: o.problems,
    current,
  })
}

/** What updates of entities take besides their attributes. */
export const UPDATED_BY: Record<string, JsonSchema> = {
  'updated-by-user-id': {
    type: ['integer', 'string', 'null'],
    description: 'User whom the history names; with account tokens and impersonation',
    examples: [21],
  },
}

/** Cells of a new test, set or issue: declared attributes, author, assignee and custom fields. */
export async function createCells(tx: Tx, o: EntityParts & { authorRequired: boolean }): Promise<Cells> {
  const cells = readForCreate(o)
  collectReferences(o.resource, cells, o.sent, o.references)
  const author = actingUser({ ...o, key: 'author-id', required: o.authorRequired })
  const assignee = 'assigned-to-id' in o.resource.attributes ? await readAssignee(tx, o) : {}
  return { ...cells, ...assignee, author_id: author, custom_fields: await customFieldCells(tx, o) }
}

/**
 * Cells that a PUT changes, and who is recorded for it; no cells when it changes nothing, and then nothing is bumped
 * (contract §1.14).
 */
export async function updateCells(
  tx: Tx,
  o: EntityParts & { row: Row },
): Promise<{ cells: Cells; userId: number | null }> {
  const { sent, context, problems, references } = o
  // What was removed is no value that the entity holds, though its row may still carry it.
  const row = { ...o.row }
  await hideRemoved(tx, context.project.id, [row])
  const cells = readForUpdate({ ...o, row })
  collectReferences(o.resource, cells, sent, references)
  if ('assigned-to-id' in o.resource.attributes) {
    const current = row as { assigned_to_id: number | null; assigned_to_type: string | null }
    Object.assign(cells, await readAssignee(tx, { context, sent, problems, references, current }))
  }
  const stored = String(row.custom_fields)
  const sentFields = sent.values['custom-fields']
  if (sentFields !== undefined && !isDeepStrictEqual(sentFields, JSON.parse(stored))) {
    const next = await customFieldCells(tx, o, stored)
    if (next !== stored) cells.custom_fields = next
  }
  return { cells, userId: actingUser({ ...o, key: 'updated-by-user-id' }) }
}
