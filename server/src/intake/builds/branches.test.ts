import { describe, expect, it } from 'vitest'
import { buildKind, matchesGlob } from './branches.ts'

describe('globs', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'maine', false],
    ['release/*', 'release/1/2', true],
    ['*', '', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'acb', false],
    ['*aa', 'a', false],
    ['aa*aa', 'aaa', false],
  ])('%s and %s: %s', (glob, text, matches) => expect(matchesGlob(glob, text)).toBe(matches))
})

describe('the kind of a build', () => {
  const none = { mainline: null, queue: null }
  it.each([
    [{ branch: 'main', pullRequest: null }, none, 'mainline'],
    [{ branch: 'release/2', pullRequest: null }, none, 'mainline'],
    [{ branch: null, pullRequest: null }, none, 'mainline'],
    [{ branch: null, pullRequest: '4' }, none, 'change'],
    [{ branch: 'feature', pullRequest: null }, none, 'change'],
    [{ branch: 'main', pullRequest: '4' }, none, 'change'],
    [{ branch: 'gh-readonly-queue/main/pr-4', pullRequest: '4' }, none, 'queue'],
    [{ branch: 'prod', pullRequest: null }, { mainline: 'prod', queue: '' }, 'mainline'],
    [{ branch: 'main', pullRequest: null }, { mainline: 'prod', queue: '' }, 'change'],
  ] as const)('of %o with %o is %s', (build, branches, kind) => expect(buildKind(build, branches)).toBe(kind))
})
