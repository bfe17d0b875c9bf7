import type { FieldEntity } from '../kinds.ts'
import { MAX_LONG_TEXT, MAX_NAME, MAX_SHORT_TEXT, MAX_STEP_NAME } from '../limits.ts'
import { memoize } from '../memoize.ts'
import type { PtqlField } from '../ptql/condition.ts'
import type { AttributeDoc } from './attribute-docs.ts'
import { type JsonSchema, SHAPES } from './json-schema.ts'
import {
  booleanKind,
  type Cell,
  dateKind,
  durationKind,
  enumKind,
  idKind,
  integerKind,
  jsonKind,
  type Kind,
  nameKind,
  tagsKind,
  textKind,
  timestampKind,
} from './kinds.ts'

/**
 * Who may write an attribute, spelled as the contract's tables spell it: C settable on create, U on update,
 * C* required on create, - read-only.
 */
export type Writable = '-' | 'C' | 'U' | 'CU' | 'C*' | 'C*U'

/** One attribute of a resource: its kind, its column and who may write it. */
export interface Attribute {
  kind: Kind
  writable: Writable
  column: string
  /** Cell of a new row when the attribute is not sent. */
  initial: Cell
  /** Present only when the request asks for it (`duration=true`, `last_activity=true`). */
  onRequest?: string
  /** Read by the resource's action, not by the generic reader (custom fields, nested objects). */
  byAction?: boolean
  /** Whether answers may show null; unless given, what its kind says. */
  nullable?: boolean
  /** What it means and an example, where the shared words (attribute-docs.ts) do not fit. */
  about?: AttributeDoc
  /** Of a JSON or derived value: what answers show. */
  schema?: JsonSchema
  /** Of a JSON value: what bodies may send, where that is more than what answers show. */
  input?: JsonSchema
  /** How queries name and compare it; left out = they cannot (contract §2). */
  ptql?: PtqlSpec
  /** Of a text with a vocabulary that `ptql` does not say: its words, in the order that lists sort them. */
  words?: readonly string[]
  /** Of an id: the user it is of, or the user or group; what `ptql` does not say. */
  names?: 'user' | 'assignee'
}

/** A PTQL field: its names, what it is compared as, its column where that is not the attribute's. */
export type PtqlSpec = Pick<PtqlField, 'names' | 'type' | 'words'> & { column?: string }

type Options = Partial<
  Pick<
    Attribute,
    'initial' | 'onRequest' | 'byAction' | 'ptql' | 'nullable' | 'about' | 'schema' | 'input' | 'words' | 'names'
  >
>

/** Of an attribute that is never null in answers, though nothing about its kind says so. */
export const filled: Options = { nullable: false }

/** The PTQL answer of an attribute: `ptql('text', 'Name', 'Title')`. */
export const ptql = (type: PtqlField['type'], ...names: string[]): Pick<Attribute, 'ptql'> => ({
  ptql: { type, names },
})

/** As `ptql`, for an attribute with a fixed vocabulary. */
export const ptqlWords = (words: readonly string[], ...names: string[]): Pick<Attribute, 'ptql'> => ({
  ptql: { type: 'word', names, words: words.map((text) => ({ cell: text, text })) },
})

function attribute(kind: Kind, writable: Writable, options: Options, initial: Cell = null): Attribute {
  return { kind, writable, column: '', initial, ...options }
}

// The vocabulary of declarations: one factory per kind of the contract's §1.11.
export const name = (writable: Writable, options: Options & { max?: number } = {}) =>
  attribute(nameKind(options.max ?? MAX_NAME), writable, options)
/** Name of a step or step-run: tools send whole parameterised test names (contract §1.11). */
export const stepName = (writable: Writable, options: Options = {}) =>
  name(writable, { max: MAX_STEP_NAME, ...options })
export const shortText = (writable: Writable, options: Options & { max?: number } = {}) =>
  attribute(textKind(options.max ?? MAX_SHORT_TEXT), writable, options)
export const longText = (writable: Writable, options: Options = {}) =>
  attribute(textKind(MAX_LONG_TEXT), writable, options)
/** Long text that is `""`, never null, when unset. */
export const filledText = (writable: Writable, options: Options = {}) =>
  attribute(textKind(MAX_LONG_TEXT, ''), writable, options, '')
/** Short text that falls back to a default when cleared. */
export const textOr = (fallback: string, writable: Writable, options: Options = {}) =>
  attribute(textKind(MAX_SHORT_TEXT, fallback), writable, options, fallback)
/** Text with a vocabulary of its own that is never null: `null` on PUT leaves it unchanged (contract §1.5). */
export const keptText = (initial: string, writable: Writable, options: Options & { max?: number } = {}) =>
  attribute(textKind(options.max ?? MAX_SHORT_TEXT, 'keep'), writable, options, initial)
export const int = (writable: Writable, options: Options = {}) => attribute(integerKind, writable, options)
export const count = (options: Options = {}) => attribute(integerKind, '-', options, 0)
export const id = (writable: Writable, options: Options = {}) => attribute(idKind(), writable, options)
export const folderId = (writable: Writable, options: Options = {}) => attribute(idKind('folder'), writable, options)
export const milestoneId = (writable: Writable, options: Options = {}) =>
  attribute(idKind('milestone'), writable, options)
export const timestamp = (writable: Writable, options: Options = {}) => attribute(timestampKind, writable, options)
export const date = (writable: Writable, options: Options = {}) => attribute(dateKind, writable, options)
export const duration = (writable: Writable, options: Options = {}) => attribute(durationKind, writable, options, 0)
export const flag = (writable: Writable, initial: boolean, options: Options = {}) =>
  attribute(booleanKind, writable, options, initial ? 1 : 0)
export const oneOf = (values: readonly string[], initial: string, writable: Writable, options: Options = {}) =>
  attribute(enumKind(values), writable, options, initial)
export const tags = (writable: Writable, options: Options = {}) => attribute(tagsKind, writable, options, '[]')
/** A JSON value that the resource's action reads; the declaration renders it. */
export const json = (writable: Writable, initial: Cell, options: Options = {}) =>
  attribute(jsonKind, writable, { ...options, byAction: true }, initial)
/** Values of custom fields, by key. */
export const fieldValues = (writable: Writable) =>
  json(writable, '{}', { schema: SHAPES.customFields, input: SHAPES.sentCustomFields })

/** A derived value: rendered from the row by `render`, never written. */
export const derived = (render: (row: Row) => unknown, options: Options = {}): Attribute & Derived => ({
  ...attribute({ ...jsonKind, name: 'derived' }, '-', options),
  render,
})

export interface Derived {
  render(row: Row): unknown
}

export type Row = Record<string, unknown>

/** A resource, declared once: validation, serialisation and routes derive from it. */
export interface Resource {
  /** JSON:API type of answers: `step-runs`. */
  type: string
  /** Path segment: `step_runs`. */
  path: string
  /** For messages: `step-run`. */
  noun: string
  table: string
  /** Whether rows belong to a project (`/projects/:project_id/…`) or to the account. */
  scope: 'project' | 'account'
  attributes: Record<string, Attribute | (Attribute & Derived)>
  /** Which kind of entity it is for custom fields, if it carries any. */
  fieldEntity?: FieldEntity
  /** Named lists of links shown with `relationships=true`. */
  relationships?: readonly string[]
  /** Columns that the select of its list takes from other tables. */
  joined?: readonly string[]
}

/**
 * Completes a declaration: columns are named in `columns`, or are the wire name in snake_case. See
 * engine/define-resource.ts, which holds declarations to the columns that there are.
 */
export function completeResource<R extends Resource>({
  columns = {},
  ...declaration
}: R & { columns?: { readonly [wireName: string]: string | undefined } }): Resource & Pick<R, 'table'> {
  for (const [wireName, spec] of Object.entries(declaration.attributes)) {
    spec.column = columns[wireName] ?? wireName.replaceAll('-', '_')
  }
  return Object.freeze(declaration)
}

/** The attributes of a resource by wire name, as a list that is made once: every element of a body walks it. */
export const attributesOf = memoize(({ attributes }: Resource): readonly [string, Attribute][] =>
  Object.entries(attributes),
)

export const canCreate = (attribute: Attribute) => attribute.writable.startsWith('C')
export const canUpdate = (attribute: Attribute) => attribute.writable.endsWith('U')
export const isRequired = (attribute: Attribute) => attribute.writable.includes('*')
/** Whether answers may show null for an attribute. */
export const isNullable = ({ nullable, kind, initial }: Attribute) =>
  nullable ?? (kind.cleared === null && initial === null)
export const isDerived = (attribute: Attribute): attribute is Attribute & Derived => 'render' in attribute
