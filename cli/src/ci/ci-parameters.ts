/** What a CI system says of the job that runs, by the names of the parameters of an import. */
export interface CiParameters {
  'build-key'?: string
  'build-name'?: string
  'build-url'?: string
  pipeline?: string
  branch?: string
  commit?: string
  'base-commit'?: string
  'pull-request'?: string
  /** The job, and which of its parallel copies: the part of the build's tests that it runs. */
  shard?: string
  attempt?: string
}

export type Env = Readonly<Record<string, string | undefined>>

/** The text of a file that a variable names; undefined for one that cannot be read. */
export type ReadFile = (path: string | undefined) => string | undefined

/** A CI system: whether its job is running here, and what it says. Pure: files come by `readFile`. */
export interface Ci {
  name: string
  isHere: (env: Env) => boolean
  read: (env: Env, readFile: ReadFile) => Said
}

/** What may come of variables: what is blank, or no such thing, is left out. */
export type Said = { [Name in keyof CiParameters]?: string | null | undefined | false }

/** A part of a JSON document that somebody else wrote. */
export function memberOf(value: unknown, ...path: string[]): unknown {
  let found = value
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found
}

/** A text or number as text. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

/** Branch without what a ref has in front. */
export const branchOf = (ref: string | undefined): string | undefined => ref?.replace(/^refs\/heads\//, '')

/** A job and which of its parallel copies it is, from 1. */
export function jobOf(name: string | undefined, index?: string | number, of?: string): string | undefined {
  const isOneOfSeveral = Number(of) > 1 && Number(index) >= 1
  if (!isOneOfSeveral) return name
  return [name ?? 'part', `${index}/${of}`].join(' ')
}

/** A number counted from 0 as one counted from 1. */
export const fromOne = (text: string | undefined): number | undefined =>
  text === undefined || text === '' ? undefined : Number(text) + 1
