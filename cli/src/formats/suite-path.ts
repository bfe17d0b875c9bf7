import { fitName } from './fit-name.ts'

/** The names of the suites around a case, outermost first. */
export interface SuitePath {
  names: string[]
  /** Characters in the names. */
  size: number
}

// Every case carries the path of its suites, so a path has an end, however deep a report nests them.
const MOST_SUITES = 100
const MOST_CHARACTERS = 4000

/** `path` with a suite's names behind it; null where they do not fit any more. */
export function extendPath({ names, size }: SuitePath, added: string[]): SuitePath | null {
  const fitted = added.map(fitName)
  const whole = fitted.reduce((sum, name) => sum + name.length, size)
  if (names.length + fitted.length > MOST_SUITES || whole > MOST_CHARACTERS) return null
  return { names: [...names, ...fitted], size: whole }
}
