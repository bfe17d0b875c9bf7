import type { Body } from '../../core/jsonapi/body.ts'
import type { Problems } from '../../core/problems.ts'
import { createProblems } from '../../core/problems.ts'
import { labelOf } from '../../core/resource/kinds.ts'

/** The texts of a flat body, as they are: what is wrong with them is told without showing them (contract § 14). */
export function readTexts<Name extends string>(
  { top }: Body,
  names: readonly Name[],
  problems: Problems = createProblems(),
): Record<Name, string> {
  const texts = names.map((name) => {
    const value = top[name]
    if (typeof value === 'string' && value !== '') return [name, value]
    const missing = value === undefined || value === null || value === ''
    problems.at({ pointer: `/${name}` }, `${labelOf(name)} ${missing ? "can't be blank" : 'must be a text'}`)
    return [name, '']
  })
  problems.throwIfAny()
  return Object.fromEntries(texts)
}

/** A flag of a flat body; 422 for what is none. */
export function readFlag({ top }: Body, name: string): boolean {
  const value = top[name] ?? false
  if (typeof value === 'boolean') return value
  const problems = createProblems()
  problems.at({ pointer: `/${name}` }, `${labelOf(name)} must be true or false`, value)
  problems.throwIfAny()
  return false
}
