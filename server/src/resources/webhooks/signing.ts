import { createHmac, randomBytes } from 'node:crypto'
import { MAX_SECRET } from '../../core/limits.ts'
import { inside, type Problems } from '../../core/problems.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { withoutTrailing } from '../../core/text.ts'

const PREFIX = 'whsec_'

/** The bytes that a secret signs with; undefined unless it is `whsec_` and base64 of 24 to 64 bytes. */
export function keyOf(secret: string): Buffer | undefined {
  if (!secret.startsWith(PREFIX)) return undefined
  const base64 = secret.slice(PREFIX.length)
  if (base64.length > MAX_SECRET) return undefined
  const key = Buffer.from(base64, 'base64')
  const exact = withoutTrailing(key.toString('base64'), '=') === withoutTrailing(base64, '=')
  return exact && key.length >= 24 && key.length <= 64 ? key : undefined
}

/** A new secret of 32 random bytes. */
export const newSecret = () => `${PREFIX}${randomBytes(32).toString('base64')}`

/** The secret of a body; undefined when none is sent, and (with a problem) when it is not one. */
export function readSecret(sent: Input, problems: Problems): string | undefined {
  const { secret } = sent.values
  if (secret === undefined || secret === null) return undefined
  if (typeof secret === 'string' && keyOf(secret)) return secret
  problems.at(inside(sent.place, 'secret'), 'Secret must be whsec_ followed by base64 of 24 to 64 bytes')
  return undefined
}

/** How long the old secret signs too after a change, in milliseconds. */
export const ROTATION = 24 * 3_600_000

/** `webhook-signature` of the Standard Webhooks specification: one signature per secret, the newest first. */
export function sign(secrets: readonly string[], o: { id: string; timestamp: number; body: string }): string {
  return secrets
    .map((secret) => {
      const hmac = createHmac('sha256', keyOf(secret) as Buffer)
      return `v1,${hmac.update(`${o.id}.${o.timestamp}.${o.body}`).digest('base64')}`
    })
    .join(' ')
}
