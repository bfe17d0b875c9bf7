import type { FieldEntity } from '../../core/kinds.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import type { Answer, Context } from '../../engine/route.ts'
import type { Format } from '../../features/custom-fields/custom-fields.rules.ts'
import {
  changeField,
  type Field,
  insertField,
  isBound,
  loadFields,
  lockFields,
} from '../../features/custom-fields/custom-fields.store.ts'
import { noteField } from './note-field.ts'

/** What the importer of another tool writes its ids and texts into (contract §4.6). */
const NEEDED: [name: string, format: Format, entity: FieldEntity][] = [
  ['TestRailCaseID', 'number', 'Test'],
  ['TestRailSection', 'text', 'Test'],
  ['TestRailRunID', 'number', 'TestSet'],
  ['TestRailConfiguration', 'text', 'TestSet'],
  ['TestRailTestID', 'number', 'Instance'],
  ['TestRailResultID', 'number', 'Run'],
]

/** Binds a field of the right format to the entity too, unless the two kinds exclude each other (contract §7.3). */
async function bind(tx: Tx, field: Field, entity: FieldEntity, now: number): Promise<void> {
  const entities = [...(JSON.parse(field.entities) as FieldEntity[]), entity]
  if (entities.includes('TestSet') && entities.includes('Run')) return
  const cells = { entities: JSON.stringify(entities) }
  await changeField(tx, { projectId: field.project_id, id: field.id, cells, now })
  noteField(tx, field, { ...field, ...cells })
}

/**
 * `POST custom_fields/prepare_testrail_import.json`: makes and binds what is missing of six fields and answers all of
 * them; called again it changes nothing. A field of that name and another format is left alone.
 */
export async function prepareTestrailImport(context: Context): Promise<Answer> {
  context.optionalBody()
  const projectId = context.project.id
  const { now } = context
  return context.write(
    async (tx) => {
      await lockFields(tx, projectId)
      const fields = await loadFields(tx, projectId)
      const ids: number[] = []
      for (const [name, format, entity] of NEEDED) {
        const known = fields.find((field) => field.name_folded === fold(name))
        if (known !== undefined) {
          ids.push(known.id)
          if (known.field_format === format && !isBound(known, entity)) await bind(tx, known, entity, now)
          continue
        }
        const field: Field = {
          project_id: projectId,
          id: tx.nextId(),
          name,
          name_folded: fold(name),
          field_format: format,
          parent_list_id: null,
          borrows_from_id: null,
          entities: JSON.stringify([entity]),
          mandatory: 0,
          strict: 0,
          default_value: null,
          created_at: now,
          updated_at: now,
        }
        await insertField(tx, field)
        noteField(tx, undefined, field)
        ids.push(field.id)
      }
      return { show: 'custom-fields', ids }
    },
    { ids: NEEDED.length },
  )
}
