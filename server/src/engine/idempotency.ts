import { createHash, type Hash } from 'node:crypto'
import { apiError } from '../core/errors.ts'
import { MAX_IDEMPOTENCY_KEY } from '../core/limits.ts'
import type { Reader, Tx } from '../db/handle.ts'
import { prepared } from '../db/prepared.ts'
import type { Answer } from './route.ts'

export const KEY_LIFETIME = 24 * 3_600_000

/** A request that carries an Idempotency-Key. */
export interface KeyedRequest {
  /** 0 for paths without a project. */
  projectId: number
  tokenId: number
  key: string
  requestHash: string
}

/** Reads the header: undefined when absent or empty; 422 unless short, printable ASCII (contract §1.18). */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  const key = Array.isArray(header) ? header[0] : header
  if (key === undefined || key === '') return undefined
  if (key.length > MAX_IDEMPOTENCY_KEY || !/^[\x20-\x7e]+$/.test(key)) {
    throw apiError('invalid', {
      title: `Idempotency-Key must be 1 to ${MAX_IDEMPOTENCY_KEY} printable ASCII characters`,
    })
  }
  return key
}

/** Starts the SHA-256 over method, path with query, and body bytes, which the caller adds. */
export const hashRequest = (method: string, url: string): Hash => createHash('sha256').update(`${method} ${url}\n`)

/** Requests of this process that are running under a key; PostgreSQL holds an advisory lock besides. */
const running = new Set<string>()

function inProgress(): Error {
  return apiError('conflict', {}, { 'retry-after': '1' })
}

/** Runs `work` while holding the key; 409 when a request with the same key is still running in this process. */
export async function holdingKey<T>(request: KeyedRequest, work: () => Promise<T>): Promise<T> {
  const name = `${request.projectId}/${request.tokenId}/${request.key}`
  if (running.has(name)) throw inProgress()
  running.add(name)
  try {
    return await work()
  } finally {
    running.delete(name)
  }
}

type Key = Omit<KeyedRequest, 'requestHash'>

const answersUnder = prepared(({ db }, { projectId, tokenId, key }: Key) =>
  db
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('token_id', '=', tokenId)
    .where('key', '=', key),
)

const putAnswer = prepared(
  ({ db }, { projectId, tokenId, key, requestHash, answer, now }: KeyedRequest & { answer: string; now: number }) => {
    const values = { request_hash: requestHash, answer, created_at: now }
    return db
      .insertInto('idempotency_keys')
      .values({ project_id: projectId, token_id: tokenId, key, ...values })
      .onConflict((conflict) => conflict.columns(['project_id', 'token_id', 'key']).doUpdateSet(values))
  },
)

/** Inside the transaction: the stored answer of a repeat, or undefined for a first execution. 409 and 422 as §1.18. */
export async function findAnswer(tx: Tx, request: KeyedRequest, now: number): Promise<Answer | undefined> {
  const { projectId, tokenId, key } = request
  if (!(await tx.dialect.tryLock(tx.db, `idempotency ${projectId} ${tokenId} ${key}`))) throw inProgress()
  const [stored] = await answersUnder(tx, { projectId, tokenId, key })
  if (!stored || now - stored.created_at >= KEY_LIFETIME) return undefined
  if (stored.request_hash !== request.requestHash) {
    throw apiError('invalid', {
      title: 'This Idempotency-Key was used for another request: method, path, query or body differ',
      detail: 'Use a new key for a new request; repeat a request with exactly the same bytes.',
    })
  }
  return JSON.parse(stored.answer) as Answer
}

/** Inside the transaction: keeps the answer of a first execution with its effect. */
export async function keepAnswer(tx: Tx, request: KeyedRequest, answer: Answer, now: number): Promise<void> {
  await putAnswer(tx, { ...request, answer: JSON.stringify(answer), now })
}

/** Removes keys that are past their lifetime. */
export async function dropOldKeys(tx: Pick<Reader, 'db'>, now: number): Promise<void> {
  await tx.db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', now - KEY_LIFETIME)
    .execute()
}
