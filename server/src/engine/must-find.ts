import type { Selectable } from 'kysely'
import { apiError } from '../core/errors.ts'
import type { Resource } from '../core/resource/define-resource.ts'
import type { Reader } from '../db/handle.ts'
import type { Schema } from '../db/schema.ts'
import { findById, type ProjectTable } from '../db/store.ts'

export function notFound(resource: Resource): Error {
  return apiError('not_found', { title: `There is no such ${resource.noun} here` })
}

/** One row of a resource in a project, locked for the rest of the transaction when asked; 404 when there is none. */
export async function mustFind<T extends ProjectTable>(
  reader: Reader,
  resource: Resource & { table: T },
  projectId: number,
  id: number,
  options: { lock?: boolean } = {},
): Promise<Selectable<Schema[T]>> {
  const row = await findById(reader, resource.table, projectId, id, options)
  if (row === undefined) throw notFound(resource)
  return row
}
