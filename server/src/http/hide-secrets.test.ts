import { expect, it } from 'vitest'
import { shownError, shownTarget } from './hide-secrets.ts'

const TOKEN = '0123456789abcdef0123456789abcdef01234567'

it.each([
  ['/api/v2/projects.json?page[size]=5&name_exact=a', '/api/v2/projects.json?page[size]=5&name_exact=a'],
  [`/x?api_token=${TOKEN}&a=1`, '/x?api_token=***&a=1'],
  ['/x?API-Token=short&api%5Ftoken=short', '/x?API-Token=***&api%5Ftoken=***'],
  [`/x?token=${TOKEN}`, '/x?token=***'],
  ['/session/oidc/callback?code=short&state=x&iss=y', '/session/oidc/callback?code=***&state=***&iss=y'],
  [`/x?${TOKEN}`, '/x?***'],
  [`/api/v2/projects/${TOKEN}/tests.json`, '/api/v2/projects/***/tests.json'],
  [`/files/1-4-20-1790000000000-${TOKEN}`, '/files/***'],
  ['/x?test-ids=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16', '/x?test-ids=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16'],
])('shows %s as %s', (target, shown) => {
  expect(shownTarget(target)).toBe(shown)
})

it('shows the beginning of a long target, and never half of a token', () => {
  const long = shownTarget(`/x?a=1&b=${'b,'.repeat(50_000)}&api_token=${TOKEN}`)
  expect(long).toBe(`/x?a=1… (${3 + 100_000 + 11 + 40} characters more)`)
  for (let length = 1900; length < 2010; length++) {
    expect(shownTarget(`/x?a=${'.'.repeat(length)}&key=${TOKEN}`)).not.toMatch(/[0-9a-f]{8}/)
  }
  expect(shownTarget(`/${'a/'.repeat(100_000)}`).length).toBeLessThan(3000)
})

it('shows of an error what it says and where it was, not what it carries', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', address: 'secret-host' })
  const error = Object.assign(new Error('failed', { cause }), { detail: 'secret row', parameters: ['secret'] })
  const shown = JSON.stringify(shownError(error))
  expect(shown).toContain('ECONNREFUSED')
  expect(shown).toContain('hide-secrets.test.ts')
  expect(shown).not.toContain('secret row')
  expect(shown).not.toMatch(/"secret|secret-host/)
})
