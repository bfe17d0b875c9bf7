import type { ListOperationId, Operations } from './generated/operations.ts'
import type { List } from './pages.ts'
import type { CallOptions } from './request.ts'

export type OperationId = keyof Operations

/** Operations of one project. */
export type ProjectOperationId = {
  [Id in OperationId]: Operations[Id]['input'] extends { path: { project_id: unknown } } ? Id : never
}[OperationId]

/** `path`, `query` and `body` of an operation, and what any request may be given. */
export type Input<Id extends OperationId> = Operations[Id]['input'] & CallOptions

/** What an operation answers. */
export type Answer<Id extends OperationId> = Operations[Id]['answer']

/** One row of an operation that lists. */
export type Row<Id extends ListOperationId> = Answer<Id> extends { data: (infer Row)[] } ? Row : never

/** The list of an operation: rows, and pages with `data`, `links` and `meta`. */
export type ListOf<Id extends ListOperationId> = List<Row<Id>, Answer<Id>>

/** The same input without the project. */
export type ProjectInput<Id extends ProjectOperationId> = WithoutProject<Operations[Id]['input']> & CallOptions

type WithoutProject<I> = I extends { path: infer Path }
  ? Omit<I, 'path'> & (keyof Path extends 'project_id' ? { path?: never } : { path: Omit<Path, 'project_id'> })
  : never

/** The input as arguments: may be left out where everything in it may. */
export type Arguments<I> = Record<never, never> extends I ? [input?: I] : [input: I]
