/** A mail of plain text. */
export interface Mail {
  to: string
  subject: string
  text: string
}

/** Sends mails; undefined in its place = this server sends none. */
export interface Mailer {
  /** Hands a mail to the server for outgoing mail; rejects when that does not take it. */
  send(mail: Mail): Promise<void>
  close(): void
}

/** How mails leave: `url` like `smtps://user:password@mail.example.org`. */
export interface MailSettings {
  url: string
  from: string
}

/** How long the server for outgoing mail may take for each step, in milliseconds. */
const PATIENCE = 10_000

/** A mailer by SMTP; nothing is sent yet. */
export async function createSmtpMailer({ url, from }: MailSettings): Promise<Mailer> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport(
    { url, connectionTimeout: PATIENCE, greetingTimeout: PATIENCE, socketTimeout: PATIENCE },
    // Nothing in a mail is ever read from a file or fetched from an address.
    { from, disableFileAccess: true, disableUrlAccess: true },
  )
  return {
    async send(mail) {
      // As an object: what stands in an address must not be read as several of them.
      await transport.sendMail({ ...mail, to: { name: '', address: mail.to } })
    },
    close: () => transport.close(),
  }
}

const signature = '\n\nIf you did not expect this mail, nobody needs to do anything: the link alone changes nothing.\n'

/** The mail with which somebody is invited. */
export const invitationMail = (to: string, link: string): Mail => ({
  to,
  subject: 'Your account on Assay',
  text: `You have an account on Assay. Choose a password here, within 7 days:\n\n${link}${signature}`,
})

/** The mail for somebody who forgot their password. */
export const resetMail = (to: string, link: string): Mail => ({
  to,
  subject: 'A new password for Assay',
  text: `Somebody asked for a new password for your account on Assay. Choose one here, within an hour:\n\n${link}${signature}`,
})
