import type { Action, AuditEntry } from '../../core/audit.ts'
import { canonicalKey } from '../../core/jsonapi/key-spelling.ts'
import { KINDS, kindOf, wordOf, wordsWith } from '../../core/kinds.ts'
import { inside, type Problems } from '../../core/problems.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { shownValue } from '../../core/shown-value.ts'

/**
 * What an action is told as. Links are told by none; a run is told by its own `run.created`, not once more by its
 * instance.
 */
const HAPPENED: Partial<Record<Action, string>> = { create: 'created', update: 'updated', delete: 'deleted' }

const STATUS_CHANGED = 'issue.status_changed'
const ALL = '*'

/** Every name that `events` of a webhook may hold (contract §7.12). */
const EVENTS: readonly string[] = [
  ALL,
  ...wordsWith('event').flatMap((word) => Object.values(HAPPENED).map((what) => `${KINDS[word].event}.${what}`)),
  STATUS_CHANGED,
]

/** The event that an entry is, or undefined when webhooks are not told of it. */
export function eventOf({ type, action }: AuditEntry): string | undefined {
  const kind = type && kindOf(wordOf(type)).event
  if (kind === undefined) return undefined
  if (type === KINDS.issue.type && action === 'status') return STATUS_CHANGED
  const what = HAPPENED[action]
  return what && `${kind}.${what}`
}

/** Whether a webhook that names `events` wants to be told of one. */
export const wants = (events: readonly string[], event: string) => events.includes(ALL) || events.includes(event)

/** Longer than all names together, as text; what is longer is not looked at. */
const MAX_EVENTS = EVENTS.join(', ').length + 100

/**
 * `events` of a body as stored: an array of names or one comma-separated text, each spelled as in EVENTS, once.
 * Undefined, and a problem, for unknown names and for an empty list.
 */
export function readEvents(sent: Input, problems: Problems): string | undefined {
  const place = inside(sent.place, 'events')
  const value = sent.values.events
  if ((typeof value === 'string' || Array.isArray(value)) && value.length > MAX_EVENTS) {
    problems.at(place, `Events holds more names than there are: ${EVENTS.join(', ')}`)
    return undefined
  }
  const members = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : undefined
  if (members === undefined || members.some((member) => typeof member !== 'string')) {
    problems.at(place, 'Events must be an array of event names such as test.created, or ["*"] for all')
    return undefined
  }
  const known = members.map((member: string) =>
    EVENTS.find((event) => canonicalKey(event) === canonicalKey(member.trim())),
  )
  const unknown = members.filter((_, i) => known[i] === undefined)
  if (unknown.length > 0) {
    problems.at(place, `Events holds an unknown name, ${shownValue(unknown[0])}; there are: ${EVENTS.join(', ')}`)
    return undefined
  }
  if (known.length === 0) problems.at(place, 'Events must name at least one event; ["*"] stands for all')
  return JSON.stringify([...new Set(known)])
}

/** Adds a problem unless a text is an http or https URL without user and password, which lists would show. */
export function checkUrl(url: string, sent: Input, problems: Problems): void {
  const place = inside(sent.place, 'url')
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    problems.at(place, `Url must be an absolute URL that starts with http:// or https://`)
  } else if (parsed.username !== '' || parsed.password !== '') {
    problems.at(place, 'Url must not hold a user and password: everybody who may list webhooks would see them')
  }
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Pauses between the attempts of one delivery, in milliseconds (contract §7.12). */
export const RETRIES = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const
