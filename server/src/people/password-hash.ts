import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { createTurns } from './turns.ts'

/** How much work a hash is: N is 2^cost. */
export interface PasswordWork {
  cost: number
  blockSize: number
  parallel: number
}

/** The work of a server (contract §14.2): 128 MiB and about a third of a second. */
export const PASSWORD_WORK: PasswordWork = { cost: 17, blockSize: 8, parallel: 1 }

/** What scrypt needs beside its table. */
const MEMORY = 1024 * 1024

const KEY_BYTES = 32
const SALT_BYTES = 16

/** Makes and checks hashes of passwords, a few at a time and never on the event loop. Throws 503 when too many wait. */
export interface PasswordHasher {
  /** The hash of a password with its salt and its work, as it is stored. */
  make(password: string): Promise<string>
  /** Whether the password is the one that was hashed. */
  matches(password: string, stored: string): Promise<boolean>
  /** The same work as `matches`, for somebody who has no password. */
  pretend(password: string): Promise<false>
  /** Whether a stored hash is of other work than new ones are. */
  isOutdated(stored: string): boolean
}

/** One spelling of what people type on different keyboards. */
const bytesOf = (password: string) => Buffer.from(password.normalize('NFKC'), 'utf8')

function derive(password: string, salt: Buffer, { cost, blockSize, parallel }: PasswordWork): Promise<Buffer> {
  const N = 2 ** cost
  const options: ScryptOptions = { N, r: blockSize, p: parallel, maxmem: MEMORY + 128 * N * blockSize * parallel }
  return new Promise((resolve, reject) => {
    scrypt(bytesOf(password), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

const spelled = ({ cost, blockSize, parallel }: PasswordWork) => `scrypt$${cost}$${blockSize}$${parallel}`

function parse(stored: string): { work: PasswordWork; salt: Buffer; key: Buffer } {
  const [, cost, blockSize, parallel, salt = '', key = ''] = stored.split('$')
  return {
    work: { cost: Number(cost), blockSize: Number(blockSize), parallel: Number(parallel) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  }
}

/** Hashes with scrypt. `work` is what new hashes take; stored ones say their own. */
export function createPasswordHasher(work: PasswordWork = PASSWORD_WORK): PasswordHasher {
  const inTurn = createTurns()
  const nobodysSalt = randomBytes(SALT_BYTES)
  return {
    async make(password) {
      const salt = randomBytes(SALT_BYTES)
      const key = await inTurn(() => derive(password, salt, work))
      return `${spelled(work)}$${salt.toString('base64url')}$${key.toString('base64url')}`
    },
    async matches(password, stored) {
      const { work: its, salt, key } = parse(stored)
      return timingSafeEqual(await inTurn(() => derive(password, salt, its)), key)
    },
    async pretend(password) {
      await inTurn(() => derive(password, nobodysSalt, work))
      return false
    },
    isOutdated: (stored) => !stored.startsWith(`${spelled(work)}$`),
  }
}
