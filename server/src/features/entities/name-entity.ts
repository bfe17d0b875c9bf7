import { apiError, type Source } from '../../core/errors.ts'
import type { Element } from '../../core/jsonapi/body.ts'
import { type EntityWord, KINDS, listKinds, readEntityWord } from '../../core/kinds.ts'
import { toInteger } from '../../core/scalars.ts'
import type { Reader } from '../../db/handle.ts'
import { findById } from '../../db/store.ts'
import { type Parameter, parameter } from '../../engine/parameter.ts'
import type { Filter, ResourceList } from '../../engine/resource-list.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { listRows } from '../../engine/show-rows.ts'

/** Throws 403 unless the caller may see, or change, entities of that kind. */
export function requireRight(context: Context, entity: EntityWord, right: 'view' | 'edit'): void {
  const needed = KINDS[entity][right]
  if (needed !== 'member') context.require(needed)
}

/** The query parameters that name an entity. */
export const entityParameters = (allowed: readonly EntityWord[]): Parameter[] => [
  parameter('entity', `Kind of the entity: ${listKinds(allowed)}`),
  parameter('entity-id', 'System id of the entity', { type: 'integer' }),
]

/** What a request names with `entity`: 422 for a missing or unknown word. */
export function readEntity<W extends EntityWord>(word: unknown, allowed: readonly W[], source: Source): W {
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
  o: {
    find: (key: string) => unknown
    allowed: readonly W[]
    right: 'view' | 'edit'
    /** Where a key stands, for messages. */
    source: (key: string) => Source
  },
): { entity: W; entityId: number } {
  const entity = readEntity(o.find('entity'), o.allowed, o.source('entity'))
  const problem = (title: string) => apiError('invalid', { title, source: o.source('entity-id') })
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
  { entity, entityId }: { entity: EntityWord; entityId: number },
  options: { lock?: boolean } = {},
): Promise<Record<string, unknown>> {
  const row = Number.isSafeInteger(entityId)
    ? await findById(reader, KINDS[entity].table, projectId, entityId, options)
    : undefined
  if (!row) throw apiError('not_found', { title: `There is no ${entity} with the id ${entityId} in this project` })
  return row
}

/** The list of what hangs on the entity that the query names: a page of a list, narrowed to it. */
export async function listOnEntity(
  list: ResourceList,
  context: Context,
  allowed: readonly EntityWord[],
): Promise<Answer> {
  const named = nameEntity(context, {
    find: (key) => context.query.get(key),
    allowed,
    right: 'view',
    source: (key) => ({ parameter: key }),
  })
  await requireEntity(context.reader, context.project.id, named)
  const { entity, entityId } = named
  const ofEntity: Filter = (listing) => listing.where('t.entity', '=', entity).where('t.entity_id', '=', entityId)
  return { page: await listRows({ ...list, within: ofEntity }, context) }
}

/** Finds `entity` and `entity-id` where clients put them: beside `data`, in it, in its attributes, or in the query. */
export function finderIn(
  context: Context,
  { beside, sent }: Pick<Element, 'beside' | 'sent'>,
): (key: string) => unknown {
  const { top } = context.body()
  return (key) => top[key] ?? beside[key] ?? sent.values[key] ?? context.query.get(key)
}
