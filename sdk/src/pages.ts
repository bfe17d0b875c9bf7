import { pathOfLink } from './addresses.ts'
import type { Request, RequestOptions } from './request.ts'

/** A page of a list, as the server answers it. */
export interface Page<Row> {
  data: Row[]
  links?: { next?: string | null }
  meta?: object
}

/** All pages of a list, by following `links.next` to the end, always on the configured server. */
export async function* followPages<Row>(
  request: Request,
  path: string,
  options: RequestOptions = {},
): AsyncGenerator<Page<Row>, void, undefined> {
  let page = await request<Page<Row>>('GET', path, options)
  for (;;) {
    yield page
    const next = page.links?.next
    if (!next) return
    const { query: _, ...rest } = options
    page = await request<Page<Row>>('GET', pathOfLink(next), rest)
  }
}

/** Rows one after the other in a `for await`; the pages they come in by `pages()`. */
export interface List<Row, Answer = Page<Row>> extends AsyncIterable<Row, void, undefined> {
  pages: () => AsyncGenerator<Answer, void, undefined>
  /** All rows at once. */
  all: () => Promise<Row[]>
}

/** The rows of all pages; nothing is asked before the first row is, and every loop asks anew. */
export function listOf<Row>(pages: () => AsyncGenerator<Page<Row>, void, undefined>): List<Row> {
  return {
    pages,
    async all() {
      const rows: Row[] = []
      for await (const { data } of pages()) rows.push(...data)
      return rows
    },
    async *[Symbol.asyncIterator]() {
      for await (const { data } of pages()) yield* data
    },
  }
}
