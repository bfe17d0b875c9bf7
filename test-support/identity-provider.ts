import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** What the provider says of somebody, by the name they sign in with there. */
export type Claims = Record<string, unknown>

/** A provider of OpenID Connect, to which people sign in with a name. */
export interface IdentityProvider {
  issuer: string
  clientId: string
  clientSecret: string
  people: Map<string, Claims>
  /** Goes where a browser is sent, signs in there and agrees; answers the address that it is sent back to. */
  visit(address: string, login: string): Promise<string>
  stop(): Promise<void>
}

/** Starts a provider that knows one client, which is called back at an address. */
export async function startIdentityProvider(callback: string): Promise<IdentityProvider> {
  const people = new Map<string, Claims>()
  let answer: ReturnType<Provider['callback']> = (_, response) => response.end()
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = { clientId: 'assay', clientSecret: 'oidc-secret-0123456789-0123456789' }
  // Development keys and pages are what is wanted here, and said to be so on every start.
  const { info, warn } = console
  Object.assign(console, { info: () => {}, warn: () => {} })
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [callback] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    cookies: { keys: ['of no importance'] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
    pkce: { required: () => true },
    findAccount: (_: unknown, id: string) =>
      people.has(id) ? { accountId: id, claims: () => ({ sub: id, ...people.get(id) }) } : undefined,
    features: { devInteractions: { enabled: true } },
  })
  answer = provider.callback()
  Object.assign(console, { info, warn })

  async function visit(address: string, login: string): Promise<string> {
    const jar = new Map<string, string>()
    let url = address
    for (let step = 0; step < 20; step++) {
      const isForm = url.includes('/interaction/')
      const prompt = jar.has('asked') ? 'consent' : 'login'
      if (isForm) jar.set('asked', 'yes')
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const sent = await fetch(url, {
        redirect: 'manual',
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
        ...(isForm ? { method: 'POST', body: new URLSearchParams({ prompt, login, password: 'any' }) } : {}),
      })
      for (const set of sent.headers.getSetCookie()) {
        const [name = '', value = ''] = (set.split(';')[0] as string).split('=')
        jar.set(name, value)
      }
      const location = sent.headers.get('location')
      if (location === null) throw new Error(`${sent.status} at ${url}: ${(await sent.text()).slice(0, 500)}`)
      url = new URL(location, url).href
      if (url.startsWith(callback)) return url
    }
    throw new Error('the provider leads nowhere')
  }

  return {
    issuer,
    ...client,
    people,
    visit,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
