import { fold } from '../core/text.ts'

/** A group of a project, by name, that a value of a claim puts somebody into. */
export interface GroupRule {
  claim: string
  project: string
  group: string
}

/** What an identity provider says of somebody. */
export interface Identity {
  issuer: string
  subject: string
  email: unknown
  isVerified: unknown
  name: unknown
  groups: unknown
}

/** `qa=Demo:Testers, admins=Demo:Administrators`; undefined when it is not written so. */
export function readGroupRules(text: string): GroupRule[] | undefined {
  const rules = text.split(',').map((each) => {
    const [claim = '', target = '', ...more] = each.split('=')
    const colon = target.lastIndexOf(':')
    const [project, group] = [target.slice(0, Math.max(0, colon)).trim(), target.slice(colon + 1).trim()]
    const isFine = more.length === 0 && claim.trim() !== '' && project !== '' && group !== ''
    return isFine ? { claim: claim.trim(), project, group } : undefined
  })
  return rules.some((rule) => rule === undefined) ? undefined : (rules as GroupRule[])
}

/** Why somebody may not come in, whatever the provider says else; undefined when they may (contract §14.3). */
export function refusalOf({ email, isVerified }: Identity, domains: readonly string[]): string | undefined {
  if (typeof email !== 'string' || !/^[^@\s]+@[^@\s]+$/.test(email)) return 'The identity provider names no e-mail'
  // Whoever may claim any address would come in as anybody.
  if (isVerified !== true) return 'The identity provider has not verified the e-mail'
  const domain = fold(email.slice(email.indexOf('@') + 1))
  const isAllowed = domains.length === 0 || domains.includes(domain)
  return isAllowed ? undefined : `People of ${domain} may not sign in here`
}

/** The rules whose value a claim has: a text, or a list of them. */
export function matching(rules: readonly GroupRule[], claim: unknown): GroupRule[] {
  const values = new Set([claim].flat())
  return rules.filter((rule) => values.has(rule.claim))
}
