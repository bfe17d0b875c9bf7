import { describe, expect, it } from 'vitest'
import { parseCodeowners } from './codeowners.ts'

describe('CODEOWNERS', () => {
  const owners = parseCodeowners(`
# everybody
*           @all
*.md        @docs   # of texts
/src/cart/  @shop/cart a@example.org
docs/*      @flat
apps/**/e2e @e2e
/src/cart/legacy
`)
  it.each([
    ['a.ts', '@all'],
    ['deep/down/a.md', '@docs'],
    ['src/cart/a.ts', '@shop/cart a@example.org'],
    ['src/cart/deep/a.ts', '@shop/cart a@example.org'],
    ['lib/src/cart/a.ts', '@all'],
    ['docs/a.ts', '@flat'],
    ['docs/deep/a.ts', '@all'],
    ['apps/a/b/e2e/x.ts', '@e2e'],
    ['apps/e2e/x.ts', '@e2e'],
    ['src/cart/legacy/x.ts', null],
  ])('%s belongs to %s', (file, owner) => expect(owners(file)).toBe(owner))

  it('takes no longer for a pattern that could match in many ways', () => {
    const hostile = parseCodeowners(`${'**/a*'.repeat(200)}b @x\n${'*a'.repeat(5_000)}b @y`)
    expect(hostile(`${'a/'.repeat(2_000)}${'a'.repeat(2_000)}`)).toBeNull()
  })
})
