import { PASSWORD_LENGTH } from '../core/limits.ts'
import { fold, isLongerThan, lengthOf } from '../core/text.ts'
import { isCommon } from './common-passwords.ts'

/** What is wrong with a password that somebody with this e-mail chooses; undefined when nothing is (contract §14.2). */
export function wrongWith(password: string, email: string): string | undefined {
  const { min, max } = PASSWORD_LENGTH
  if (isLongerThan(password, max)) return `is too long: at most ${max} characters are allowed`
  if (lengthOf(password) < min) return `is too short: it must have at least ${min} characters`
  if (fold(password) === fold(email)) return 'must not be the e-mail address'
  if (isCommon(password)) return 'is among the commonest of all, and the first to be tried; choose another one'
  return undefined
}
