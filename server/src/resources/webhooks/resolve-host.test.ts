import { createSocket } from 'node:dgram'
import { expect, it } from 'vitest'
import { addressesIn, resolveHost } from './resolve-host.ts'

const HOSTS = `# names of this machine
127.0.0.1 localhost
::1       LOCALHOST ip6-localhost # both
10.0.0.7\thook.internal  hook
not-an-address hook`

it('reads names from a hosts file', () => {
  expect(addressesIn(HOSTS, 'localhost')).toEqual([
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ])
  expect(addressesIn(HOSTS, 'HOOK')).toEqual([{ address: '10.0.0.7', family: 4 }])
  expect([addressesIn(HOSTS, 'both'), addressesIn(HOSTS, 'names'), addressesIn('', 'x')]).toEqual([[], [], []])
})

it('takes addresses as they are, and finds this machine by its name', async () => {
  expect(await resolveHost('192.0.2.7')).toEqual([{ address: '192.0.2.7', family: 4 }])
  expect(await resolveHost('2001:db8::1')).toEqual([{ address: '2001:db8::1', family: 6 }])
  expect((await resolveHost('localhost')).map(({ address }) => address)).toContain('127.0.0.1')
})

it('leaves names that never resolve to themselves: files are read meanwhile', async () => {
  // A name server that takes questions and never answers.
  const silent = createSocket('udp4')
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve))
  const servers = [`127.0.0.1:${silent.address().port}`]
  try {
    const names = Array.from({ length: 16 }, (_, n) =>
      resolveHost(`never-${n}.example.org`, servers).catch((error) => error.code),
    )
    const order: string[] = []
    const stuck = Promise.all(names).then(() => order.push('names'))
    await resolveHost('localhost').then(() => order.push('localhost'))
    await stuck
    expect(order).toEqual(['localhost', 'names'])
    expect(new Set(await Promise.all(names))).toEqual(new Set(['EAI_AGAIN']))
  } finally {
    silent.close()
  }
})
