import type { EntityName } from '../kinds.ts'
import type { Span } from './ptql-error.ts'

/** What stands where a value is expected, unread: its meaning depends on the field. */
export interface Literal extends Span {
  kind: 'string' | 'number' | 'date' | 'word' | 'TRUE' | 'FALSE' | 'CURRENT_USER' | 'TODAY' | 'NOW'
  value: string
}

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

/** The operations of the grammar; each negative one is its positive one negated. */
export type Operation =
  | { op: '=' | '<' | '<=' | '>' | '>='; value: Literal }
  | { op: 'CONTAINS' | 'LIKE'; value: Literal }
  | { op: 'IN'; values: Literal[] }
  | { op: 'LAST' | 'NEXT'; count: number; unit: Unit }
  | { op: 'BETWEEN'; from: Literal; to: Literal }
  | { op: 'EMPTY' }

/** A query as written: the tree of the contract's grammar, names not yet looked up. */
export type Query =
  | { kind: 'and' | 'or'; parts: Query[] }
  | { kind: 'not'; part: Query }
  | { kind: 'linked'; entity: EntityName; at: Span; where?: Query }
  | { kind: 'view'; at: Span; id?: number; path?: { name: string; at: Span }[] }
  | { kind: 'comparison'; field: Span & { name: string }; at: Span; operation: Operation; negated: boolean }
