import { describe, expect, it } from 'vitest'
import { hashSecret } from '../../auth/session.ts'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'
import { cookieOf, givePassword, inviteCode, ofConsole, PASSWORD, signedIn, signIn } from '../../test/sign-in.ts'

const OTHER = 'a longer password still'
const HOUR = 3_600_000

onEveryDatabase(
  'passwords',
  (get) => {
    let addresses = 0
    const welcome = (app: TestApp, body: Json) =>
      app.call('POST', '/session/welcome', body, { token: null, from: `10.2.0.${++addresses}` })
    const change = (app: TestApp, attributes: Json, cookie: string) =>
      app.put('/me/password.json', { data: { attributes } }, ofConsole(cookie))
    const works = async (app: TestApp, cookie: string) =>
      (await app.get('/me.json', { token: null, headers: { cookie } })).status
    const age = (app: TestApp, code: string, ms: number) =>
      app.database.write(0, async ({ db }) => {
        const hash = hashSecret(code)
        const { expires_at: at } = await db
          .selectFrom('welcome_codes')
          .select('expires_at')
          .where('hash', '=', hash)
          .executeTakeFirstOrThrow()
        await db
          .updateTable('welcome_codes')
          .set({ expires_at: at - ms })
          .where('hash', '=', hash)
          .execute()
      })
    const GONE = 'This link is unknown, was used already, or is too old; ask for a new one'

    describe('invitations', () => {
      it('are links that are shown once, mailed, and set a password once', async () => {
        const app = get()
        app.mails.length = 0
        const made = await app.post('/users.json?invite=true', { data: { attributes: { email: 'New@example.org' } } })
        expect(made.status, made.text).toBe(200)
        const { url, mailed, 'expires-at': until } = made.body.meta.invitation
        expect([url, mailed]).toEqual([expect.stringMatching(/^http:\/\/localhost:80\/welcome\/[\w-]{43}$/), true])
        expect(Math.round((Date.parse(until) - Date.now()) / HOUR)).toBe(7 * 24)
        expect(app.mails).toMatchObject([{ to: 'new@example.org', text: expect.stringContaining(`\n\n${url}\n`) }])
        const code = url.split('/').at(-1)
        expect(
          JSON.stringify(await app.database.read.db.selectFrom('welcome_codes').selectAll().execute()),
        ).not.toContain(code)
        const done = await welcome(app, { code, password: PASSWORD, remember: true })
        expect(done.body.data.attributes.user.email).toBe('new@example.org')
        expect(done.headers['set-cookie']).toContain('Max-Age=2592000')
        expect(await works(app, cookieOf(done))).toBe(200)
        const again = await welcome(app, { code, password: OTHER })
        expect([again.status, titles(again)]).toEqual([422, [GONE]])
        expect((await signIn(app, 'new@example.org')).status).toBe(200)
        const audit = await app.get(`/audit.json?entity=user&entity-id=${made.body.data.id}`)
        const fields = audit.body.data.map(({ attributes }: Json) => attributes.changes[0].field)
        expect(fields).toEqual(['address', 'address', 'password-changed-at', 'invited-at', expect.any(String)])
        for (const secret of [code, PASSWORD]) expect(audit.text).not.toContain(secret)
      })

      it('are not made without being asked for, and no key repeats their answer', async () => {
        const app = get()
        const plain = await app.post('/users.json', { data: { attributes: { email: 'plain@example.org' } } })
        expect(plain.body.meta).toBeUndefined()
        const options = { headers: { 'idempotency-key': 'invited' } }
        const { id } = plain.body.data
        const first = await app.post(`/users/${id}/invitation.json`, undefined, options)
        const second = await app.post(`/users/${id}/invitation.json`, undefined, options)
        expect(second.body.data.attributes.url).not.toBe(first.body.data.attributes.url)
        expect(second.headers['idempotent-replayed']).toBeUndefined()
      })

      it('work for seven days, and only the last until one of them was used', async () => {
        const app = get()
        const { id } = await app.person('late@example.org', null)
        const [old, unused, good] = [await inviteCode(app, id), await inviteCode(app, id), await inviteCode(app, id)]
        await age(app, old as string, 7 * 24 * HOUR)
        expect((await welcome(app, { code: old, password: PASSWORD })).status).toBe(422)
        expect((await welcome(app, { code: good, password: PASSWORD })).status).toBe(200)
        expect((await welcome(app, { code: unused, password: PASSWORD })).status).toBe(422)
      })

      it('set one password when they are used many times at once', async () => {
        const app = get()
        const { id } = await app.person('race@example.org', null)
        const code = await inviteCode(app, id)
        const passwords = Array.from({ length: 6 }, (_, index) => `password of racer ${index}`)
        const answers = await Promise.all(passwords.map((password) => welcome(app, { code, password })))
        const won = answers.map(({ status }) => status === 200)
        expect(won.filter(Boolean)).toHaveLength(1)
        const signIns = await Promise.all(passwords.map((password) => signIn(app, 'race@example.org', { password })))
        expect(signIns.map(({ status }) => status === 200)).toEqual(won)
      })

      it('take a password that may be chosen, and stay good while it may not', async () => {
        const app = get()
        const { id } = await app.person('chooser@example.org', null)
        const code = await inviteCode(app, id)
        for (const [password, title] of [
          ['short', 'Password is too short: it must have at least 10 characters'],
          ['x'.repeat(1001), 'Password is too long: at most 1000 characters are allowed'],
          ['Chooser@Example.org', 'Password must not be the e-mail address'],
          ['QWERTYuiop', expect.stringContaining('among the commonest')],
        ] as const) {
          const answer = await welcome(app, { code, password })
          expect([answer.status, titles(answer), answer.body.errors[0].source]).toEqual([
            422,
            [title],
            { pointer: '/password' },
          ])
        }
        expect((await welcome(app, { code, password: '\u{1F511}'.repeat(10) })).status).toBe(200)
        for (const bad of ['', 'x', 'A'.repeat(60_000), null, 7, {}]) {
          expect(
            (
              await app.call(
                'POST',
                '/session/welcome',
                { code: bad, password: PASSWORD },
                { token: null, madeUp: true },
              )
            ).status,
          ).toBe(422)
        }
      })

      it('are void once their user is put out', async () => {
        const app = get()
        const { id } = await app.person('void@example.org', null)
        const code = await inviteCode(app, id)
        await app.put(`/users/${id}.json`, { data: { attributes: { active: false } } })
        expect((await welcome(app, { code, password: PASSWORD })).status).toBe(422)
        await app.put(`/users/${id}.json`, { data: { attributes: { active: true } } })
        expect((await welcome(app, { code, password: PASSWORD })).status).toBe(422)
      })
    })

    describe('PUT /me/password.json', () => {
      it('takes the current one, ends every other session, and voids links', async () => {
        const app = get()
        const { id, cookie } = await signedIn(app, 'changer@example.org')
        const code = await inviteCode(app, id)
        const elsewhere = cookieOf(await signIn(app, 'changer@example.org'))
        const wrong = await change(app, { current: 'not the one', new: OTHER }, cookie)
        expect([wrong.status, wrong.body.errors[0].source]).toEqual([422, { pointer: '/data/attributes/current' }])
        const missing = await change(app, { new: 'short' }, cookie)
        expect(titles(missing)).toEqual([
          "Current password can't be blank",
          expect.stringMatching(/^New password is too short/),
        ])
        const done = await change(app, { current: PASSWORD, new: OTHER }, cookie)
        expect(done.body.data).toMatchObject({ id: String(id), type: 'passwords' })
        expect([await works(app, cookie), await works(app, elsewhere)]).toEqual([200, 401])
        expect((await welcome(app, { code, password: PASSWORD })).status).toBe(422)
        expect((await signIn(app, 'changer@example.org')).status).toBe(401)
        expect((await signIn(app, 'changer@example.org', { password: OTHER })).status).toBe(200)
      })

      it('needs none of before where there is none, and is not for account tokens', async () => {
        const app = get()
        const { token } = await app.person('first@example.org', null)
        const body = { data: { attributes: { new: PASSWORD } } }
        expect((await app.put('/me/password.json', body, { token })).status).toBe(200)
        expect((await signIn(app, 'first@example.org')).status).toBe(200)
        expect((await app.put('/me/password.json', body, { token })).status).toBe(422)
        expect((await app.put('/me/password.json', body)).status).toBe(403)
      })

      it('stores nothing of the request under a key', async () => {
        const app = get()
        const { cookie } = await signedIn(app, 'keyed@example.org')
        const { headers } = ofConsole(cookie)
        const body = { data: { attributes: { current: PASSWORD, new: OTHER } } }
        await app.put('/me/password.json', body, {
          token: null,
          headers: { ...headers, 'idempotency-key': 'secret-key' },
        })
        const rows = await app.database.read.db.selectFrom('idempotency_keys').select('key').execute()
        expect(rows.map(({ key }) => key)).not.toContain('secret-key')
      })

      it('lets one of two changes at once through', async () => {
        const app = get()
        const { cookie } = await signedIn(app, 'two@example.org')
        const both = await Promise.all(
          [1, 2].map((n) => change(app, { current: PASSWORD, new: `password number ${n}` }, cookie)),
        )
        expect(both.map(({ status }) => status).sort()).toEqual([200, 422])
      })
    })

    describe('POST /session/reset', () => {
      const ask = (app: TestApp, email: string, from = '10.3.0.1') =>
        app.call('POST', '/session/reset', { email }, { token: null, from })

      it('mails a link that works once and for an hour, and answers the same to everybody', async () => {
        const app = get()
        const { id, cookie } = await signedIn(app, 'forgot@example.org')
        await app.put(`/users/${(await app.person('gone@example.org', null)).id}.json`, {
          data: { attributes: { active: false } },
        })
        app.mails.length = 0
        const answers = []
        for (const email of ['Forgot@example.org', 'nobody@example.org', 'gone@example.org', 'no e-mail']) {
          answers.push(await ask(app, email))
        }
        await app.people.settled()
        for (const { status, body } of answers) expect([status, body]).toEqual([200, answers[0]?.body])
        expect(app.mails.map(({ to }) => to)).toEqual(['forgot@example.org'])
        const [code = ''] = /[\w-]{43}/.exec(app.mails[0]?.text ?? '') ?? []
        const done = await welcome(app, { code, password: OTHER })
        expect(done.status, done.text).toBe(200)
        expect([await works(app, cookie), await works(app, cookieOf(done))]).toEqual([401, 200])
        expect((await welcome(app, { code, password: OTHER })).status).toBe(422)
        await ask(app, 'forgot@example.org')
        await app.people.settled()
        const [late = ''] = /[\w-]{43}/.exec(app.mails[1]?.text ?? '') ?? []
        await age(app, late, HOUR)
        expect((await welcome(app, { code: late, password: PASSWORD })).status).toBe(422)
        const audit = await app.get(`/audit.json?entity=user&entity-id=${id}`)
        expect(audit.text).toContain('reset-asked-at')
      })

      it('sends one e-mail five of them at most, whoever asks', async () => {
        const app = get()
        app.mails.length = 0
        await app.person('flooded@example.org', null)
        const statuses = []
        for (let i = 0; i < 7; i++) statuses.push((await ask(app, 'flooded@example.org', `10.4.0.${i}`)).status)
        await app.people.settled()
        expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
        expect(app.mails).toHaveLength(5)
      })
    })

    describe('after ten failures', () => {
      const fail = (app: TestApp, email: string, from?: string) =>
        signIn(app, email, { password: 'wrong', ...(from === undefined ? {} : { from }) })

      it('an e-mail has to wait, whoever has it and from wherever', async () => {
        const app = get()
        const { id } = await signedIn(app, 'guessed@example.org')
        for (const email of ['guessed@example.org', 'unknown@example.org']) {
          const statuses = []
          for (let i = 0; i < 10; i++) statuses.push((await fail(app, i % 2 ? email : email.toUpperCase())).status)
          expect(statuses).toEqual(Array(10).fill(401))
          const refused = await signIn(app, email)
          expect([refused.status, titles(refused)[0]]).toEqual([
            429,
            'Too many attempts; try again after the time in Retry-After',
          ])
          expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800)
          expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(900)
        }
        // A link is the way out, and so is an operator.
        expect((await givePassword(app, id)).status).toBe(200)
      })

      it('an address has to wait, whatever it tries, all of a network of IPv6', async () => {
        const app = get()
        await signedIn(app, 'neighbour@example.org')
        for (let i = 0; i < 10; i++) await fail(app, `try${i}@example.org`, `2001:db8:0:1::${i + 1}`)
        const from = '2001:db8:0:1:ffff::9'
        expect((await signIn(app, 'neighbour@example.org', { from })).status).toBe(429)
        const code = { code: 'x', password: PASSWORD }
        expect((await app.call('POST', '/session/welcome', code, { token: null, from })).status).toBe(429)
        expect((await signIn(app, 'neighbour@example.org', { from: '2001:db8:0:2::1' })).status).toBe(200)
      })

      it('at once, not one more is tried', async () => {
        const app = get()
        await signedIn(app, 'burst@example.org')
        const answers = await Promise.all(Array.from({ length: 40 }, () => fail(app, 'burst@example.org')))
        expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
        expect(answers.filter(({ status }) => status === 429)).toHaveLength(30)
      })

      it('the current password cannot be guessed with a stolen session', async () => {
        const app = get()
        const { cookie } = await signedIn(app, 'stolen@example.org')
        const statuses = []
        for (let i = 0; i < 11; i++) {
          const attributes = { current: `guess number ${i}`, new: OTHER }
          const options = { ...ofConsole(cookie), from: `10.5.0.${i}` }
          statuses.push((await app.put('/me/password.json', { data: { attributes } }, options)).status)
        }
        expect(statuses).toEqual([...Array(10).fill(422), 429])
      })

      it('those who succeed are not counted', async () => {
        const app = get()
        await signedIn(app, 'busy@example.org')
        for (let i = 0; i < 12; i++)
          expect((await signIn(app, 'busy@example.org', { from: '10.6.0.1' })).status).toBe(200)
      })
    })
  },
  // Of addresses that have to wait the log tells.
  { warned: () => {} },
)
