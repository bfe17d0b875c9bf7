import { MAX_PAGE_SIZE } from '../limits.ts'
import { invalidParameter } from '../problems.ts'
import { shownValue } from '../shown-value.ts'
import type { Query } from './query.ts'

/** What a list request asks for. */
export interface Page {
  number: number
  size: number
  /** Keyset hint: the page starts right after the row with this id. Only of a hint that was made for this very page. */
  after?: number
  /** The hint as it was received, made for this page or not: `self` repeats it. */
  received?: string[]
  /** The count found on page 1, carried along by `links.next`. */
  total?: number
}

export interface PageResult {
  total: number
  /** Whether rows remain behind this page. */
  more: boolean
  /** Id of the last row of the page, the keyset hint of the next. */
  lastId?: number
}

const PAGE_PARAMETERS = new Set([
  ...['page[number]', 'page[size]', 'page[after]', 'page[for]', 'page[total]'],
  ...['pagenumber', 'pagesize'],
])

/** Which page a hint was made for: under another number, or another size, it would label other rows (contract §1.7). */
const madeFor = ({ number, size }: Pick<Page, 'number' | 'size'>) => `${number}x${size}`

const hintFor = (page: Pick<Page, 'number' | 'size'>, after: number) => [
  `page%5Bafter%5D=${after}`,
  `page%5Bfor%5D=${madeFor(page)}`,
]

function positive(query: Query, ...names: string[]): number | undefined {
  const text = query.get(...names)
  if (text === undefined) return undefined
  const value = /^\s*\+?\d+\s*$/.test(text) ? Number(text) : 0
  if (value < 1) {
    throw invalidParameter(
      names[0] as string,
      `${names[0]} must be a whole number of 1 or more; ${shownValue(text)} is not`,
    )
  }
  // No page lies further out, and the number goes out again in `meta` and `links`.
  return Math.min(value, Number.MAX_SAFE_INTEGER)
}

function integer(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*-?\d+\s*$/.test(text)) return undefined
  // Beyond every id there is; a database would refuse it as no integer of its own.
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(text)))
}

/** Reads `page[number]` and `page[size]` (contract §1.7). Throws 422 for anything but whole numbers of 1 or more. */
export function readPage(query: Query): Page {
  const number = positive(query, 'page[number]', 'pagenumber') ?? 1
  const size = Math.min(positive(query, 'page[size]', 'pagesize') ?? MAX_PAGE_SIZE, MAX_PAGE_SIZE)
  const total = integer(query.get('page[total]'))
  const after = integer(query.get('page[after]'))
  const isForThis = query.get('page[for]') === madeFor({ number, size })
  const received = query.pairs.filter(({ name }) => name === 'page[after]' || name === 'page[for]')
  return {
    number,
    size,
    ...(isForThis ? { after } : {}),
    ...(after === undefined ? {} : { received: received.map(({ raw }) => raw) }),
    ...(number > 1 && total !== undefined && total >= 0 && Number.isSafeInteger(total) ? { total } : {}),
  }
}

/** Rows to skip without a keyset hint, or undefined when the page lies beyond any table (2^53 rows). */
export function offsetOf(page: Page): number | undefined {
  const offset = (page.number - 1) * page.size
  return Number.isSafeInteger(offset) ? offset : undefined
}

export interface PageMeta {
  'current-page': number
  'next-page': number | null
  'prev-page': number | null
  'total-pages': number
  'total-count': number
}

/** `meta` of a list answer. */
export function pageMeta(page: Page, result: PageResult): PageMeta {
  const pages = Math.ceil(result.total / page.size)
  const hasNext = page.after === undefined ? page.number < pages : result.more
  const inRange = page.number <= pages
  return {
    'current-page': page.number,
    'next-page': hasNext ? page.number + 1 : null,
    'prev-page': page.number > 1 && inRange ? page.number - 1 : null,
    'total-pages': pages,
    'total-count': result.total,
  }
}

/** The URL of a page: the received query with the page parameters last. */
export function pageUrl(url: string, query: Query, page: Pick<Page, 'number' | 'size'>, hints: string[] = []): string {
  const kept = query.pairs.filter((pair) => !PAGE_PARAMETERS.has(pair.name)).map((pair) => pair.raw)
  return `${url}?${[...kept, `page%5Bnumber%5D=${page.number}`, `page%5Bsize%5D=${page.size}`, ...hints].join('&')}`
}

/**
 * `links` of a list answer: absolute URLs that repeat the received query with the page parameters last.
 * `url` is scheme, host and path. Only `next` carries the keyset hint (contract §1.7).
 */
export function pageLinks(url: string, query: Query, page: Page, result: PageResult): Record<string, string> {
  const meta = pageMeta(page, result)
  const pages = meta['total-pages']
  const hasNext = meta['next-page'] !== null
  if (pages <= 1 && !hasNext) return {}
  const link = (number: number, ...hints: string[]) => pageUrl(url, query, { number, size: page.size }, hints)
  const links: Record<string, string> = { self: link(page.number, ...(page.received ?? [])) }
  if (page.number > 1) links.first = link(1)
  if (page.number > 1 && page.number <= pages) links.prev = link(page.number - 1)
  if (hasNext) {
    const number = page.number + 1
    const hint = result.lastId === undefined ? [] : hintFor({ number, size: page.size }, result.lastId)
    links.next = link(number, ...hint, `page%5Btotal%5D=${result.total}`)
  }
  if (page.number < pages) links.last = link(pages)
  return links
}
