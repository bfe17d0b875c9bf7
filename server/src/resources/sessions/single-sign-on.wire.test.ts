import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../../../test-support/free-port.ts'
import {
  type Claims,
  type IdentityProvider,
  startIdentityProvider,
} from '../../../../test-support/identity-provider.ts'
import { readGroupRules } from '../../people/single-sign-on.rules.ts'
import type { SingleSignOnSettings } from '../../people/single-sign-on.ts'
import { type Answered, type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'
import { givePassword, ofConsole, signIn } from '../../test/sign-in.ts'

const BASE = 'https://assay.example.org'
const CALLBACK = `${BASE}/session/oidc/callback`

let provider: IdentityProvider
beforeAll(async () => {
  provider = await startIdentityProvider(CALLBACK)
})
afterAll(() => provider.stop())

const warnings: string[] = []
beforeEach(() => {
  warnings.length = 0
})
const settings = (more: Partial<SingleSignOnSettings> = {}): SingleSignOnSettings => ({
  issuer: provider.issuer,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
  name: 'Example login',
  allowedDomains: ['example.org'],
  createUsers: true,
  groupsClaim: 'groups',
  groupsMap: readGroupRules('qa=Demo:Testers, admins=Demo:Administrators, gone=Demo:Nobody, other=Gone:Testers') ?? [],
  ...more,
})
const shared = { baseUrl: BASE, warned: (message: string) => void warnings.push(message) }

/** The cookies that an answer sets, by name. */
function cookiesOf({ headers }: Answered): Map<string, string> {
  const sets = [headers['set-cookie'] ?? []].flat() as string[]
  return new Map(sets.map((set) => [set.split('=')[0] as string, set]))
}
const asSent = (set: string | undefined) => set?.split(';')[0] ?? ''
const get = (app: TestApp, path: string, cookie = '') =>
  app.call('GET', path, undefined, { token: null, headers: { cookie, accept: 'text/html,*/*;q=0.8' } })
const begin = async (app: TestApp) => {
  const begun = await get(app, '/session/oidc')
  return { url: begun.headers.location as string, cookie: asSent(cookiesOf(begun).get('assay_sign_on')), begun }
}
const comeBack = (app: TestApp, address: string, cookie: string) => get(app, address.slice(BASE.length), cookie)

/** Signs in as somebody whom the provider knows as it is said. */
async function come(app: TestApp, login: string, claims: Claims) {
  provider.people.set(login, claims)
  const { url, cookie } = await begin(app)
  const back = await provider.visit(url, login)
  const answer = await comeBack(app, back, cookie)
  return { answer, back, begun: cookie, cookie: asSent(cookiesOf(answer).get('assay_session')) }
}
const verified = (email: string, more: Claims = {}): Claims => ({ email, email_verified: true, ...more })

onEveryDatabase(
  'single sign-on',
  (app) => {
    const groupsOf = async (id: string): Promise<string[]> => {
      const { data } = (await app().get(`/users/${id}/projects.json`)).body
      return data.flatMap(({ attributes }: Json) => attributes.groups.map(({ name }: Json) => name))
    }

    it('is offered, and begins with PKCE, state and nonce, kept by the browser alone', async () => {
      const methods = await get(app(), '/session/methods')
      expect(methods.body.data.attributes).toEqual({
        password: true,
        reset: true,
        'single-sign-on': { name: 'Example login', path: '/session/oidc' },
      })
      const { url, begun } = await begin(app())
      expect(begun.status).toBe(302)
      expect(cookiesOf(begun).get('assay_sign_on')).toMatch(
        /^assay_sign_on=[\w-]{43}; Path=\/session\/oidc; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/,
      )
      const asked = Object.fromEntries(new URL(url).searchParams)
      expect(asked).toMatchObject({ redirect_uri: CALLBACK, code_challenge_method: 'S256', response_type: 'code' })
      for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name], name).toMatch(/^[\w-]{43}$/)
    })

    it('makes a user of whom the provider vouches for, in the groups that it names', async () => {
      const claims = verified('Grace@example.org', { name: 'Grace H.', groups: ['qa', 'unknown'] })
      const { answer, cookie } = await come(app(), 'grace', claims)
      expect([answer.status, answer.headers.location]).toEqual([302, '/docs'])
      expect(cookiesOf(answer).get('assay_session')).toMatch(/; HttpOnly; SameSite=Lax; Secure$/)
      expect(cookiesOf(answer).get('assay_sign_on')).toMatch(/Max-Age=0$/)
      const me = await app().get('/me.json', ofConsole(cookie))
      const { id, attributes } = me.body.data
      expect([attributes.user.email, attributes.user['display-name']]).toEqual(['grace@example.org', 'Grace H.'])
      expect(await groupsOf(id)).toEqual(['Testers'])
      // What the map does not name is for people to say.
      const { data } = (await app().get(app().p('/groups.json'))).body
      const commenters = data.find((group: Json) => group.attributes.name === 'Commenters')
      await app().post(app().p(`/groups/${commenters.id}/relationships/users.json`), { data: [{ id: Number(id) }] })
      await come(app(), 'grace', { ...claims, groups: 'admins' })
      expect((await groupsOf(id)).sort()).toEqual(['Administrators', 'Commenters'])
      await come(app(), 'grace', verified('grace@example.org'))
      expect(await groupsOf(id)).toEqual(['Commenters'])
      const audit = await app().get(`/audit.json?entity=user&entity-id=${id}&action=sign-in`)
      expect(audit.body.meta['total-count']).toBe(3)
    })

    it('finds whom it has been told of by e-mail, and by the provider from then on', async () => {
      const { id } = await app().person('known@example.org', null)
      const first = await come(app(), 'known', verified('KNOWN@example.org'))
      const idOf = async (cookie: string) => (await app().get('/me.json', ofConsole(cookie))).body.data.id
      expect(await idOf(first.cookie)).toBe(String(id))
      const renamed = await come(app(), 'known', verified('married@example.org'))
      expect(await idOf(renamed.cookie)).toBe(String(id))
      await app().put(`/users/${id}.json`, { data: { attributes: { active: false } } })
      const out = await come(app(), 'known', verified('known@example.org'))
      expect([out.answer.status, titles(out.answer), out.cookie]).toEqual([403, ['This user was put out'], ''])
    })

    it.each([
      ['an e-mail that is not verified', { email: 'owner@example.org', email_verified: false }, /has not verified/],
      ['one of which nothing is said', { email: 'owner@example.org' }, /has not verified/],
      ['the word "true"', { email: 'owner@example.org', email_verified: 'true' }, /has not verified/],
      ['no e-mail', { email_verified: true }, /names no e-mail/],
      ['what is no e-mail', verified('owner'), /names no e-mail/],
      ['another domain', verified('owner@evil.test'), /People of evil.test may not/],
      ['a domain that ends alike', verified('owner@not-example.org'), /may not/],
      ['an address in an address', verified('owner@evil.test@example.org'), /names no e-mail/],
    ])('refuses %s', async (name, claims, title) => {
      const { answer, cookie } = await come(app(), `refused ${name}`, claims)
      expect([answer.status, titles(answer)[0], cookie]).toEqual([403, expect.stringMatching(title), ''])
    })

    it('takes an answer once, from the browser that asked for it, and as it was given', async () => {
      provider.people.set('mallory', verified('mallory@example.org'))
      const { back, begun, answer } = await come(app(), 'victim', verified('victim@example.org'))
      expect(answer.status).toBe(302)
      expect((await comeBack(app(), back, begun)).status).toBe(401)
      const mallory = await begin(app())
      const theirs = await provider.visit(mallory.url, 'mallory')
      const victim = await begin(app())
      const attempts = [
        await comeBack(app(), theirs, victim.cookie),
        await comeBack(app(), theirs, ''),
        await comeBack(app(), theirs, `${mallory.cookie}; assay_sign_on=other`),
        await comeBack(app(), theirs.replace(/state=[^&]+/, 'state=x'), mallory.cookie),
        await comeBack(app(), theirs.replace(/code=[^&]+/, 'code=x'), mallory.cookie),
        await comeBack(
          app(),
          `${CALLBACK}?error=access_denied&state=${new URL(theirs).searchParams.get('state')}`,
          mallory.cookie,
        ),
        await comeBack(app(), CALLBACK, mallory.cookie),
        await comeBack(app(), `${CALLBACK}?${'x'.repeat(20_000)}`, mallory.cookie),
      ]
      expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 401))
      for (const attempt of attempts) expect(cookiesOf(attempt).has('assay_session')).toBe(false)
      expect(warnings.join()).not.toContain(provider.clientSecret)
    })

    it('needs no second factor of ours, which the provider asks for', async () => {
      const required = (value: boolean) =>
        app().put('/account.json', { data: { attributes: { 'require-second-factor': value } } })
      await required(true)
      const { cookie } = await come(app(), 'vouched', verified('vouched@example.org'))
      expect((await app().get('/projects.json', ofConsole(cookie))).status).toBe(200)
      await required(false)
    })
  },
  { ...shared, singleSignOn: () => settings() },
)

onEveryDatabase(
  'single sign-on alone',
  (app) => {
    it('leaves no other way in, but for a link of the operator', async () => {
      const { id } = await app().person('only@example.org', null)
      const methods = await get(app(), '/session/methods')
      expect(methods.body.data.attributes).toMatchObject({ password: false, reset: false })
      const refused = await signIn(app(), 'only@example.org')
      expect([refused.status, titles(refused)[0]]).toEqual([
        403,
        'Nobody signs in with a password here: use Example login',
      ])
      const reset = await app().call('POST', '/session/reset', { email: 'only@example.org' }, { token: null })
      expect(reset.status).toBe(403)
      expect((await givePassword(app(), id)).status).toBe(200)
      const { answer } = await come(app(), 'only', verified('only@example.org'))
      expect(answer.status).toBe(302)
    })

    it('makes nobody a user where that is off', async () => {
      const { answer } = await come(app(), 'stranger', verified('stranger@example.org'))
      expect([answer.status, titles(answer)[0]]).toEqual([403, expect.stringMatching(/^Nobody here has this e-mail/)])
      expect((await app().get('/users.json?email=stranger@example.org')).body.data).toEqual([])
    })
  },
  { ...shared, singleSignOn: () => settings({ createUsers: false }), passwordLogin: false },
)

onEveryDatabase('without single sign-on', (app) => {
  it('there is nothing to begin and nothing to come back from', async () => {
    const methods = await get(app(), '/session/methods')
    expect(methods.body.data.attributes).toMatchObject({ password: true, 'single-sign-on': null })
    for (const path of ['/session/oidc', '/session/oidc/callback']) expect((await get(app(), path)).status).toBe(404)
  })
})

describe('a provider that is away', () => {
  let port: number
  beforeAll(async () => {
    port = await freePort()
  })
  onEveryDatabase(
    'is told so',
    (app) => {
      it('and asked again the next time', async () => {
        for (let i = 0; i < 2; i++) {
          const answer = await get(app(), '/session/oidc')
          expect([answer.status, titles(answer)[0]]).toEqual([503, 'Example login does not answer; try again shortly'])
        }
      })
    },
    { ...shared, singleSignOn: () => settings({ issuer: `http://127.0.0.1:${port}` }) },
  )
})
