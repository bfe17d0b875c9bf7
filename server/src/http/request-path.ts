/** A request target split into the path routes are matched on, its format suffix, and the query text. */
export interface Target {
  path: string
  /** `json` when the path ended in `.json`, another word for `.xml` and the like, undefined without a suffix. */
  suffix: string | undefined
  query: string
}

/**
 * Folds the spellings of a path into one: repeated slashes collapse, `/v2/…` is `/api/v2/…`, and a format suffix on
 * the last segment is taken off (contract §1.1).
 */
export function splitTarget(url: string): Target {
  const mark = url.indexOf('?')
  const query = mark === -1 ? '' : url.slice(mark + 1).replace(/#.*$/s, '')
  let path = (mark === -1 ? url : url.slice(0, mark)).replace(/^https?:\/\/[^/]*/i, '').replace(/\/{2,}/g, '/')
  if (path.length > 1 && path.endsWith('/')) path = path.slice(0, -1)
  if (/^\/v2(\/|$)/.test(path)) path = `/api${path}`
  if (!/^\/(api|kittens)\//.test(path)) return { path: path || '/', suffix: undefined, query }
  const match = /^(.*[^/.])\.([a-z]{2,8})$/i.exec(path)
  return match
    ? { path: match[1] as string, suffix: (match[2] as string).toLowerCase(), query }
    : { path, suffix: undefined, query }
}
