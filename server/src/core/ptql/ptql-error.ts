/** Where in a query something is wrong, as `meta` of the error object shows it (contract §2). */
export interface PtqlPlace {
  /** 0-based, in code points. */
  position: number
  line: number
  column: number
  /** The text of the offending token; empty at the end of the query. */
  near: string
}

/** A query that cannot be read or makes no sense; rendered as 422 by whoever took the query in. */
export class PtqlError extends Error {
  readonly place: PtqlPlace

  constructor(place: PtqlPlace, problem: string) {
    super(`PTQL error at position ${place.position}: ${problem}`)
    this.name = 'PtqlError'
    this.place = place
  }
}

/** Where a stretch of a query stands: offset and text of a token. */
export interface Span {
  position: number
  text: string
}

/** Makes errors that point into `query`. */
export function errorIn(query: string, { position, text }: Span, problem: string): PtqlError {
  const before = [...query].slice(0, position)
  const line = before.filter((character) => character === '\n').length + 1
  const column = position - (before.lastIndexOf('\n') + 1) + 1
  return new PtqlError({ position, line, column, near: text }, problem)
}
