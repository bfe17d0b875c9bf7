import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  from: string
  to: string[]
  /** Who sent it, as they said. */
  user: string | undefined
  /** Head and body, as they came. */
  text: string
}

/** A server for outgoing mail that keeps what it gets; a mail to `refused@…` it does not take. */
export interface MailServer {
  /** With the name and password that it asks for. */
  url: string
  mails: ReceivedMail[]
  stop(): Promise<void>
}

export async function startSmtp(): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      if (username === 'assay' && password === 'smtp-secret') done(null, { user: username })
      else done(new Error('wrong name or password'))
    },
    onRcptTo({ address }, _session, done) {
      done(address.startsWith('refused@') ? new Error('no such mailbox') : null)
    },
    onData(stream, { envelope, user }, done) {
      let text = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk) => {
        text += chunk
      })
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), user, text })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://assay:smtp-secret@127.0.0.1:${port}`,
    mails,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
