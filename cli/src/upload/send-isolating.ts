import { AssayError } from '@assay/sdk'

/** What became of one element of a bulk request. */
export type Outcome<T> = { value: T } | { refused: string }

/**
 * Sends elements in one bulk request. The server takes all or none; so when it refuses some, the rest is sent again
 * without them, and where it does not say which (or the body is too large) the request is halved until it does.
 * Outcomes come in the order of `items`. Other errors are thrown.
 */
export async function sendIsolating<I, T>(items: I[], send: (items: I[]) => Promise<T[]>): Promise<Outcome<T>[]> {
  if (items.length === 0) return []
  try {
    const values = await send(items)
    if (values.length !== items.length) throw new Error(`sent ${items.length} elements, got ${values.length} back`)
    return values.map((value) => ({ value }))
  } catch (error) {
    if (!(error instanceof AssayError) || (error.status !== 422 && error.status !== 413)) throw error
    if (items.length === 1) return [{ refused: error.message.replaceAll(/(^|; )Item \d+: /g, '$1') }]
    const refused = refusedElements(error, items.length)
    if (refused.size === 0) {
      const middle = Math.ceil(items.length / 2)
      const first = await sendIsolating(items.slice(0, middle), send)
      return [...first, ...(await sendIsolating(items.slice(middle), send))]
    }
    const rest = await sendIsolating(
      items.filter((_, index) => !refused.has(index)),
      send,
    )
    let next = 0
    return items.map((_, index) => {
      const reason = refused.get(index)
      return reason === undefined ? (rest[next++] as Outcome<T>) : { refused: reason }
    })
  }
}

/** Index → reason, from the pointers of a refused bulk request. */
function refusedElements(error: AssayError, length: number): Map<number, string> {
  const found = new Map<number, string>()
  for (const { title, source } of error.errors) {
    const index = Number(/^\/data\/(\d+)(?:\/|$)/.exec(source?.pointer ?? '')?.[1] ?? Number.NaN)
    if (!Number.isInteger(index) || index >= length) continue
    const reason = title.replace(/^Item \d+: /, '')
    const before = found.get(index)
    found.set(index, before === undefined ? reason : `${before}; ${reason}`)
  }
  return found
}
