import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { freePort } from '../../../../test-support/free-port.ts'
import { type MailServer, startSmtp } from '../../../../test-support/smtp-server.ts'
import { createSmtpMailer } from '../../people/mail.ts'
import { onEveryDatabase } from '../../test/build-app.ts'
import { PASSWORD } from '../../test/sign-in.ts'

let smtp: MailServer
beforeAll(async () => {
  smtp = await startSmtp()
})
beforeEach(() => {
  smtp.mails.length = 0
})
afterAll(() => smtp.stop())

/** A mail without the marks of quoted-printable. */
const readable = (text: string) =>
  text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

onEveryDatabase(
  'mail over SMTP',
  (get) => {
    it('brings the link of an invitation, which then works', async () => {
      const app = get()
      const made = await app.post('/users.json?invite=true', { data: { attributes: { email: 'mailed@example.org' } } })
      expect(made.body.meta.invitation.mailed).toBe(true)
      const [mail] = smtp.mails
      expect(mail).toMatchObject({ from: 'assay@example.org', to: ['mailed@example.org'], user: 'assay' })
      const text = readable(mail?.text ?? '')
      expect(text).toMatch(/^Subject: Your account on Assay\r$/m)
      // Of the configured address, whatever the request said.
      const link = /https:\/\/assay\.example\.org\/welcome\/([\w-]{43})\r\n/.exec(text)
      const body = { code: link?.[1], password: PASSWORD }
      const done = await app.call('POST', '/session/welcome', body, { token: null })
      expect(done.status, done.text).toBe(200)
      expect(done.headers['set-cookie']).toMatch(/; Secure$/)
    })

    it('brings a link of this server only, whatever host a request for a new password names', async () => {
      const app = get()
      await app.person('target@example.org', null)
      const headers = { host: 'evil.test', 'x-forwarded-host': 'evil.test' }
      await app.call('POST', '/session/reset', { email: 'target@example.org' }, { token: null, headers })
      await app.people.settled()
      expect(smtp.mails.map(({ to }) => to)).toEqual([['target@example.org']])
      expect(readable(smtp.mails[0]?.text ?? '')).toContain('https://assay.example.org/welcome/')
      expect(smtp.mails[0]?.text).not.toContain('evil')
    })

    it('is one mail to one address, whatever stands in it', async () => {
      const app = get()
      for (const email of ['a,b@example.org', '"x"<y@example.org', 'x;y>@example.org']) {
        await app.post('/users.json?invite=true', { data: { attributes: { email } } })
      }
      expect(smtp.mails.every(({ to }) => to.length === 1)).toBe(true)
    })

    it('that is refused is told to who invites, and to nobody who asks for a new password', async () => {
      const app = get()
      const email = 'refused@example.org'
      const made = await app.post('/users.json?invite=true', { data: { attributes: { email } } })
      expect([made.status, made.body.meta.invitation.mailed]).toEqual([200, false])
      expect((await app.call('POST', '/session/reset', { email }, { token: null })).status).toBe(200)
      await app.people.settled()
      expect(smtp.mails).toEqual([])
    })
  },
  {
    baseUrl: 'https://assay.example.org',
    mailer: () => createSmtpMailer({ url: smtp.url, from: 'assay@example.org' }),
    warned: () => {},
  },
)

it('says why nothing can be sent, and never a password', async () => {
  const send = async (url: string) => {
    const mailer = await createSmtpMailer({ url, from: 'assay@example.org' })
    const error = await mailer.send({ to: 'a@example.org', subject: 'x', text: 'y' }).catch((reason: Error) => reason)
    mailer.close()
    return String(error)
  }
  expect(await send(`smtp://assay:smtp-secret@127.0.0.1:${await freePort()}`)).toMatch(/ECONNREFUSED/)
  const refused = await send(smtp.url.replace('smtp-secret', 'another-secret'))
  expect(refused).toMatch(/535/)
  expect(refused).not.toContain('another-secret')
})
