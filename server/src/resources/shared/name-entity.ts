import { apiError } from '../../core/errors.ts'
import { toInteger } from '../../core/scalars.ts'
import type { Reader } from '../../db/database.ts'
import { findById } from '../../db/store.ts'
import type { Context } from '../../http/route.ts'
import { ENTITIES, type EntityWord, readEntityWord } from './entities.ts'

/** Throws 403 unless the caller may see, or change, entities of that kind. */
export function requireRight(context: Context, entity: EntityWord, right: 'view' | 'edit'): void {
  const needed = ENTITIES[entity][right]
  if (needed !== 'member') context.require(needed)
}

/** What a request names with `entity`: 422 for a missing or unknown word. */
export function readEntity<W extends EntityWord>(
  word: unknown,
  allowed: readonly W[],
  source: { pointer: string } | { parameter: string },
): W {
  const entity = readEntityWord(word, allowed)
  if (entity !== undefined) return entity
  const title = word
    ? `There is no entity kind "${word}" here; use one of: ${allowed.join(', ')}`
    : "Entity can't be blank"
  throw apiError('invalid', { title, source })
}

/**
 * The entity a request names with `entity` and `entity-id`: 422 for a missing or unknown word or id, then 403
 * (contract §1.8). Whether it exists is `requireEntity`'s question.
 */
export function nameEntity<W extends EntityWord>(
  context: Context,
  o: { find: (key: string) => unknown; allowed: readonly W[]; right: 'view' | 'edit'; where: 'query' | 'body' },
): { entity: W; entityId: number } {
  const source = (key: string) => (o.where === 'query' ? { parameter: key } : { pointer: `/${key}` })
  const entity = readEntity(o.find('entity'), o.allowed, source('entity'))
  const problem = (title: string) => apiError('invalid', { title, source: source('entity-id') })
  const sentId = o.find('entity-id')
  if (sentId === undefined || sentId === null || sentId === '') throw problem("Entity id can't be blank")
  const entityId = toInteger(sentId)
  if (entityId === undefined) throw problem('Entity id must be a number')
  requireRight(context, entity, o.right)
  return { entity, entityId }
}

/** 404 unless the entity exists in the project: the pair acts as a path (contract §4.7). */
export async function requireEntity(
  reader: Pick<Reader, 'db' | 'dialect'>,
  projectId: number,
  entity: EntityWord,
  entityId: number,
): Promise<Record<string, unknown>> {
  const row = Number.isSafeInteger(entityId)
    ? await findById(reader, ENTITIES[entity].table, projectId, entityId)
    : undefined
  if (!row) throw apiError('not_found', { title: `There is no ${entity} with the id ${entityId} in this project` })
  return row
}
