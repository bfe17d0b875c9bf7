import type { Compilable, CompiledQuery } from 'kysely'
import type { Reader } from './handle.ts'

type Value = number | string | readonly number[] | readonly string[]

/** Where a value goes in a query that is built before there are values. */
class Parameter {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is built and compiled once for a database, for the few that are asked so often that building them would
 * cost as much as answering them. `build` gets placeholders for the values, and may only pass them on to the query.
 *
 * @example
 * const byId = prepared<{ id: number }>(({ db }, { id }) => db.selectFrom('tests').selectAll().where('id', '=', id))
 * const [row] = await byId(reader, { id: 7 })
 */
export function prepared<V extends { [name in keyof V]: Value }, R>(
  build: (reader: Reader, values: V) => Compilable<R>,
): (reader: Pick<Reader, 'db' | 'dialect'>, values: V) => Promise<R[]> {
  const compiled = new Map<string, CompiledQuery<R>>()
  return async (reader, values) => {
    const { name } = reader.dialect
    let query = compiled.get(name)
    if (query === undefined) {
      query = build(reader, new Proxy({}, { get: (_, name) => new Parameter(String(name)) }) as V).compile()
      compiled.set(name, query)
    }
    const parameters = query.parameters.map((value) =>
      value instanceof Parameter ? values[value.name as keyof V] : value,
    )
    return (await reader.db.executeQuery<R>({ ...query, parameters })).rows
  }
}
