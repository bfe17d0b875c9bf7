import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

/** Seconds that a code is shown for. */
const PERIOD = 30
const DIGITS = 6

const totpOf = (secret: string, label = '') =>
  new TOTP({
    issuer: 'Assay',
    label,
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD,
    secret: Secret.fromBase32(secret),
  })

/** A secret of 160 bits, as apps take it (RFC 6238). */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

/** What an app reads from a QR code. */
export const totpUrl = (secret: string, email: string): string => totpOf(secret, email).toString()

/** The code that an app shows at a time. */
export const codeAt = (secret: string, now: number): string => totpOf(secret).generate({ timestamp: now })

/**
 * The step of time whose code this is, of now or one beside it, for clocks differ; undefined for another code. A step grows
 * by one every half a minute, so that whoever keeps the last one takes no code twice.
 */
export function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const delta = totpOf(secret).validate({ token: code, timestamp: now, window: 1 })
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD) + delta
}

/** So many codes for when the app is lost are handed out at once. */
export const RECOVERY_CODES = 10

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A code of 80 random bits for when the app is lost, in letters that look like no others: `abcd-efgh-jkmn-pqrs`. */
export function newRecoveryCode(): string {
  const letters = Array.from(randomBytes(16), (byte) => LETTERS[byte % LETTERS.length])
  return [0, 4, 8, 12].map((from) => letters.slice(from, from + 4).join('')).join('-')
}

/** A code as it is compared, however it was typed. */
export const plainCode = (code: string): string => code.toLowerCase().replace(/[\s-]/g, '')
