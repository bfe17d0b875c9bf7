import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'
import { cookieOf, givePassword, ofConsole, PASSWORD, signedIn, signIn } from '../../test/sign-in.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

onEveryDatabase('sessions', (get) => {
  const me = (app: TestApp, cookie: string) => app.get('/me.json', { token: null, headers: { cookie } })
  /** As if time had passed since the sessions of a user were last seen, and begun. */
  const grow = (app: TestApp, userId: number, { seen = 0, begun = 0 }: { seen?: number; begun?: number }) =>
    app.database.write(0, async ({ db }) => {
      const row = await db.selectFrom('sessions').selectAll().where('user_id', '=', userId).executeTakeFirstOrThrow()
      await db
        .updateTable('sessions')
        .set({ last_seen_at: row.last_seen_at - seen, expires_at: row.expires_at - begun })
        .where('user_id', '=', userId)
        .execute()
    })
  const audit = async (app: TestApp, userId: number): Promise<Json[]> =>
    (await app.get(`/audit.json?entity=user&entity-id=${userId}`)).body.data.map(({ attributes }: Json) => attributes)

  it('begin with e-mail and password, and answer as me.json with a cookie', async () => {
    const app = get()
    const { id } = await app.person('ada@example.org', 'Testers')
    await givePassword(app, id)
    const answer = await signIn(app, 'Ada@Example.org')
    expect(answer.status, answer.text).toBe(200)
    expect(answer.headers['set-cookie']).toMatch(/^assay_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(answer.headers['cache-control']).toBe('no-store')
    const cookie = cookieOf(answer)
    expect((await me(app, cookie)).body).toEqual(answer.body)
    expect(answer.body.data).toMatchObject({ id: String(id), attributes: { 'token-kind': 'personal', owner: false } })
    const session = await app.call('GET', '/session', undefined, { token: null, headers: { cookie } })
    expect(session.body).toEqual(answer.body)
    const rows = await app.database.read.db.selectFrom('sessions').selectAll().where('user_id', '=', id).execute()
    expect(JSON.stringify(rows)).not.toContain(cookie.split('=')[1])
  })

  it('last 30 days in the browser when they are to be remembered', async () => {
    const app = get()
    const { id } = await signedIn(app, 'remember@example.org')
    const answer = await signIn(app, 'remember@example.org', { remember: true })
    expect(answer.headers['set-cookie']).toContain('; Max-Age=2592000')
    await grow(app, id, { seen: 29 * DAY, begun: 29 * DAY })
    expect((await me(app, cookieOf(answer))).status).toBe(200)
    await grow(app, id, { begun: DAY })
    expect((await me(app, cookieOf(answer))).status).toBe(401)
  })

  it('are over after 12 hours without a request, and after 30 days with', async () => {
    const app = get()
    const { id, cookie } = await signedIn(app, 'idle@example.org')
    await grow(app, id, { seen: 12 * HOUR - 60_000 })
    expect((await me(app, cookie)).status).toBe(200)
    await grow(app, id, { seen: 12 * HOUR + 60_000 })
    const over = await me(app, cookie)
    expect([over.status, titles(over)]).toEqual([401, ['This session is over; sign in again']])
    // A browser would ask for a token in a window of its own.
    expect(over.headers['www-authenticate']).toBeUndefined()
    const second = cookieOf(await signIn(app, 'idle@example.org'))
    await grow(app, id, { begun: 30 * DAY })
    expect((await me(app, second)).status).toBe(401)
  })

  it('count as the personal token of the user, without impersonation, and a token in a header wins', async () => {
    const app = get()
    const person = await app.person('rights@example.org', 'Testers', true)
    const cookie = cookieOf(await givePassword(app, person.id))
    const options = ofConsole(cookie)
    const test = { data: { attributes: { name: 'By cookie', 'author-id': app.ownerId } } }
    const made = await app.post(app.p('/tests.json'), test, options)
    expect([made.status, made.body.data.attributes['author-id']]).toEqual([200, person.id])
    expect((await app.get('/tokens.json', options)).status).toBe(403)
    const other = await app.person('other@example.org', 'Testers')
    expect((await app.get('/me.json', { ...options, token: other.token })).body.data.id).toBe(String(other.id))
    const bad = await app.get('/me.json', { ...options, token: 'f'.repeat(40) })
    expect([bad.status, bad.headers['www-authenticate']]).toEqual([401, 'Basic realm="Assay"'])
    const repeated = { ...options, headers: { ...options.headers, 'idempotency-key': 'once' } }
    const first = await app.post(app.p('/tests.json'), test, repeated)
    const again = await app.post(app.p('/tests.json'), test, repeated)
    expect(again.body.data.id).toBe(first.body.data.id)
  })

  it('end by signing out, and what was theirs is worth nothing afterwards', async () => {
    const app = get()
    const { id, cookie } = await signedIn(app, 'out@example.org')
    const out = () => app.call('DELETE', '/session', undefined, ofConsole(cookie))
    const answer = await out()
    expect(answer.body.data).toEqual([{ id: expect.any(String), type: 'sessions' }])
    expect(answer.headers['set-cookie']).toBe('assay_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
    expect((await me(app, cookie)).status).toBe(401)
    expect((await out()).body.data).toEqual([])
    expect((await app.call('DELETE', '/session', undefined, { token: null })).body.data).toEqual([])
    expect((await audit(app, id)).map(({ action }) => action).slice(0, 2)).toEqual(['sign-out', 'sign-in'])
  })

  it('never go on with a cookie that was there before, and that one ends', async () => {
    const app = get()
    const planted = await signedIn(app, 'attacker@example.org')
    await signedIn(app, 'victim@example.org')
    const answer = await signIn(app, 'victim@example.org', { headers: { cookie: planted.cookie } })
    expect(cookieOf(answer)).not.toBe(planted.cookie)
    expect((await me(app, planted.cookie)).status).toBe(401)
    expect((await audit(app, planted.id))[0]).toMatchObject({ action: 'sign-out' })
    const chosen = `assay_session=${'A'.repeat(43)}`
    const fresh = await signIn(app, 'victim@example.org', { headers: { cookie: chosen } })
    expect([fresh.status, (await me(app, chosen)).status]).toEqual([200, 401])
  })

  it('count for nothing when the cookie is there twice, is broken, or stands in a name that only looks alike', async () => {
    const app = get()
    const { cookie } = await signedIn(app, 'twice@example.org')
    const other = await signedIn(app, 'tossed@example.org')
    const secret = cookie.split('=')[1]
    const bad = [
      `${cookie}; ${other.cookie}`,
      `${other.cookie}; ${cookie}`,
      `xassay_session=${secret}`,
      `ASSAY_SESSION=${secret}`,
      'assay_session=',
      'assay_session',
      `assay_session=${'x'.repeat(10_000)}`,
      `assay_session=${secret}%00`,
      ';;;=;',
    ]
    for (const each of bad) expect((await me(app, each)).status, each.slice(0, 60)).toBe(401)
    for (const each of [`a=b; ${cookie}`, `${cookie};x`, `${cookie}; ${cookie}`, ` ${cookie} `]) {
      expect((await me(app, each)).status, each).toBe(200)
    }
  })

  describe('POST /session', () => {
    it('answers the same for a wrong password, nobody, somebody without a password and somebody put out', async () => {
      const app = get()
      const right = await signedIn(app, 'right@example.org')
      const out = await signedIn(app, 'put-out@example.org')
      await app.person('no-password@example.org', 'Testers')
      await app.put(`/users/${out.id}.json`, { data: { attributes: { active: false } } })
      const answers = [
        await signIn(app, 'right@example.org', { password: 'wrong' }),
        await signIn(app, 'right@example.org', { password: 'x'.repeat(50_000) }),
        await signIn(app, 'nobody@example.org'),
        await signIn(app, 'no-password@example.org'),
        await signIn(app, 'put-out@example.org'),
        await signIn(app, 'no e-mail at all'),
      ]
      const seen = answers.map(({ status, body, headers }) => [
        status,
        body,
        headers['set-cookie'],
        headers['www-authenticate'],
      ])
      const refusal = { errors: [{ status: '401', title: 'E-mail or password is wrong' }] }
      for (const each of seen) expect(each).toEqual([401, refusal, undefined, undefined])
      const [failure] = await audit(app, right.id)
      expect(failure).toMatchObject({ action: 'sign-in-failure', 'user-id': null, 'token-kind': 'none' })
      const [first, ...unknown] = (await audit(app, 0)).filter(({ action }) => action === 'sign-in-failure')
      // What was typed where an e-mail belongs may be a password.
      expect(first.changes.map(({ field }: Json) => field)).toEqual(['address', 'device'])
      expect(unknown[0].changes[0]).toEqual({ field: 'email', from: null, to: 'nobody@example.org' })
    })

    it('does the same work for a wrong e-mail as for a wrong password', async () => {
      const app = get()
      await signedIn(app, 'work@example.org')
      await app.person('idle-work@example.org', null)
      const { passwords } = app.people
      const done: string[] = []
      const { matches, pretend } = passwords
      Object.assign(passwords, {
        matches: (...sent: Parameters<typeof matches>) => {
          done.push('hash')
          return matches(...sent)
        },
        pretend: (...sent: Parameters<typeof pretend>) => {
          done.push('hash')
          return pretend(...sent)
        },
      })
      for (const email of ['work@example.org', 'nobody-at-work@example.org', 'idle-work@example.org']) {
        done.length = 0
        await signIn(app, email, { password: 'wrong' })
        expect(done, email).toEqual(['hash'])
      }
      Object.assign(passwords, { matches, pretend })
    })

    it.each([
      ['no body', undefined, 400],
      ['an array', '[]', 400],
      ['broken JSON', '{"email"', 400],
      ['no password', { email: 'a@b' }, 422],
      ['a number as password', { email: 'a@b', password: 1234567890 }, 422],
      ['objects', { email: {}, password: [] }, 422],
      ['a flag that is none', { email: 'a@b', password: 'x', remember: 'yes' }, 422],
      ['too much', { email: 'a@b', password: 'x'.repeat(70_000) }, 413],
    ])('refuses %s, and never shows what was sent', async (_, body, status) => {
      const answer = await get().call('POST', '/session', body, { token: null, madeUp: true })
      expect(answer.status, answer.text).toBe(status)
      expect(titles(answer).join()).not.toMatch(/1234567890|xxx/)
    })

    it('is closed to pages of other sites, which would sign visitors in as somebody else', async () => {
      const app = get()
      await signedIn(app, 'csrf@example.org')
      const from = async (headers: Record<string, string>) =>
        (await signIn(app, 'csrf@example.org', { headers: { host: 'assay.test', ...headers } })).status
      expect(await from({ 'sec-fetch-site': 'cross-site', 'x-assay-console': '1' })).toBe(403)
      expect(await from({ 'sec-fetch-site': 'same-site' })).toBe(403)
      expect(await from({ origin: 'https://evil.test' })).toBe(403)
      expect(await from({ origin: 'null' })).toBe(403)
      expect(await from({ origin: 'http://assay.test.evil.test' })).toBe(403)
      expect(await from({ origin: 'http://assay.test' })).toBe(200)
      // Behind a proxy that gives the server another name, the browser knows better.
      expect(await from({ origin: 'https://public.test', 'sec-fetch-site': 'same-origin' })).toBe(200)
      const headers = { origin: 'https://evil.test' }
      for (const path of ['/session/welcome', '/session/reset']) {
        expect((await app.call('POST', path, { email: 'x' }, { token: null, headers, madeUp: true })).status).toBe(403)
      }
    })

    it('takes passwords however their letters are put together', async () => {
      const app = get()
      const { id } = await app.person('unicode@example.org', null)
      await givePassword(app, id, 'Zu\u0308rich by night')
      expect((await signIn(app, 'unicode@example.org', { password: 'Z\u00fcrich by night' })).status).toBe(200)
    })

    it('hashes an old password anew', async () => {
      const app = get()
      const { id } = await signedIn(app, 'renewed@example.org')
      const { db } = app.database.read
      const stored = async () =>
        (await db.selectFrom('passwords').select('hash').where('user_id', '=', id).executeTakeFirstOrThrow()).hash
      const { createPasswordHasher } = await import('../../people/password-hash.ts')
      const old = await createPasswordHasher({ cost: 2, blockSize: 8, parallel: 1 }).make(PASSWORD)
      await app.database.write(0, (tx) =>
        tx.db.updateTable('passwords').set({ hash: old }).where('user_id', '=', id).execute(),
      )
      expect((await signIn(app, 'renewed@example.org', { password: 'wrong' })).status).toBe(401)
      expect(await stored()).toBe(old)
      expect((await signIn(app, 'renewed@example.org')).status).toBe(200)
      expect(await stored()).toMatch(/^scrypt\$4\$8\$1\$/)
      expect((await signIn(app, 'renewed@example.org')).status).toBe(200)
    })
  })

  it('keep the beginning only of what a browser calls itself', async () => {
    const app = get()
    const { id } = await signedIn(app, 'wordy@example.org')
    const headers = { 'user-agent': 'x'.repeat(100_000) }
    const cookie = cookieOf(await signIn(app, 'wordy@example.org', { headers }))
    await signIn(app, 'wordy@example.org', { headers, password: 'wrong' })
    const [session] = (await app.get('/me/sessions.json', ofConsole(cookie))).body.data
    expect(session.attributes.device).toBe('x'.repeat(300))
    expect(JSON.stringify(await audit(app, id)).length).toBeLessThan(5_000)
  })

  describe('me/sessions.json', () => {
    it('lists where one is signed in, and ends the others or some of them', async () => {
      const app = get()
      const { id, cookie } = await signedIn(app, 'devices@example.org')
      const phone = cookieOf(await signIn(app, 'devices@example.org', { headers: { 'user-agent': 'Phone' } }))
      const laptop = cookieOf(
        await signIn(app, 'devices@example.org', { headers: { 'user-agent': 'Laptop' }, from: '203.0.113.7' }),
      )
      const list = async () => (await app.get('/me/sessions.json', ofConsole(laptop))).body
      const { data, meta } = await list()
      expect(meta['total-count']).toBe(3)
      expect(data.map(({ attributes }: Json) => [attributes.device, attributes.current])).toEqual([
        ['Laptop', true],
        ['Phone', false],
        [expect.any(String), false],
      ])
      expect(data[0].attributes).toMatchObject({ address: '203.0.113.7', remember: false })
      const one = await app.del(`/me/sessions.json?session-ids=${data[1].id}`, ofConsole(laptop))
      expect(one.body.data).toEqual([{ id: data[1].id, type: 'sessions' }])
      expect([(await me(app, phone)).status, (await me(app, cookie)).status]).toEqual([401, 200])
      const own = await app.del(`/me/sessions.json?session-ids=${data[0].id}`, ofConsole(laptop))
      expect(own.body.data).toEqual([])
      await app.del('/me/sessions.json', ofConsole(laptop))
      expect([(await me(app, cookie)).status, (await me(app, laptop)).status]).toEqual([401, 200])
      const ends = (await audit(app, id)).filter(({ action }) => action === 'sign-out')
      expect(ends).toHaveLength(2)
    })

    it('shows and ends nobody else’s, and all of them for a token', async () => {
      const app = get()
      const { cookie } = await signedIn(app, 'private@example.org')
      const { id } = (await app.get('/me/sessions.json', ofConsole(cookie))).body.data[0]
      const other = await signedIn(app, 'curious@example.org')
      const seen = (await app.get('/me/sessions.json', ofConsole(other.cookie))).body.data
      expect(seen.map((session: Json) => session.id)).not.toContain(id)
      expect((await app.del(`/me/sessions.json?session-ids=${id}`, { token: other.token })).body.data).toEqual([])
      expect((await me(app, cookie)).status).toBe(200)
      expect((await app.del('/me/sessions.json', { token: other.token })).body.data).toHaveLength(1)
      expect((await me(app, other.cookie)).status).toBe(401)
      expect((await app.get('/me/sessions.json')).status).toBe(403)
    })
  })

  it('end at once with the user who is put out, whose personal token is nothing either until they are back', async () => {
    const app = get()
    const { id, cookie, token } = await signedIn(app, 'leaver@example.org')
    const works = async () => [(await me(app, cookie)).status, (await app.get('/me.json', { token })).status]
    expect(await works()).toEqual([200, 200])
    const set = (active: boolean) => app.put(`/users/${id}.json`, { data: { attributes: { active } } })
    expect((await set(false)).body.data.attributes.active).toBe(false)
    expect(await works()).toEqual([401, 401])
    expect((await app.post(`/users/${id}/invitation.json`)).status).toBe(422)
    await set(true)
    expect(await works()).toEqual([401, 200])
    expect((await signIn(app, 'leaver@example.org')).status).toBe(200)
    // Sending back what one was shown is no change.
    const self = (active: boolean) => app.put(`/users/${id}.json`, { data: { attributes: { active } } }, { token })
    expect([(await self(true)).status, (await self(false)).status]).toEqual([200, 403])
    const owner = cookieOf(await givePassword(app, app.ownerId))
    const out = await app.put(
      `/users/${app.ownerId}.json`,
      { data: { attributes: { active: false } } },
      ofConsole(owner),
    )
    expect([out.status, titles(out)[0]]).toEqual([422, 'You cannot put yourself out: another account owner can'])
  })

  it('are a hundred for one user at most, and go when they are over', async () => {
    const app = get()
    const { id } = await signedIn(app, 'many@example.org')
    const { insertSession } = await import('../../people/sessions.store.ts')
    const { tendPeople } = await import('../../people/housekeeping.ts')
    const { db } = app.database.read
    const count = async () => (await db.selectFrom('sessions').select('id').where('user_id', '=', id).execute()).length
    const now = Date.now()
    const place = { address: '::1', device: 'x', remember: false, via: 'password' as const, now }
    await app.database.write(120, async (tx) => {
      for (let i = 0; i < 110; i++) await insertSession(tx, { id, account_id: app.accountId }, place)
    })
    expect(await count()).toBe(100)
    await tendPeople(app.database, now + 12 * HOUR - 1000)
    expect(await count()).toBe(100)
    await tendPeople(app.database, now + 12 * HOUR + 1000)
    expect(await count()).toBe(0)
  })
})
