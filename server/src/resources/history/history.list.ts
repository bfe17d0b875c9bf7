import { sql } from 'kysely'
import { ACTIONS, type Action } from '../../core/audit.ts'
import { canonicalKey } from '../../core/jsonapi/key-spelling.ts'
import { parseIdMember, type Query } from '../../core/jsonapi/query.ts'
import { ENTITY_WORDS, type EntityWord, KINDS, readEntityWord, SETTING_WORDS } from '../../core/kinds.ts'
import { invalidParameter } from '../../core/problems.ts'
import { parseTimestamp } from '../../core/scalars.ts'
import { shownValue } from '../../core/shown-value.ts'
import { descending, type Listing } from '../../db/list.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import { documented, type Filter } from '../../engine/resource-list.ts'
import type { Context } from '../../engine/route.ts'
import { readEntity, requireRight } from '../../features/entities/name-entity.ts'
import { historyEvents } from './history.resource.ts'

const NEWEST_FIRST = descending('t.created_at', 't.id')

/** A parameter that names one id: undefined = not sent, 0 = one that nothing has. */
function oneId(query: Query, name: string): number | undefined {
  const text = query.get(name)
  if (text === undefined) return undefined
  const id = parseIdMember(text)
  if (id === undefined) throw invalidParameter(name, `${name} must be an id; ${shownValue(text)} is not a number`)
  return id
}

function moment(query: Query, name: string): number | undefined {
  const text = query.get(name)
  if (text === undefined) return undefined
  const ms = parseTimestamp(text)
  if (ms !== undefined) return ms
  throw invalidParameter(
    name,
    `${name} must be an ISO 8601 date or time such as 2025-03-01T12:43:31Z; ${shownValue(text)} is not`,
  )
}

function action(query: Query): Action | undefined {
  const text = query.get('action')
  if (text === undefined) return undefined
  const found = ACTIONS.find((word) => word === text.trim().toLowerCase())
  if (found) return found
  throw invalidParameter('action', `There is no action ${shownValue(text)}; use one of: ${ACTIONS.join(', ')}`)
}

/** Said in the words of the indexes by user, action and kind: they lead with the account, of a project too. */
const ofAccount = (listing: Listing, { caller }: Context): Listing =>
  listing.where('t.account_id', '=', caller.accountId)

/** Said in the words of the indexes that leave the many events of runs out. */
const notOfRuns = (listing: Listing): Listing => listing.where(sql<boolean>`t.action <> 'run'`)

/** Kinds without an index to serve them: events are read in the order of time, most of them wanted. */
const amongKinds = (listing: Listing, kinds: readonly string[]): Listing =>
  listing.where(sql<boolean>`(t.entity || '') in (${sql.join(kinds)})`)

/** The kind of the entity with that id, among some: ids are unique across kinds, and events are found by both. */
async function kindOf({ reader, project }: Context, kinds: readonly string[], entityId: number) {
  const row = await reader.db
    .selectFrom('history_events')
    .select('entity')
    .where('project_id', '=', project.id)
    .where('entity', 'in', kinds)
    .where('entity_id', '=', entityId)
    .limit(1)
    .executeTakeFirst()
  return row?.entity ?? ''
}

/** Events of one kind. Only instances have those of runs, so many that time is the better order to find them in. */
function ofKind(listing: Listing, kind: string, context: Context): Listing {
  if (kind === 'instance') return amongKinds(listing, [kind])
  return notOfRuns(ofAccount(listing, context).where('t.entity', '=', kind))
}

/** The kind that a request asks for, if it does: 422 for an unknown word, then 403 (contract §1.8). */
export function askedKind(context: Context): EntityWord | undefined {
  const word = context.query.get('entity')
  if (word === undefined) return undefined
  const entity = readEntity(word, ENTITY_WORDS, { parameter: 'entity' })
  requireRight(context, entity, 'view')
  return entity
}

const ENTITY = parameter('entity', 'Only events of this kind of entity')

const byEntity = documented(async (listing, context) => {
  const entity = askedKind(context)
  const entityId = oneId(context.query, 'entity-id')
  if (entity !== undefined) {
    return entityId === undefined ? ofKind(listing, entity, context) : listing.where('t.entity', '=', entity)
  }
  const visible = ENTITY_WORDS.filter((entity) => {
    const { view } = KINDS[entity]
    return view === 'member' || context.can(view)
  })
  return entityId === undefined
    ? amongKinds(listing, visible)
    : listing.where('t.entity', '=', await kindOf(context, visible, entityId))
}, ENTITY)

/** Of the account every kind, of entities and of everything else. */
const byAuditedEntity = documented((listing, context) => {
  const word = context.query.get('entity')
  if (word === undefined) return listing
  const key = canonicalKey(word.trim())
  const entity =
    SETTING_WORDS.find((known) => key === known || key === `${known}s`) ?? readEntityWord(word, ENTITY_WORDS)
  if (entity !== undefined) return ofKind(listing, entity, context)
  const words = [...ENTITY_WORDS, ...SETTING_WORDS].join(', ')
  throw invalidParameter('entity', `There is no entity kind ${shownValue(word)} here; use one of: ${words}`)
}, ENTITY)

const FILTERS: readonly Filter[] = [
  documented(
    (listing, { query }) => {
      const entityId = oneId(query, 'entity-id')
      return entityId === undefined ? listing : listing.where('t.entity_id', '=', entityId)
    },
    parameter('entity-id', 'Only events of the entity with this id', { type: 'integer' }),
  ),
  documented(
    (listing, context) => {
      const userId = oneId(context.query, 'user-id')
      return userId === undefined ? listing : ofAccount(listing, context).where('t.user_id', '=', userId)
    },
    parameter('user-id', 'Only what this user did', { type: 'integer' }),
  ),
  documented(
    (listing, context) => {
      const wanted = action(context.query)
      if (wanted === undefined) return listing
      const narrowed = listing.where('t.action', '=', wanted)
      return wanted === 'run' ? narrowed : notOfRuns(ofAccount(narrowed, context))
    },
    parameter('action', `Only this action: ${ACTIONS.join(', ')}`),
  ),
  // A half-open range, so that windows laid side by side show every event once.
  documented(
    (listing, { query }) => {
      const since = moment(query, 'since')
      return since === undefined ? listing : listing.where('t.created_at', '>=', since)
    },
    parameter('since', 'Only from this time on'),
  ),
  documented(
    (listing, { query }) => {
      const until = moment(query, 'until')
      return until === undefined ? listing : listing.where('t.created_at', '<', until)
    },
    parameter('until', 'Only before this time'),
  ),
]

/** The history of a project's entities. */
export const historyList: ResourceList = {
  resource: historyEvents,
  order: NEWEST_FIRST,
  filters: [byEntity, ...FILTERS],
}

/** The same across projects, with what was done to the account itself and to settings. */
export const auditList: ResourceList = {
  ...historyList,
  resource: { ...historyEvents, scope: 'account' },
  filters: [byAuditedEntity, ...FILTERS],
}
