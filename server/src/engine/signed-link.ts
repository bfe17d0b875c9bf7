import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a download link works: the contract asks for five minutes at least (§4.7). */
const LIFETIME = 15 * 60_000

export interface Link {
  accountId: number
  projectId: number
  id: number
}

const sign = (text: string, key: string) => createHmac('sha256', key).update(text).digest('base64url')

/** A token that names one attachment and needs no other credential until it expires. */
export function signLink({ accountId, projectId, id }: Link, key: string, now: number): string {
  const text = [accountId, projectId, id, now + LIFETIME].join('-')
  return `${text}-${sign(text, key)}`
}

/** The attachment a token names; undefined when it was tampered with or has expired. */
export function readLink(token: string, key: string, now: number): Link | undefined {
  const match = /^((\d+)-(\d+)-(\d+)-(\d+))-([\w-]+)$/.exec(token)
  if (!match) return undefined
  const expected = Buffer.from(sign(match[1] as string, key))
  const given = Buffer.from(match[6] as string)
  if (expected.length !== given.length || !timingSafeEqual(expected, given) || Number(match[5]) < now) return undefined
  return { accountId: Number(match[2]), projectId: Number(match[3]), id: Number(match[4]) }
}
