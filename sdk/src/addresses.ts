/** Values of one query parameter; `undefined` and `null` leave it out, arrays are joined with commas. */
export type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[]
export type Query = Record<string, QueryValue>

/** The API root for what a person configured: with or without trailing slashes, with or without `/api/v2`. */
export function apiRoot(baseUrl: string): string {
  const url = new URL(baseUrl)
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path.endsWith('/api/v2') ? path : `${path}/api/v2`}`
}

/** The address of `path` under the API root, with the query appended. */
export function requestUrl(root: string, path: string, query: Query = {}): string {
  const url = `${root}/${path.replace(/^\/+/, '')}`
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue
    parameters.append(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  if (parameters.size === 0) return url
  return `${url}${url.includes('?') ? '&' : '?'}${parameters}`
}

/**
 * The path of a `links.next` below the API root. Only what follows `/api/v2/` counts: the token goes to the configured
 * server and nowhere else, also when the server knows itself by another name.
 */
export function pathOfLink(link: string): string {
  const url = new URL(link, 'http://server')
  const path = url.pathname.replace(/^.*?\/(?:api\/)?v2\//, '')
  return `${path}${url.search}`
}
