import { lookup, Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'

export interface Address {
  address: string
  family: number
}

/** One question to a name server, and how often it is asked again; together shorter than an attempt, in milliseconds. */
const ASKING = { timeout: 1_500, tries: 2 }

/** Answers that say that a name server knows no such name: another source of names may know it. */
const UNKNOWN = new Set(['ENOTFOUND', 'ENODATA'])

/** The file where an operator names hosts by hand. */
const hostsFile = () =>
  process.platform === 'win32'
    ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32\\drivers\\etc\\hosts')
    : '/etc/hosts'

/** Addresses of a name in the text of a hosts file. */
export function addressesIn(hosts: string, name: string): Address[] {
  const wanted = name.toLowerCase()
  return hosts.split('\n').flatMap((line): Address[] => {
    const [address = '', ...names] = (line.split('#', 1)[0] as string).split(/\s+/).filter((word) => word !== '')
    const family = isIP(address)
    return family > 0 && names.some((each) => each.toLowerCase() === wanted) ? [{ address, family }] : []
  })
}

/**
 * The addresses of a host. Names are asked of name servers directly: `lookup` of the system waits in the few threads that
 * also read files, and there a dozen names that never resolve would keep everybody else's waiting. Only a name that no
 * server knows is asked of it. Throws when the host has no address, or nobody answered. `servers`: those
 * of the system when left out.
 */
export async function resolveHost(host: string, servers?: readonly string[]): Promise<Address[]> {
  const family = isIP(host)
  if (family > 0) return [{ address: host, family }]
  const byHand = addressesIn(await readFile(hostsFile(), 'utf8').catch(() => ''), host)
  if (byHand.length > 0) return byHand
  const resolver = new Resolver(ASKING)
  if (servers) resolver.setServers(servers)
  const asked = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  const found = asked.flatMap((answer, index): Address[] =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 })) : [],
  )
  if (found.length > 0) return found
  const failures = asked.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []))
  const isUnknown = failures.every((failure) => UNKNOWN.has(String((failure as { code?: unknown }).code)))
  if (isUnknown) return lookup(host, { all: true })
  throw Object.assign(new Error('no name server answered'), { code: 'EAI_AGAIN' })
}
