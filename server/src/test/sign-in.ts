import type { Answered, TestApp } from './build-app.ts'

export const PASSWORD = 'correct horse battery'

/** The cookie that an answer sets, as the browser sends it back. */
export const cookieOf = ({ headers }: Pick<Answered, 'headers'>): string =>
  String(headers['set-cookie']).split(';')[0] as string

/** What a page of ours sends with every request. */
export const ofConsole = (cookie: string) => ({ token: null, headers: { cookie, 'x-assay-console': '1' } })

/** The code of the link that an invitation of a user answers. */
export async function inviteCode(app: TestApp, id: number): Promise<string> {
  const { body, text } = await app.post(`/users/${id}/invitation.json`)
  if (body.data === undefined) throw new Error(text)
  return body.data.attributes.url.split('/').at(-1)
}

/** Gives a user a password. */
export async function givePassword(app: TestApp, id: number, password = PASSWORD): Promise<Answered> {
  const code = await inviteCode(app, id)
  return app.call('POST', '/session/welcome', { code, password }, { token: null })
}

interface SigningIn {
  password?: string
  headers?: Record<string, string>
  remember?: boolean
  /** The address that they sign in from; left out: one that nobody else has. */
  from?: string
}

let strangers = 0

/** Signs in, and answers what the server did. */
export async function signIn(
  app: TestApp,
  email: string,
  { password = PASSWORD, headers = {}, from, ...more }: SigningIn = {},
): Promise<Answered> {
  strangers++
  const address = from ?? `10.1.${strangers >> 8}.${strangers & 255}`
  return app.call('POST', '/session', { email, password, ...more }, { token: null, headers, from: address })
}

/** A user in a group of the Demo project who is signed in. */
export async function signedIn(
  app: TestApp,
  email: string,
  group: string | null = 'Testers',
): Promise<{ id: number; token: string; cookie: string }> {
  const person = await app.person(email, group)
  return { ...person, cookie: cookieOf(await givePassword(app, person.id)) }
}
