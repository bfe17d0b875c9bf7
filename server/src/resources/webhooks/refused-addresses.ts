import { BlockList, isIPv6 } from 'node:net'

/** Networks that no delivery goes to (contract §7.12), and what they are. */
const REFUSED_V4: [network: string, bits: number, what: string][] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier-grade'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'relays from IPv6'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarks'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved, broadcast'],
]

/** IPv4 in IPv6, judged by the address inside: mapped, and the well-known prefix of NAT64. */
const PREFIXES_V4 = ['::ffff:', '64:ff9b::']

/** Within the addresses of the public internet, those that are not. The rest is refused as a whole. */
const REFUSED_V6: [network: string, bits: number, what: string][] = [
  ['2001::', 23, 'Teredo, benchmarks, protocol assignments'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4'],
  ['3fff::', 20, 'documentation'],
]

const refused = new BlockList()
const global = new BlockList()
for (const [network, bits] of REFUSED_V4) {
  refused.addSubnet(network, bits, 'ipv4')
  for (const prefix of PREFIXES_V4) refused.addSubnet(`${prefix}${network}`, 96 + bits, 'ipv6')
}
for (const [network, bits] of REFUSED_V6) refused.addSubnet(network, bits, 'ipv6')
global.addSubnet('2000::', 3, 'ipv6')
for (const prefix of PREFIXES_V4) global.addSubnet(`${prefix}0.0.0.0`, 96, 'ipv6')

/**
 * Whether an IP address is refused to webhooks: everything but the public internet, whatever its spelling. Of IPv6 only
 * global unicast, mapped and NAT64 addresses are not.
 */
export function isRefusedAddress(address: string): boolean {
  if (!isIPv6(address)) return refused.check(address, 'ipv4')
  const bare = address.split('%', 1)[0] as string
  return !global.check(bare, 'ipv6') || refused.check(bare, 'ipv6')
}
