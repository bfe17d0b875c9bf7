import { fold } from '../../core/text.ts'
import type { StatusRow } from '../../db/schema.ts'

/** One spelling for the words of trackers: `Won’t-Fix` → `won't fix`, `IN_PROGRESS` → `in progress`. */
const spelled = (word: string): string =>
  fold(word)
    .replaceAll('_', ' ')
    .replaceAll('-', ' ')
    .replaceAll('’', "'")
    .split(' ')
    .filter((part) => part !== '')
    .join(' ')
    .trim()

/** What common trackers call work that was done, work that was refused, and work that is not finished (contract §6.5). */
const DONE = new Set(['closed', 'resolved', 'done', 'verified', 'fixed', 'complete', 'completed'])
const REFUSED = new Set([
  ...['rejected', 'invalid', 'duplicate', 'wontfix', "won't fix", 'wont fix', "won't do", 'wont do'],
  ...['cancelled', 'canceled', 'obsolete'],
])
const OPEN = new Set([
  ...['new', 'open', 'todo', 'to do', 'backlog', 'assigned', 'accepted', 'confirmed', 'in progress', 'in review'],
  ...['feedback', 'reopened', 'started', 'active', 'waiting', 'blocked'],
])

const isRefusal = ({ name, resolution }: StatusRow) =>
  REFUSED.has(spelled(name)) || REFUSED.has(spelled(resolution ?? ''))

/**
 * The status that a tracker's word means: the one of that name, else, where the word is of the other class than the
 * issue, the first of that class that fits. undefined: the issue stays where it is. `statuses` in their order.
 */
export function statusOfWord(
  word: string,
  current: StatusRow | undefined,
  statuses: readonly StatusRow[],
): StatusRow | undefined {
  const sought = spelled(word)
  const named = statuses.find(({ name_folded: name }) => name === fold(word.trim()))
  const match = named ?? statuses.find(({ name }) => spelled(name) === sought)
  if (match) return match
  const isClosed = current?.closed === 1
  if (OPEN.has(sought)) {
    if (!isClosed) return undefined
    const open = statuses.filter(({ closed }) => closed === 0)
    return open.find(({ name }) => spelled(name) === 'reopened') ?? open[0]
  }
  const refuses = REFUSED.has(sought)
  if (isClosed || !(refuses || DONE.has(sought))) return undefined
  const closed = statuses.filter((status) => status.closed === 1)
  return closed.find((status) => isRefusal(status) === refuses) ?? closed[0]
}
