import { expect, it } from 'vitest'
import { onEveryDatabase, type TestApp } from '../test/build-app.ts'
import { cookieOf, givePassword, ofConsole, signIn } from '../test/sign-in.ts'

/** Signs in with what a proxy adds, from an address; answers the cookie's flags, and what the session knows. */
async function through(app: TestApp, headers: Record<string, string>, from: string) {
  const email = 'proxied@example.org'
  const { db } = app.database.read
  if (!(await db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst())) {
    await givePassword(app, (await app.person(email, null)).id)
  }
  const answer = await signIn(app, email, { headers, from })
  expect(answer.status, answer.text).toBe(200)
  const sessions = await app.get('/me/sessions.json', { ...ofConsole(cookieOf(answer)), from })
  return { isSecure: /; Secure$/.test(answer.headers['set-cookie'] ?? ''), ...sessions.body.data[0].attributes }
}

const FORWARDED = {
  'x-forwarded-for': '198.51.100.1, 203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'assay.test',
}

onEveryDatabase(
  'proxies that are trusted',
  (get) => {
    it('tell of TLS, of the address of the client, and of the host', async () => {
      const app = get()
      const seen = await through(app, FORWARDED, '10.9.8.7')
      expect([seen.isSecure, seen.address]).toEqual([true, '203.0.113.9'])
      const chain = { ...FORWARDED, 'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.1.1.1' }
      expect((await through(app, chain, '10.9.8.7')).address).toBe('203.0.113.9')
      const { id } = await app.person('linked@example.org', null)
      const options = { headers: FORWARDED, from: '10.9.8.7' }
      const invitation = await app.post(`/users/${id}/invitation.json`, undefined, options)
      expect(invitation.body.data.attributes.url).toMatch(/^https:\/\/assay\.test\/welcome\//)
      const cross = { ...FORWARDED, origin: 'https://assay.test' }
      expect((await through(app, cross, '10.9.8.7')).isSecure).toBe(true)
    })

    it('are believed nothing that could not be', async () => {
      const app = get()
      for (const host of ['evil.test/path', 'a@b', 'x'.repeat(400)]) {
        const headers = { ...FORWARDED, 'x-forwarded-host': host }
        expect((await app.get('/me.json', { headers, from: '10.9.8.7' })).status, host).toBe(400)
      }
      const odd = { ...FORWARDED, 'x-forwarded-proto': 'javascript', 'x-forwarded-for': 'x'.repeat(5_000) }
      const seen = await through(app, odd, '10.9.8.7')
      expect([seen.isSecure, seen.address]).toEqual([false, 'x'.repeat(64)])
    })

    it('are none but those that were named', async () => {
      const seen = await through(get(), FORWARDED, '192.0.2.8')
      expect([seen.isSecure, seen.address]).toEqual([false, '192.0.2.8'])
    })
  },
  { trustProxy: '10.0.0.0/8' },
)

onEveryDatabase(
  'without a trusted proxy',
  (get) => {
    it('nothing that a request says of its way is believed, so nobody escapes the limit by it', async () => {
      const app = get()
      const seen = await through(app, FORWARDED, '127.0.0.1')
      expect([seen.isSecure, seen.address]).toEqual([false, '127.0.0.1'])
      for (let i = 0; i < 10; i++) {
        const headers = { 'x-forwarded-for': `203.0.113.${i}` }
        await signIn(app, `try${i}@example.org`, { headers, from: '127.0.0.1' })
      }
      expect((await signIn(app, 'proxied@example.org', { from: '127.0.0.1' })).status).toBe(429)
    })
  },
  { warned: () => {} },
)
