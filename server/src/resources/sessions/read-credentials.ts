import { apiError } from '../../core/errors.ts'
import type { Body } from '../../core/jsonapi/body.ts'
import type { Problems } from '../../core/problems.ts'
import { createProblems, invalidAt } from '../../core/problems.ts'
import { labelOf } from '../../core/resource/kinds.ts'
import type { People } from '../../people/people.ts'

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

/** The code of a second factor, as a text because it may begin with 0; undefined when none was sent. */
export function readCode({ top }: Body, name: string): string | undefined {
  const value = top[name] ?? ''
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  throw invalidAt({ pointer: `/${name}` }, `${labelOf(name)} must be a text`)
}

/** 401 for a right password without the code that it takes; `name` is where the body has it. */
export const codeNeeded = (name: string): Error =>
  apiError('unauthorized', {
    title: 'A code of the second factor is needed',
    detail: `Send it as "${name}": what the app shows, or one of the codes that were given out for when it is lost.`,
    meta: { 'second-factor': true },
  })

/** 403 where people sign in by their identity provider only (contract §14.3). */
export function mustTakePasswords({
  passwordLogin,
  singleSignOn,
}: Pick<People, 'passwordLogin' | 'singleSignOn'>): void {
  if (passwordLogin) return
  const title = `Nobody signs in with a password here: use ${singleSignOn?.settings.name ?? 'single sign-on'}`
  throw apiError('forbidden', { title })
}
