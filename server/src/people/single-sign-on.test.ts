import { describe, expect, it } from 'vitest'
import { matching, readGroupRules } from './single-sign-on.rules.ts'

describe('groups of a provider', () => {
  it('are mapped to groups of projects, whose names may hold colons', () => {
    expect(readGroupRules('qa=Demo:Testers , /org/admins = Web: shop:Administrators')).toEqual([
      { claim: 'qa', project: 'Demo', group: 'Testers' },
      { claim: '/org/admins', project: 'Web: shop', group: 'Administrators' },
    ])
    for (const bad of [
      '',
      'qa',
      'qa=Demo',
      '=Demo:Testers',
      'qa=:Testers',
      'qa=Demo:',
      'a=b:c=d',
      'qa=Demo:Testers,',
    ]) {
      expect(readGroupRules(bad), bad).toBeUndefined()
    }
  })

  it('match a claim that is one text or a list of them, and nothing else', () => {
    const rules = readGroupRules('qa=Demo:Testers,1=Demo:Developers') ?? []
    const names = (claim: unknown) => matching(rules, claim).map(({ group }) => group)
    expect([names('qa'), names(['x', 'qa']), names('q'), names(1), names({ qa: true }), names(undefined)]).toEqual([
      ['Testers'],
      ['Testers'],
      [],
      [],
      [],
      [],
    ])
  })
})
