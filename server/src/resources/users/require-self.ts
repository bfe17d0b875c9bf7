import { apiError } from '../../core/errors.ts'
import type { Context } from '../../engine/route.ts'

/** 403 unless an account token calls, or the user's own personal token (`account|self` of the contract). */
export function requireSelf({ caller }: Pick<Context, 'caller'>, userId: number): void {
  if (caller.passesAll || caller.userId === userId) return
  throw apiError('forbidden', {
    title: 'This takes an account token, the personal token of an account owner, or the user’s own personal token',
  })
}
