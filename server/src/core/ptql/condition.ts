import type { EntityName } from '../kinds.ts'
import type { Cell } from '../resource/kinds.ts'

/**
 * What a field of a query is compared as. The first ones hold their own values; `folder`, `milestone` and `parent`
 * name another row, `user` and `assignee` hold ids; `multi` holds any number of texts.
 */
export type FieldType =
  | 'text'
  | 'version'
  | 'integer'
  | 'number'
  | 'duration'
  | 'timestamp'
  | 'date'
  | 'checkbox'
  | 'user'
  | 'assignee'
  | 'multi'
  | 'word'
  | 'status'
  | 'folder'
  | 'milestone'
  | 'parent'

/** Types of fields that queries compare without case: in a folded copy of their column, `<column>_folded`. */
export const FOLDED_TYPES: ReadonlySet<FieldType> = new Set(['text', 'version', 'status'])

/** A field that a query may name, of one kind of entity. */
export interface PtqlField {
  /** The first is the one that messages show. */
  names: readonly string[]
  type: FieldType
  /** System field: its attribute. */
  attribute?: string
  /** Column of the entity's own table; unused for custom fields. */
  column: string
  /** Custom field: its id. */
  customId?: number
  /** Of a custom field that holds single values, and so is compared row by row all the same. */
  format?: string
  /** Words of a field with a vocabulary, and the cells that stand for them. */
  words?: readonly Word[]
}

/** One value of a field with a vocabulary; text null = the field is empty there. */
export interface Word {
  cell: Cell
  text: string | null
}

/** From–to, each end left out when open; `above` and `below` exclude the end itself. */
export interface Range {
  from?: number | string
  to?: number | string
  above?: boolean
  below?: boolean
}

/** A test on one text, folded already. */
export type TextTest =
  | { op: 'equals'; values: readonly string[] }
  | { op: 'contains'; value: string }
  | { op: 'like'; pattern: string }
  | { op: 'order'; range: Range }

/** A positive test on one field; nothing that is empty passes it, except `empty`. */
export type FieldTest =
  | { test: 'text'; text: TextTest }
  /** As `text`, or the row named has one of the ids. */
  | { test: 'named'; text: TextTest; ids: readonly number[] }
  | { test: 'words'; cells: readonly Cell[] }
  /** `words` on the status itself, or on the run status beside it. */
  | { test: 'status'; text: TextTest; runStatuses: readonly string[] }
  | { test: 'ranges'; ranges: readonly Range[] }
  | { test: 'ids'; ids: readonly number[] }
  | { test: 'checked' }
  | { test: 'empty' }

/** A query that was looked up and checked: what the database and the in-memory evaluator both run. */
export type Condition =
  | { kind: 'and' | 'or'; parts: readonly Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'linked'; from: EntityName; to: EntityName; where?: Condition }
  /** The criteria of a saved filter. Two references to one filter share the object. */
  | { kind: 'view'; id: number; entity: EntityName; part: Condition }
  | { kind: 'field'; entity: EntityName; field: PtqlField; test: FieldTest }

export const both = (a: Condition, b: Condition): Condition => ({ kind: 'and', parts: [a, b] })
