/** Values of one query parameter; `undefined` and `null` leave it out, arrays are joined with commas. */
export type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[]
export type Query = Readonly<Record<string, QueryValue>>

/** The address of the server for what a person configured: with or without trailing slashes, with or without `/api/v2`. */
export function serverRoot(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl)
  let end = pathname.length
  while (pathname[end - 1] === '/') end--
  const path = pathname.slice(0, end)
  return `${origin}${path.endsWith('/api/v2') ? path.slice(0, -'/api/v2'.length) : path}`
}

/** The address of `path` with the query appended. Paths are below `/api/v2`; those with a leading slash below the server. */
export function requestUrl(root: string, path: string, query: Query = {}): string {
  const url = path.startsWith('/') ? `${root}${path}` : `${root}/api/v2/${path}`
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue
    parameters.append(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  const text = parameters.toString()
  if (text === '') return url
  return `${url}${url.includes('?') ? '&' : '?'}${text}`
}

/** `template` with its `{names}` replaced by the values. Throws a TypeError for one that is missing. */
export function fillPath(template: string, values: Readonly<Record<string, unknown>> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(values[name] ?? '')
    // Dots would lead out of their place.
    if (/^\.{0,2}$/.test(value)) throw new TypeError(`path.${name} is missing in ${template}`)
    return encodeURIComponent(value)
  })
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
