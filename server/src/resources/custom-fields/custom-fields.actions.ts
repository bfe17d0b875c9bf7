import { isDeepStrictEqual } from 'node:util'
import { oneElement } from '../../core/jsonapi/body.ts'
import { canonicalKey, isObject } from '../../core/jsonapi/key-spelling.ts'
import { createProblems, inside, type Problems } from '../../core/problems.ts'
import type { FieldEntity } from '../../core/resource/define-resource.ts'
import { readId } from '../../core/resource/kinds.ts'
import { readForCreate, readForUpdate, type Sent } from '../../core/resource/read-attributes.ts'
import { fold, lengthOf } from '../../core/text.ts'
import type { Tx } from '../../db/database.ts'
import { findById } from '../../db/store.ts'
import type { Answer, Context } from '../../http/route.ts'
import { notFound } from '../../http/show-rows.ts'
import { customFields } from './custom-fields.resource.ts'
import { ENTITIES, type Format, isListFormat, readFieldValue, readOptions } from './custom-fields.rules.ts'
import {
  completeFields,
  type Field,
  insertField,
  lenderOf,
  loadFields,
  type Options,
  replaceOptions,
} from './custom-fields.store.ts'

const MAX_OPTIONS = 100_000
const MAX_OPTION = 1000

interface Change {
  tx: Tx
  sent: Sent
  problems: Problems
  field: Field
  /** The other fields of the project. */
  others: readonly Field[]
}

function readEntities({ sent, problems }: Pick<Change, 'sent' | 'problems'>): string | undefined {
  const place = inside(sent.place, 'entities')
  const value = sent.values.entities
  const words = Array.isArray(value) ? value : []
  const spelled = (word: unknown) =>
    ENTITIES.find((entity) => fold(entity) === canonicalKey(String(word)).replaceAll('-', ''))
  const entities = words.map(spelled)
  if (words.length === 0 || entities.includes(undefined)) {
    problems.at(place, `Entities must be an array of: ${ENTITIES.join(', ')}`)
    return undefined
  }
  const unique = [...new Set(entities as FieldEntity[])]
  if (unique.includes('TestSet') && unique.includes('Run')) {
    problems.at(place, 'Entities cannot hold TestSet and Run together')
  }
  return JSON.stringify(unique)
}

/** Reads possible values: an array for lists, parent value → array for linked lists. */
function readPossibleValues({ sent, problems, field }: Change): Options | undefined {
  const value = sent.values['possible-values']
  const place = inside(sent.place, 'possible-values')
  if (!isListFormat(field.field_format)) {
    problems.at(place, `Possible values belong to list fields; this one is ${field.field_format}`)
    return undefined
  }
  const options: Options = new Map()
  if (field.field_format === 'linkedlist') {
    if (!isObject(value)) {
      problems.at(place, 'Possible values of a linked list must be an object: parent value → array of values')
      return undefined
    }
    for (const [parent, members] of Object.entries(value)) options.set(parent, readOptions(members) ?? [])
  } else {
    const members = readOptions(value)
    if (members === undefined) {
      problems.at(place, 'Possible values must be an array of texts')
      return undefined
    }
    options.set('', members)
  }
  const all = [...options.values()].flat()
  if (all.length > MAX_OPTIONS) problems.at(place, `At most ${MAX_OPTIONS} possible values are allowed`)
  if ([...all, ...options.keys()].some((option) => lengthOf(option) > MAX_OPTION)) {
    problems.at(place, `A possible value has at most ${MAX_OPTION} characters`)
  }
  return options
}

/** `parent-list-id`: the list a linked list hangs on. */
function applyParent({ sent, problems, field, others }: Change): void {
  const value = sent.values['parent-list-id']
  if (value === undefined || (value === null && field.parent_list_id === null)) return
  const place = inside(sent.place, 'parent-list-id')
  const id = value === null ? null : readId(value, { problems, place, label: 'Parent list id' })
  if (id === field.parent_list_id || id === undefined) return
  const parent = others.find((other) => other.id === id)
  if (field.field_format !== 'linkedlist') problems.at(place, 'Only a linkedlist field has a parent list')
  else if (parent?.field_format !== 'list') problems.at(place, `Parent list id must name a list field; ${id} does not`)
  else field.parent_list_id = id
}

/** `possible-values-parent-cf-id`: the field whose values this one borrows; no cycles. */
function applyLender({ sent, problems, field, others }: Change): void {
  const value = sent.values['possible-values-parent-cf-id']
  if (value === undefined || (value === null && field.borrows_from_id === null)) return
  const place = inside(sent.place, 'possible-values-parent-cf-id')
  if (value === null) {
    field.borrows_from_id = null
    return
  }
  const id = readId(value, { problems, place, label: 'Possible values parent cf id' })
  if (id === undefined || id === field.borrows_from_id) return
  const lender = others.find((other) => other.id === id)
  const fits = lender && ['list', 'multilist'].includes(lender.field_format)
  if (!['list', 'multilist'].includes(field.field_format) || !fits) {
    problems.at(place, 'Values can be borrowed only by a list or multilist field, from another such field')
  } else if (lender.borrows_from_id !== null || others.some((other) => other.borrows_from_id === field.id)) {
    problems.at(place, 'Values cannot be borrowed in a chain or cycle: name the field that owns the list')
  } else {
    field.borrows_from_id = id
  }
}

function applyDefault({ sent, problems, field }: Change): void {
  if (!('default-value' in sent.values)) return
  const value = sent.values['default-value']
  if (value === null || value === '') {
    field.default_value = null
    return
  }
  const read = readFieldValue(field.field_format as Format, value, () => sent.literal('default-value'))
  if ('problem' in read) problems.at(inside(sent.place, 'default-value'), `Default value ${read.problem}`)
  else field.default_value = 'clear' in read ? null : JSON.stringify(read.value)
}

function checkName({ sent, problems, field, others }: Change): void {
  if (others.some((other) => other.name_folded === fold(field.name))) {
    problems.at(inside(sent.place, 'name'), `Name is taken: there is a custom field "${field.name}" in this project`)
  }
}

/** Stores the possible values sent with a field; on a borrowing field other values replace the lender's list. */
async function storeOptions(change: Change): Promise<void> {
  const { tx, sent, problems, field } = change
  const value = sent.values['possible-values']
  if (value === undefined || value === null) {
    problems.throwIfAny()
    return
  }
  const shown = { ...field } as Field & { possible_values: string | null }
  await completeFields(tx, [shown as never])
  if (shown.possible_values !== null && isDeepStrictEqual(value, JSON.parse(shown.possible_values))) return
  const options = readPossibleValues(change)
  problems.throwIfAny()
  if (options) await replaceOptions(tx, field.project_id, lenderOf(field), options)
}

const lockFields = (tx: Tx, projectId: number) => tx.dialect.lock(tx.db, `custom fields ${projectId}`)

/** `POST custom_fields.json` (contract §7.3). */
export async function createField(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const cells = readForCreate({ resource: customFields, sent, problems })
  const entities = readEntities({ sent, problems })
  problems.throwIfAny()
  const projectId = context.project.id
  return context.write(1, async (tx) => {
    await lockFields(tx, projectId)
    const field: Field = {
      project_id: projectId,
      id: tx.nextId(),
      name: String(cells.name),
      name_folded: fold(String(cells.name)),
      field_format: String(cells.field_format),
      parent_list_id: null,
      borrows_from_id: null,
      entities: entities as string,
      mandatory: Number(cells.mandatory),
      strict: Number(cells.strict),
      default_value: null,
      created_at: context.now,
      updated_at: context.now,
    }
    const change: Change = { tx, sent, problems: createProblems(), field, others: await loadFields(tx, projectId) }
    checkName(change)
    applyParent(change)
    applyLender(change)
    applyDefault(change)
    if (field.field_format === 'linkedlist' && field.parent_list_id === null && change.problems.list.length === 0) {
      change.problems.at(inside(sent.place, 'parent-list-id'), "Parent list id can't be blank for a linkedlist field")
    }
    if (change.problems.list.length === 0) await insertField(tx, field)
    await storeOptions(change)
    return { show: 'custom-fields', id: field.id }
  })
}

/** `PUT custom_fields/:id.json`: possible values replace the list (contract §4.6). */
export async function updateField(context: Context): Promise<Answer> {
  const id = context.id()
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  return context.write(0, async (tx) => {
    await lockFields(tx, projectId)
    const row = await findById(tx, 'custom_fields', projectId, id)
    if (!row) throw notFound(customFields)
    const problems = createProblems()
    const cells = readForUpdate({ resource: customFields, sent, problems, row: { ...row } })
    const field: Field = { ...row, ...(cells as Partial<Field>) }
    field.name_folded = fold(field.name)
    const others = (await loadFields(tx, projectId)).filter((other) => other.id !== id)
    const change: Change = { tx, sent, problems, field, others }
    checkName(change)
    applyParent(change)
    applyLender(change)
    applyDefault(change)
    if (sent.values.entities !== undefined && sent.values.entities !== null) {
      field.entities = readEntities(change) ?? field.entities
    }
    await storeOptions(change)
    const { project_id: _project, id: _id, ...changed } = field
    await tx.db
      .updateTable('custom_fields')
      .set({ ...changed, updated_at: context.now })
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .execute()
    return { show: 'custom-fields', id }
  })
}
