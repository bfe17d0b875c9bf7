import { pageLinks, pageMeta, readPage } from '../../core/jsonapi/paging.ts'
import { readList } from '../../db/list.ts'
import type { Schema } from '../../db/schema.ts'
import { findByIds } from '../../db/store.ts'
import { type Answer, type Context, jsonTexts } from '../../engine/route.ts'
import { refuseQueries } from '../../engine/show-rows.ts'
import { type Field, loadOptions, type Options, showOptions } from '../../features/custom-fields/custom-fields.store.ts'
import { fieldIds, SYSTEM_FIRST } from './fields.list.ts'

function showSystemField(field: Schema['system_fields']): object {
  return {
    id: field.id,
    type: 'SystemField',
    name: field.name,
    field_format: field.field_format,
    possible_values: null,
    // `TestSet` and `status` are `test_set_status`.
    uniq_name: `${field.entity.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()}_${field.attribute}`,
    entities: [field.entity],
  }
}

function showCustomField(field: Field, options: Options | undefined): object {
  return {
    id: field.id,
    type: 'CustomField',
    name: field.name,
    field_format: field.field_format,
    possible_values: showOptions(field, options),
    uniq_name: `___f_${field.id}`,
    entities: JSON.parse(field.entities) as string[],
  }
}

/** `GET fields.json`: flat items with keys in underscores, the one list that is not JSON:API (contract §4.5). */
export async function listFields(context: Context): Promise<Answer> {
  const { reader, project, query, url } = context
  const page = readPage(query)
  refuseQueries(context)
  const result = await readList({ listing: fieldIds(reader, project.id), order: SYSTEM_FIRST, page })
  const idsOf = (isCustom: number) =>
    result.rows.filter((row) => Number(row.is_custom) === isCustom).map((row) => Number(row.id))
  const system = await findByIds(reader, 'system_fields', project.id, idsOf(0))
  const custom = await findByIds(reader, 'custom_fields', project.id, idsOf(1))
  const options = await loadOptions(reader, custom)
  const data = [...system.map(showSystemField), ...custom.map((field) => showCustomField(field, options.get(field.id)))]
  return { page: { data: jsonTexts(data), links: pageLinks(url, query, page, result), meta: pageMeta(page, result) } }
}
