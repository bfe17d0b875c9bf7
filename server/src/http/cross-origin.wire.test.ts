import { expect, it } from 'vitest'
import { onEveryDatabase } from '../test/build-app.ts'
import { cookieOf, givePassword, signIn } from '../test/sign-in.ts'

const PAGE = 'https://dashboard.example.org'
const ASKED = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'pttoken,content-type' }

onEveryDatabase(
  'browsers on pages of other origins',
  (app) => {
    const tests = () => `/api/v2${app().p('/tests.json')}`

    it('may call the API with a token, where the origin is one of those', async () => {
      const asked = await app().call('OPTIONS', tests(), undefined, {
        headers: { origin: PAGE, ...ASKED },
        token: null,
      })
      expect(asked.status).toBe(204)
      expect(asked.headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'Origin' })
      expect(asked.headers['access-control-allow-methods']).toContain('PUT')
      expect(asked.headers['access-control-allow-headers']?.toLowerCase()).toContain('pttoken')
      for (const token of [app().token, 'wrong'.repeat(8)]) {
        const answer = await app().get(tests(), { headers: { origin: PAGE }, token })
        expect(answer.status).toBe(token === app().token ? 200 : 401)
        expect(answer.headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'Origin' })
        expect(answer.headers['access-control-expose-headers']).toContain('X-Request-Id')
      }
    })

    it('are told nothing where it is another, or none, or no call of the API', async () => {
      const plain = await app().call('OPTIONS', tests(), undefined, { token: null })
      for (const origin of [
        'https://dashboard.example.org.evil.test',
        'https://DASHBOARD.example.org',
        'null',
        '*',
        `${PAGE}/`,
      ]) {
        const asked = await app().call('OPTIONS', tests(), undefined, { headers: { origin, ...ASKED }, token: null })
        expect([origin, asked.status]).toEqual([origin, plain.status])
        const answer = await app().get(tests(), { headers: { origin } })
        expect(answer.headers['access-control-allow-origin'], origin).toBeUndefined()
        expect(answer.headers.vary, origin).toBe('Origin')
      }
      for (const path of ['/session/methods', '/files/none', '/readyz']) {
        const answer = await app().get(path, { headers: { origin: PAGE }, token: null })
        expect(answer.headers['access-control-allow-origin'], path).toBeUndefined()
      }
    })

    it('never with a cookie', async () => {
      const { id } = await app().person('lead@example.org', 'Administrators')
      await givePassword(app(), id)
      const cookie = cookieOf(await signIn(app(), 'lead@example.org'))
      const crossed = { origin: PAGE, 'sec-fetch-site': 'cross-site', cookie, 'x-assay-console': '1' }
      const body = { data: { type: 'tests', attributes: { name: 'T', 'author-id': id } } }
      const answer = await app().post(tests(), body, { headers: crossed, token: null })
      expect(answer.status).toBe(403)
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
      const read = await app().get(tests(), { headers: crossed, token: null })
      expect(read.headers['access-control-allow-credentials']).toBeUndefined()
      expect(
        (await app().call('OPTIONS', tests(), undefined, { headers: { ...crossed, ...ASKED }, token: null })).headers[
          'access-control-allow-headers'
        ],
      ).not.toMatch(/console/i)
    })
  },
  { corsOrigins: [PAGE] },
)
