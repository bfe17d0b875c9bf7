import type { Change } from '../core/audit.ts'
import { fieldIdOf, fieldKey } from '../core/field-key.ts'
import { typesWith } from '../core/kinds.ts'
import { tokenize } from '../core/ptql/tokenize.ts'
import { type ExportedTable, type Held, heldIn, isLeftOut } from './project-columns.ts'
import type { DumpedRow } from './read-table.ts'

/**
 * The counterpart of an id; null when it has none. All kinds of things take their ids from one sequence, so that an id
 * says by itself what it is the id of.
 */
export type MapId = (id: number) => number | null

interface Mapping {
  mapId: MapId
  /** Ids, before the mapping, of the custom fields whose values are ids of users. */
  userFields: ReadonlySet<number>
}

/** Ids stand as numbers and as texts of digits; what is neither stays. */
function mapped(value: unknown, mapping: Mapping): unknown {
  if (Array.isArray(value)) return value.map((member) => mapped(member, mapping))
  if (typeof value === 'number') return mapping.mapId(value)
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) return value
  const id = mapping.mapId(Number(value))
  return id === null ? null : String(id)
}

/** A key of custom-field values under the field's new id, and the value, when it is a user's id. */
function mapField(key: string, value: unknown, mapping: Mapping): [string, unknown] {
  const id = fieldIdOf(key)
  const field = mapping.mapId(id)
  const newKey = field === null ? key : fieldKey(field)
  return [newKey, mapping.userFields.has(id) ? mapped(value, mapping) : value]
}

/** Fields of history whose values are ids, besides those that end with `-id` or `-ids`. */
const OF_IDS = new Set<string>(['run', 'users', ...typesWith('links')])
/** Ids that other systems gave. */
const FOREIGN = new Set(['external-id'])

function mapChange({ field, from, to }: Change, mapping: Mapping): Change {
  if (fieldIdOf(field) > 0) {
    const [key, first] = mapField(field, from, mapping)
    return { field: key, from: first, to: mapField(field, to, mapping)[1] }
  }
  // `steps/<id>` and `steps/<id>/<attribute>`
  const [, step, rest] = /^steps\/(\d+)(\D.*)?$/.exec(field) ?? []
  const name = step === undefined ? field : `steps/${mapping.mapId(Number(step)) ?? step}${rest ?? ''}`
  const attribute = step === undefined ? field : (rest ?? '').slice(1)
  if (attribute === 'ptql') return { field: name, from: mapQuery(from, mapping), to: mapQuery(to, mapping) }
  const isId = OF_IDS.has(attribute) || (/-ids?$/.test(attribute) && !FOREIGN.has(attribute))
  return isId ? { field: name, from: mapped(from, mapping), to: mapped(to, mapping) } : { field: name, from, to }
}

/** A query names filters (`VIEW #12`) and custom fields (`---f-7`) by id; one that cannot be read stays as it is. */
function mapQuery(query: unknown, mapping: Mapping): unknown {
  if (typeof query !== 'string') return query
  let tokens: ReturnType<typeof tokenize>
  try {
    tokens = tokenize(query)
  } catch {
    return query
  }
  const characters = [...query]
  for (const [index, { kind, text, position }] of tokens.entries()) {
    const isView = kind === 'number' && tokens[index - 1]?.value === '#' && tokens[index - 2]?.value === 'VIEW'
    // `---f-` and `___f_` are the same length.
    const prefix = kind === 'cfkey' ? text.slice(0, fieldKey(0).length - 1) : ''
    const id = kind === 'cfkey' || isView ? mapping.mapId(Number(text.slice(prefix.length))) : null
    if (id === null) continue
    characters[position] = `${prefix}${id}`
    characters.fill('', position + 1, position + [...text].length)
  }
  return characters.join('')
}

function mapCell(held: Held, cell: DumpedRow[string], row: DumpedRow, mapping: Mapping): unknown {
  if (cell === null) return null
  switch (held) {
    case 'id':
      // 0 says that there is none, where there must be a number.
      return cell === 0 ? 0 : mapping.mapId(Number(cell))
    case 'id list':
      return JSON.stringify(mapped(JSON.parse(String(cell)), mapping))
    case 'custom fields': {
      const values = Object.entries(JSON.parse(String(cell)))
      return JSON.stringify(Object.fromEntries(values.map(([key, value]) => mapField(key, value, mapping))))
    }
    case 'changes':
      return JSON.stringify((JSON.parse(String(cell)) as Change[]).map((change) => mapChange(change, mapping)))
    case 'query':
      return mapQuery(cell, mapping)
    case 'field value':
      return mapping.userFields.has(Number(row.field_id)) ? mapped(cell, mapping) : cell
    case 'default':
      return row.field_format === 'user' ? JSON.stringify(mapped(JSON.parse(String(cell)), mapping)) : cell
    default:
      return cell
  }
}

/**
 * A row of a project with every id in it replaced by its counterpart; columns that an export does not hold are left out.
 * Rows must come in the order of an export: custom fields before values of theirs.
 */
export function createRowMapper(mapId: MapId): (table: ExportedTable, row: DumpedRow) => DumpedRow {
  const userFields = new Set<number>()
  const mapping = { mapId, userFields }
  return (table, row) => {
    if (table === 'custom_fields' && row.field_format === 'user') userFields.add(Number(row.id))
    const cells = Object.entries(row).flatMap(([column, cell]) => {
      const held = heldIn(table, column)
      if (isLeftOut(held)) return []
      return [[column, mapCell(held, cell, row, mapping) as DumpedRow[string]] as const]
    })
    return Object.fromEntries(cells)
  }
}
