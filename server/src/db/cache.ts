import type { Cache, Reader } from './handle.ts'

/** So many answers are kept at most, far more than a server has tokens and projects in use at once. */
const MAX_ANSWERS = 10_000

/**
 * A cache that is emptied everything as soon as `version` changes, so that a token revoked or a permission withdrawn
 * anywhere counts at once.
 */
export function createCache(version: () => number): Cache {
  const answers = new Map<string, unknown>()
  let known: number | undefined
  return {
    cached<T>(key: string, read: () => Promise<T>) {
      const now = version()
      if (now !== known || answers.size >= MAX_ANSWERS) {
        answers.clear()
        known = now
      } else if (answers.has(key)) {
        return answers.get(key) as T
      }
      return read().then((answer) => {
        // A commit while it was read may have made it old.
        if (known === now && version() === now) answers.set(key, answer)
        return answer
      })
    },
  }
}

/** What `key` names, from the cache where the reader has one. The key says everything that the answer depends on. */
export function cached<T>({ cache }: Pick<Reader, 'cache'>, key: string, read: () => Promise<T>): Promise<T> | T {
  return cache === undefined ? read() : cache.cached(key, read)
}
