import { ApiError, MAX_PROBLEMS, type Problem } from './errors.ts'

/** A place in a request body that messages can name: JSON pointer, and the bulk element it belongs to (0-based). */
export interface Place {
  pointer: string
  item?: number
}

/** Collects 422 problems so that one answer names all of them. */
export interface Problems {
  readonly list: Problem[]
  /** Adds a body problem. In bulk bodies the title names the element, counted from 1 (contract §1.8). */
  at(place: Place, title: string, detail?: string): void
  parameter(name: string, title: string, detail?: string): void
  throwIfAny(): void
}

const escaped = (key: string) => (/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key)

/** The place one key deeper. */
export function inside(place: Place, ...keys: (string | number)[]): Place {
  let { pointer } = place
  for (const key of keys) pointer += `/${escaped(String(key))}`
  return place.item === undefined ? { pointer } : { pointer, item: place.item }
}

/** The keys that lead from the top of the body to a place. */
export function keysOf({ pointer }: Place): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Makes an empty collector; `throwIfAny` throws one 422 ApiError with everything collected. */
export function createProblems(): Problems {
  const list: Problem[] = []
  return {
    list,
    at({ pointer, item }, title, detail) {
      // More are not listed (contract §1.8), and a body may hold a million.
      if (list.length >= MAX_PROBLEMS) return
      list.push({
        title: item === undefined ? title : `Item ${item + 1}: ${title}`,
        detail: detail ?? `${pointer.slice(1)}: ${title}.`,
        source: { pointer },
      })
    },
    parameter(name, title, detail) {
      if (list.length >= MAX_PROBLEMS) return
      list.push({ title, detail, source: { parameter: name } })
    },
    throwIfAny() {
      if (list.length > 0) throw new ApiError('invalid', list)
    },
  }
}

/** A single 422 about a place in the body. */
export function invalidAt(place: Place, title: string, detail?: string): ApiError {
  const problems = createProblems()
  problems.at(place, title, detail)
  return new ApiError('invalid', problems.list)
}

/** A single 422 about a query parameter. */
export function invalidParameter(name: string, title: string, detail?: string): ApiError {
  return new ApiError('invalid', [{ title, detail, source: { parameter: name } }])
}
