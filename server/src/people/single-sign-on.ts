import { createHmac } from 'node:crypto'
import { newSecret } from '../auth/session.ts'
import { apiError } from '../core/errors.ts'
import { memoize } from '../core/memoize.ts'
import type { GroupRule, Identity } from './single-sign-on.rules.ts'

/** What an operator says of the identity provider. */
export interface SingleSignOnSettings {
  issuer: string
  clientId: string
  clientSecret: string
  /** What people call it. */
  name: string
  /** Domains of e-mails that may come in, in lower case; none: all. */
  allowedDomains: readonly string[]
  /** Whether whoever is not known becomes a user. */
  createUsers: boolean
  groupsClaim: string | undefined
  groupsMap: readonly GroupRule[]
}

/** Signs in by OpenID Connect: authorization code with PKCE, state and nonce (contract §14.3). */
export interface SingleSignOn {
  settings: SingleSignOnSettings
  /** Where to send the browser, and the secret by which it is known when it comes back. Throws 503 without provider. */
  begin(callback: string): Promise<{ url: string; secret: string }>
  /** Who came back to an address. Throws 401 for what is no answer to what the browser of the secret began. */
  finish(address: string, secret: string): Promise<Identity>
}

/** State, nonce and verifier are made of one secret, which only the browser has: nothing is stored meanwhile. */
const derived = (secret: string, purpose: 'state' | 'nonce' | 'verifier') =>
  createHmac('sha256', secret).update(purpose).digest('base64url')

/** Asks the provider when it is first needed; nothing is opened before. */
export function createSingleSignOn(settings: SingleSignOnSettings, warn: (message: string) => void): SingleSignOn {
  const { issuer, clientId, clientSecret, name, groupsClaim } = settings
  const connect = memoize(async () => {
    const client = await import('openid-client')
    const server = new URL(issuer)
    const execute = server.protocol === 'http:' ? [client.allowInsecureRequests] : []
    return { client, config: await client.discovery(server, clientId, clientSecret, undefined, { execute }) }
  })
  async function connected() {
    try {
      return await connect()
    } catch (error) {
      warn(`${name} cannot be asked: ${(error as Error).message}`)
      throw apiError('unavailable', { title: `${name} does not answer; try again shortly` }, { 'retry-after': '5' })
    }
  }
  return {
    settings,
    async begin(callback) {
      const { client, config } = await connected()
      const secret = newSecret()
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: callback,
        scope: 'openid email profile',
        code_challenge: await client.calculatePKCECodeChallenge(derived(secret, 'verifier')),
        code_challenge_method: 'S256',
        state: derived(secret, 'state'),
        nonce: derived(secret, 'nonce'),
      })
      return { url: url.href, secret }
    },
    async finish(address, secret) {
      const { client, config } = await connected()
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(address), {
          pkceCodeVerifier: derived(secret, 'verifier'),
          expectedState: derived(secret, 'state'),
          expectedNonce: derived(secret, 'nonce'),
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (claims === undefined) throw new Error('there is no ID token')
        const more = config.serverMetadata().userinfo_endpoint
          ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
          : {}
        const all: Record<string, unknown> = { ...more, ...claims }
        const { email, email_verified: isVerified, name: called } = all
        const groups = groupsClaim === undefined ? undefined : all[groupsClaim]
        return { issuer: claims.iss, subject: claims.sub, email, isVerified, name: called, groups }
      } catch (error) {
        warn(`a sign-in by ${name} failed: ${(error as Error).message}`)
        throw apiError('unauthorized', { title: `Signing in by ${name} failed or was given up; begin again` })
      }
    },
  }
}
