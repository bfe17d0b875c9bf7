import { type Attribute, completeResource, type Derived, type Resource } from '../core/resource/define-resource.ts'
import type { Schema, TableName } from '../db/schema.ts'

type Attributes = Record<string, Attribute | (Attribute & Derived)>

/** The wire name of an attribute in snake case: its column, where `columns` names no other. */
type Snake<Name extends string> = Name extends `${infer Head}-${infer Tail}` ? `${Head}_${Snake<Tail>}` : Name

type ColumnOf<Name extends string, Columns> = Name extends keyof Columns ? Columns[Name] : Snake<Name>

/** The attributes that are stored, but in no column of the table. */
type Homeless<Table extends TableName, A extends Attributes, Columns, Joined> = {
  [Name in keyof A & string]: A[Name] extends Derived
    ? never
    : ColumnOf<Name, Columns> extends keyof Schema[Table] | Joined
      ? never
      : Name
}[keyof A & string]

/**
 * Declares a resource: validation, JSON, OpenAPI, PTQL and lists derive from it. Every attribute has a column of its
 * table, is `joined` by the select of its list, or is derived; anything else does not compile.
 */
export function defineResource<
  const Table extends TableName,
  A extends Attributes,
  const Columns extends { readonly [Name in keyof A]?: string } = Record<never, never>,
  const Joined extends string = never,
>(
  declaration: Omit<Resource, 'table' | 'attributes' | 'joined'> & {
    table: Table
    attributes: A & { [Name in Homeless<Table, A, Columns, Joined>]: 'this attribute has no column in its table' }
    /** Columns that are not called like their attribute. */
    columns?: Columns
    /** Columns that the list's select takes from elsewhere. */
    joined?: readonly Joined[]
  },
): Resource & { table: Table } {
  return completeResource<Resource & { table: Table }>(declaration as Resource & { table: Table })
}
