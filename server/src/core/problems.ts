import { ApiError, type Problem } from './errors.ts'
import { MAX_PROBLEMS } from './limits.ts'
import { shownValue } from './shown-value.ts'

/** Points at a place in a request body, for messages: JSON pointer, and the bulk element it belongs to (0-based). */
export interface Pointer {
  pointer: string
  item?: number
}

/** Collects 422 problems so that one answer names all of them. */
export interface Problems {
  readonly list: Problem[]
  /**
   * Adds a body problem. The title names the element of a bulk body and the step it is about, counted from 1, and how
   * the value began where `sent` tells it, because some clients print titles only (contract §1.8). Never a secret.
   */
  at(place: Pointer, title: string, ...sent: [unknown?]): void
  parameter(name: string, title: string, detail?: string): void
  throwIfAny(): void
}

const escaped = (key: string) => (/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key)

/** The place one key deeper. */
export function inside(place: Pointer, ...keys: (string | number)[]): Pointer {
  let { pointer } = place
  for (const key of keys) pointer += `/${escaped(String(key))}`
  return place.item === undefined ? { pointer } : { pointer, item: place.item }
}

/** The keys that lead from the top of the body to a place. */
export function keysOf({ pointer }: Pointer): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** `Step 4: ` for a place in the fourth step of a body. */
function stepOf(place: Pointer): string {
  const keys = keysOf(place)
  const at = keys.lastIndexOf('steps')
  const index = keys[at + 1] === 'data' ? keys[at + 2] : keys[at + 1]
  return at !== -1 && index !== undefined && /^\d+$/.test(index) ? `Step ${Number(index) + 1}: ` : ''
}

/** Makes an empty collector; `throwIfAny` throws one 422 ApiError with everything collected. */
export function createProblems(): Problems {
  const list: Problem[] = []
  return {
    list,
    at(place, complaint, ...sent) {
      // More are not listed (contract §1.8), and a body may hold a million.
      if (list.length >= MAX_PROBLEMS) return
      const title = sent.length === 0 ? complaint : `${complaint}: ${shownValue(sent[0])}`
      const { pointer, item } = place
      list.push({
        title: `${item === undefined ? '' : `Item ${item + 1}: `}${stepOf(place)}${title}`,
        detail: `${pointer.slice(1)}: ${title}.`,
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
export function invalidAt(place: Pointer, title: string, ...sent: [unknown?]): ApiError {
  const problems = createProblems()
  problems.at(place, title, ...sent)
  return new ApiError('invalid', problems.list)
}

/** A single 422 about a query parameter. */
export function invalidParameter(name: string, title: string, detail?: string): ApiError {
  return new ApiError('invalid', [{ title, detail, source: { parameter: name } }])
}
