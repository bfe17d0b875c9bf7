import { isDeepStrictEqual } from 'node:util'
import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside, type Pointer, type Problems } from '../../core/problems.ts'
import { readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { blankAsNull, fold } from '../../core/text.ts'
import { addRemoval } from '../../db/removals.ts'
import { deleteRow } from '../../db/store.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import {
  changeField,
  type Field,
  insertField,
  lendersOf,
  loadFields,
  loadOptions,
  lockFields,
  type Options,
  ownerOf,
  replaceOptions,
} from '../../features/custom-fields/custom-fields.store.ts'
import { customFields } from './custom-fields.resource.ts'
import { noteField } from './note-field.ts'
import {
  applyDefault,
  applyLender,
  applyParent,
  type Change,
  checkName,
  readEntities,
  readPossibleValues,
} from './read-field.ts'

/**
 * Replaces the list that counts for a field, its own or the one it borrows (contract §4.6), unless it is what the field
 * showed before. Answers what was and is there; undefined when that is the same.
 */
async function storeOptions(
  { tx, field, others }: Change,
  { before, to, now }: { before?: Field; to: Options | undefined; now: number },
) {
  if (to === undefined) return undefined
  const shown = async (row: Field) => (await loadOptions(tx, [row])).get(row.id) ?? new Map<string, string[]>()
  const from = await shown(field)
  const held = before === undefined ? from : await shown(before)
  if ([from, held].some((options) => isDeepStrictEqual([...options], [...to]))) return undefined
  const { project_id: projectId } = field
  const ownerId = ownerOf(field.id, lendersOf([field, ...others]))
  await replaceOptions(tx, projectId, ownerId, to)
  if (ownerId !== field.id) await changeField(tx, { projectId, id: ownerId, now })
  return { from, to }
}

/** Who may add values to a list, as results and entities come with new ones, without managing fields (contract §4.6). */
export const VALUE_EDITORS = ['runs', 'tests_editor', 'requirements_editor', 'issues_editor'] as const

/** Whether possible values only gained some: what was there is there still, in its order. */
function onlyAdds(from: Options, to: Options): boolean {
  return [...from].every(([parent, values]) => {
    const held = new Set(values)
    return isDeepStrictEqual(
      (to.get(parent) ?? []).filter((value) => held.has(value)),
      values,
    )
  })
}

const isWrong = (problems: Problems, { pointer }: Pointer) =>
  problems.list.some(({ source }) => isDeepStrictEqual(source, { pointer }))

/** `POST custom_fields.json` (contract §7.3). */
export async function createField(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  const { now, caller } = context
  return context.write(async (tx) => {
    await lockFields(tx, projectId)
    const problems = createProblems()
    const cells = readForCreate({ resource: customFields, sent, problems })
    const name = String(cells.name ?? '')
    const field: Field = {
      project_id: projectId,
      id: tx.nextId(),
      name,
      name_folded: fold(name),
      field_format: String(cells.field_format),
      parent_list_id: null,
      borrows_from_id: null,
      entities: readEntities({ sent, problems }) ?? '[]',
      mandatory: Number(cells.mandatory),
      strict: Number(cells.strict),
      default_value: null,
      created_at: now,
      updated_at: now,
    }
    const change: Change = {
      tx,
      accountId: caller.accountId,
      sent,
      problems,
      field,
      others: await loadFields(tx, projectId),
    }
    checkName(change)
    // What depends on the format cannot be judged without it.
    if (isWrong(problems, inside(sent.place, 'field-format'))) problems.throwIfAny()
    applyParent(change)
    const parentPlace = inside(sent.place, 'parent-list-id')
    const asked = blankAsNull(sent.values['parent-list-id']) ?? null
    if (field.field_format === 'linkedlist' && asked === null) {
      problems.at(parentPlace, "Parent list id can't be blank for a linkedlist field")
    }
    applyLender(change)
    await applyDefault(change)
    const options = readPossibleValues(change, true)
    problems.throwIfAny()
    await insertField(tx, field)
    noteField(tx, undefined, field, await storeOptions(change, { to: options, now }))
    return { show: 'custom-fields', id: field.id }
  })
}

/**
 * `PUT custom_fields/:id.json`: possible values replace the list. Whoever may only add values, as `VALUE_EDITORS`, may
 * change nothing else (contract §4.6).
 */
export async function updateField(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  const { now, caller } = context
  return context.write(async (tx) => {
    await lockFields(tx, projectId)
    const fields = await loadFields(tx, projectId)
    const row = fields.find((field) => field.id === id)
    if (!row) throw notFound(customFields)
    const problems = createProblems()
    const cells = readForUpdate({ resource: customFields, sent, problems, row: { ...row } })
    const field = { ...row, ...cells } as Field
    field.name_folded = fold(field.name)
    const others = fields.filter((other) => other.id !== id)
    const change: Change = { tx, accountId: caller.accountId, sent, problems, field, others }
    checkName(change)
    applyParent(change)
    applyLender(change)
    await applyDefault(change)
    const entities = blankAsNull(sent.values.entities) ?? null
    if (entities !== null && !isDeepStrictEqual(entities, JSON.parse(row.entities))) {
      field.entities = readEntities(change) ?? row.entities
    }
    const options = readPossibleValues(change, false)
    const changed = Object.entries(field).filter(([column, cell]) => cell !== row[column as keyof Field])
    if (changed.length > 0) context.require('customization')
    problems.throwIfAny()
    const values = await storeOptions(change, { before: row, to: options, now })
    const owner = fields.find((other) => other.id === ownerOf(id, lendersOf(fields)))
    const isStrict = row.strict === 1 || owner?.strict === 1
    if (values && (isStrict || !onlyAdds(values.from, values.to))) context.require('customization')
    if (values !== undefined || changed.length > 0) {
      await changeField(tx, { projectId, id, cells: Object.fromEntries(changed), now })
    }
    noteField(tx, row, field, values)
    return { show: 'custom-fields', id }
  })
}

/**
 * `DELETE custom_fields/:id.json`: its values are gone for every reader at once, and removed in the background
 * (contract §7.2). 422 while another field hangs on it or borrows its values.
 */
export async function deleteField(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockFields(tx, projectId)
    const fields = await loadFields(tx, projectId)
    const row = fields.find((field) => field.id === id)
    if (!row) throw notFound(customFields)
    const user = fields.find((other) => other.parent_list_id === id || other.borrows_from_id === id)
    if (user) {
      const why = user.parent_list_id === id ? 'hangs on it as its parent list' : 'borrows its possible values'
      throw apiError('invalid', { title: `"${row.name}" cannot be deleted: the field "${user.name}" ${why}` })
    }
    await addRemoval(tx, { projectId, kind: 'field', id, now: context.now })
    await deleteRow(tx, 'custom_fields', projectId, id)
    noteField(tx, row, undefined)
    return { body: renderDeleted(customFields, id) }
  })
}
