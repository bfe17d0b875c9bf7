import { type Caller, NOBODY } from '../auth/caller.ts'
import type { Person } from './passwords.store.ts'

/** Who calls once somebody proved to be a person: what a session lets them do, before there is one. */
export const callerOf = ({ id, account_id, is_owner }: Pick<Person, 'id' | 'account_id' | 'is_owner'>): Caller => ({
  ...NOBODY,
  accountId: account_id,
  userId: id,
  passesAll: is_owner === 1,
})
