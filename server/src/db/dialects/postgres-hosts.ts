/** What Assay asks of the server that it writes to; libpq knows both words for it. */
const WRITABLE = ['read-write', 'primary']

const PARAMETER = 'target_session_attrs'

/**
 * The URLs that a URL of PostgreSQL names, one for each of its hosts: `postgres://u:p@h1:5432,h2:5432/db`. Undefined
 * when it is none, or asks for a server that takes no writes.
 */
export function hostsOf(url: string): string[] | undefined {
  const scheme = ['postgres://', 'postgresql://'].find((each) => url.startsWith(each))
  if (scheme === undefined) return undefined
  const ends = ['/', '?', '#'].map((mark) => url.indexOf(mark, scheme.length)).filter((at) => at !== -1)
  const end = Math.min(url.length, ...ends)
  const authority = url.slice(scheme.length, end)
  const at = authority.lastIndexOf('@') + 1
  const hosts = authority.slice(at).split(',')
  const urls: string[] = []
  for (const host of hosts) {
    const single = `${scheme}${authority.slice(0, at)}${host}${url.slice(end)}`
    if ((host === '' && hosts.length > 1) || !URL.canParse(single)) return undefined
    const parsed = new URL(single)
    const asked = parsed.searchParams.get(PARAMETER)
    if (asked === null) urls.push(single)
    else if (WRITABLE.includes(asked)) {
      parsed.searchParams.delete(PARAMETER)
      urls.push(parsed.href)
    } else return undefined
  }
  return urls
}

/** The hosts of a URL as a message may show them: without user and password. */
export const shownHosts = (url: string): string => (hostsOf(url) ?? []).map((each) => new URL(each).host).join(', ')
