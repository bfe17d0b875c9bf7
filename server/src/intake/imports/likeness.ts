/** Names of tests that are made are compared up to so many kinds of them. */
const MOST = 100_000

/** From so many on somebody is told: fewer may well be meant. */
const MANY = 20

/**
 * Finds new tests whose names differ only in numbers: rows of a table that a runner names by a counter or an id of the
 * day, each of which becomes a test of its own (contract §10.1).
 */
export class Likeness {
  readonly #counts = new Map<string, { count: number; first: string }>()

  add(name: string): void {
    const kind = name.replace(/\d+/g, '#')
    if (kind === name) return
    const known = this.#counts.get(kind)
    if (known) known.count++
    else if (this.#counts.size < MOST) this.#counts.set(kind, { count: 1, first: name })
  }

  /** What a person should know of it; undefined where there is nothing. */
  get note(): string | undefined {
    let all = 0
    let most = { count: 1, first: '' }
    for (const each of this.#counts.values()) {
      if (each.count > 1) all += each.count
      if (each.count > most.count) most = each
    }
    if (all < MANY) return undefined
    return `${all} new tests differ only in numbers, as ${most.count} that are called like ${JSON.stringify(most.first)} do: a number that changes makes a new test each time`
  }
}
