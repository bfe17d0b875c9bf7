import { describe, expect, it } from 'vitest'
import { codeAt } from '../../people/totp.ts'
import { type Answered, type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'
import { cookieOf, inviteCode, ofConsole, PASSWORD, signedIn } from '../../test/sign-in.ts'

onEveryDatabase('the second factor', (get) => {
  let addresses = 0
  const signIn = (app: TestApp, email: string, more: Json = {}): Promise<Answered> => {
    const from = `10.7.${++addresses >> 8}.${addresses & 255}`
    return app.call('POST', '/session', { email, password: PASSWORD, ...more }, { token: null, from })
  }
  const confirm = (app: TestApp, cookie: string, attributes: Json) =>
    app.put('/me/totp.json', { data: { attributes } }, ofConsole(cookie))
  /** The code of the app that comes after the one of now, which a server takes already. */
  const nextCode = (secret: string) => codeAt(secret, Date.now() + 30_000)
  /** Somebody with a second factor, which was confirmed by the code of now. */
  async function withFactor(app: TestApp, email: string) {
    const person = await signedIn(app, email)
    const begun = await app.post('/me/totp.json', undefined, ofConsole(person.cookie))
    const { secret } = begun.body.data.attributes
    const code = codeAt(secret, Date.now())
    const done = await confirm(app, person.cookie, { code })
    expect(done.status, done.text).toBe(200)
    const recovery: string[] = done.body.data.attributes['recovery-codes']
    return { ...person, secret: String(secret), used: code, recovery }
  }
  const NEEDED = { status: '401', title: 'A code of the second factor is needed', meta: { 'second-factor': true } }

  it('is set up with a secret, confirmed by a code, and asked for from then on', async () => {
    const app = get()
    const { cookie } = await signedIn(app, 'begin@example.org')
    const begun = await app.post('/me/totp.json', undefined, ofConsole(cookie))
    const { secret, 'otpauth-url': url } = begun.body.data.attributes
    expect(url).toContain(`otpauth://totp/Assay:begin%40example.org?issuer=Assay&secret=${secret}`)
    const shown = async () => (await app.get('/me/totp.json', ofConsole(cookie))).body.data.attributes
    expect(await shown()).toEqual({ confirmed: false, required: false, 'recovery-codes-left': 0 })
    // It counts for nothing yet.
    expect((await signIn(app, 'begin@example.org')).status).toBe(200)
    expect((await confirm(app, cookie, { code: '000000' })).status).toBe(422)
    const code = codeAt(secret, Date.now())
    const done = await confirm(app, cookie, { code })
    const codes = done.body.data.attributes['recovery-codes']
    expect([codes.length, new Set(codes).size]).toEqual([10, 10])
    expect(await shown()).toEqual({ confirmed: true, required: false, 'recovery-codes-left': 10 })
    const asked = await signIn(app, 'begin@example.org')
    expect([asked.status, asked.body.errors[0]]).toEqual([401, expect.objectContaining(NEEDED)])
    expect(asked.headers['set-cookie']).toBeUndefined()
    // Whoever has a wrong password learns nothing of it.
    const wrong = await signIn(app, 'begin@example.org', { password: 'wrong' })
    expect(titles(wrong)).toEqual(['E-mail or password is wrong'])
    // The code that confirmed it is used up.
    expect((await signIn(app, 'begin@example.org', { code })).status).toBe(401)
    expect((await app.post('/me/totp.json', undefined, ofConsole(cookie))).status).toBe(422)
    expect((await confirm(app, cookie, { code: nextCode(secret) })).status).toBe(422)
  })

  it('takes each code once, also when it comes many times at once, and none older than the last', async () => {
    const app = get()
    const { secret, used } = await withFactor(app, 'once@example.org')
    expect((await signIn(app, 'once@example.org', { code: used })).status).toBe(401)
    const next = nextCode(secret)
    const now = codeAt(secret, Date.now())
    const at = await Promise.all(Array.from({ length: 5 }, () => signIn(app, 'once@example.org', { code: next })))
    expect(at.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401])
    expect((await signIn(app, 'once@example.org', { code: now })).status).toBe(401)
  })

  it('takes codes for when the app is lost, once each, however they are typed', async () => {
    const app = get()
    const { id, recovery, cookie } = await withFactor(app, 'lost@example.org')
    const [one = '', two = ''] = recovery
    expect((await signIn(app, 'lost@example.org', { code: one })).status).toBe(200)
    expect((await signIn(app, 'lost@example.org', { code: one })).status).toBe(401)
    expect((await signIn(app, 'lost@example.org', { code: ` ${two.toUpperCase().replaceAll('-', ' ')}` })).status).toBe(
      200,
    )
    const other = await withFactor(app, 'other-lost@example.org')
    expect((await signIn(app, 'lost@example.org', { code: other.recovery[0] })).status).toBe(401)
    const left = await app.get('/me/totp.json', ofConsole(cookie))
    expect(left.body.data.attributes['recovery-codes-left']).toBe(8)
    const rows = await app.database.read.db.selectFrom('recovery_codes').selectAll().where('user_id', '=', id).execute()
    for (const code of recovery) expect(JSON.stringify(rows)).not.toContain(code)
  })

  it('cannot be guessed', async () => {
    const app = get()
    const { secret } = await withFactor(app, 'guess@example.org')
    const statuses = []
    for (let i = 0; i < 11; i++)
      statuses.push((await signIn(app, 'guess@example.org', { code: `99999${i % 10}` })).status)
    expect(statuses).toEqual([...Array(10).fill(401), 429])
    const right = nextCode(secret)
    expect((await signIn(app, 'guess@example.org', { code: right })).status).toBe(429)
  })

  it('is asked for by links that set a password as well, which stay good until then', async () => {
    const app = get()
    const { id, secret } = await withFactor(app, 'linked@example.org')
    const code = await inviteCode(app, id)
    const welcome = (more: Json) => {
      const body = { code, password: 'a longer password still', ...more }
      return app.call('POST', '/session/welcome', body, { token: null, from: '10.8.0.1' })
    }
    const asked = await welcome({})
    expect([asked.status, asked.body.errors[0]]).toEqual([401, expect.objectContaining(NEEDED)])
    const wrong = await welcome({ 'second-factor': '000000' })
    expect([wrong.status, wrong.body.errors[0].source]).toEqual([422, { pointer: '/second-factor' }])
    expect((await signIn(app, 'linked@example.org')).body.errors[0]).toMatchObject(NEEDED)
    const done = await welcome({ 'second-factor': nextCode(secret) })
    expect(done.status, done.text).toBe(200)
  })

  it('is switched off by a code of it, or by an account owner for somebody who lost it', async () => {
    const app = get()
    const { id, cookie, secret } = await withFactor(app, 'off@example.org')
    expect((await confirm(app, cookie, { code: '000000', enabled: false })).status).toBe(422)
    const off = await confirm(app, cookie, { code: nextCode(secret), enabled: false })
    expect(off.body.data.attributes).toEqual({ confirmed: false, 'recovery-codes': [] })
    expect((await signIn(app, 'off@example.org')).status).toBe(200)
    const again = await withFactor(app, 'taken@example.org')
    expect((await app.del(`/users/${again.id}/totp.json`, { token: again.token })).status).toBe(403)
    expect((await app.del(`/users/${again.id}/totp.json`)).body.data).toEqual({ id: String(again.id), type: 'totp' })
    expect((await signIn(app, 'taken@example.org')).status).toBe(200)
    const audit = await app.get(`/audit.json?entity=user&entity-id=${id}&action=update`)
    const changes = audit.body.data.map(({ attributes }: Json) => attributes.changes[0])
    expect(changes.slice(0, 2)).toEqual([
      { field: 'second-factor', from: true, to: false },
      { field: 'second-factor', from: false, to: true },
    ])
    expect(audit.text).not.toContain(secret)
  })

  it.each([
    ['a number', { code: 123456 }],
    ['nothing', {}],
    ['an object', { code: {} }],
    ['a flag that is none', { code: '123456', enabled: 'no' }],
  ])('refuses %s', async (_, attributes) => {
    const app = get()
    const { token } = await app.person(`refused${++addresses}@example.org`, null)
    const answer = await app.put('/me/totp.json', { data: { attributes } }, { token, madeUp: true })
    expect(answer.status, answer.text).toBe(422)
  })

  describe('where the account requires it', () => {
    const require = (app: TestApp, required: unknown, options = {}) =>
      app.put('/account.json', { data: { attributes: { 'require-second-factor': required } } }, options)

    it('leaves nothing to do but set it up, and tokens as they are', async () => {
      const app = get()
      const { cookie, token } = await signedIn(app, 'must@example.org')
      const ready = await withFactor(app, 'ready@example.org')
      expect((await require(app, true)).body.data.attributes).toMatchObject({ 'require-second-factor': true })
      const options = ofConsole(cookie)
      for (const path of ['/projects.json', '/users.json', '/me/sessions.json']) {
        const refused = await app.get(path, options)
        expect([refused.status, titles(refused)[0]]).toEqual([
          403,
          expect.stringMatching(/wants a second factor of everybody/),
        ])
      }
      expect((await app.put('/me/password.json', { data: { attributes: {} } }, options)).status).toBe(403)
      expect((await app.get('/me.json', options)).status).toBe(200)
      expect((await app.get('/me/totp.json', options)).body.data.attributes.required).toBe(true)
      expect((await app.get('/projects.json', { token })).status).toBe(200)
      expect((await app.get('/projects.json', ofConsole(ready.cookie))).status).toBe(200)
      const { secret } = (await app.post('/me/totp.json', undefined, options)).body.data.attributes
      expect((await app.get('/projects.json', options)).status).toBe(403)
      await confirm(app, cookie, { code: codeAt(secret, Date.now()) })
      expect((await app.get('/projects.json', options)).status).toBe(200)
      const fresh = await signedIn(app, 'late@example.org')
      expect((await app.get('/projects.json', ofConsole(fresh.cookie))).status).toBe(403)
      await require(app, false)
      expect((await app.get('/projects.json', ofConsole(fresh.cookie))).status).toBe(200)
      const audit = await app.get('/audit.json?entity=account')
      expect(audit.body.data.map(({ attributes }: Json) => attributes.changes)).toEqual([
        [{ field: 'require-second-factor', from: true, to: false }],
        [{ field: 'require-second-factor', from: false, to: true }],
      ])
    })

    it('is for account owners to say, and says so of everything else', async () => {
      const app = get()
      const { token } = await app.person('member@example.org', 'Administrators')
      expect((await require(app, true, { token })).status).toBe(403)
      expect((await require(app, 'yes', { madeUp: true })).status).toBe(422)
      expect((await app.get('/account.json')).body.data.attributes).toEqual({
        name: 'Assay',
        'require-second-factor': false,
      })
      const other = await app.otherAccount()
      await require(app, true, { token: other.token })
      expect((await app.get('/account.json')).body.data.attributes['require-second-factor']).toBe(false)
      expect(cookieOf(await signIn(app, 'member@example.org'))).toBe('undefined')
    })
  })
})
