import { expect, it } from 'vitest'
import { securityHeaders } from './security-headers.ts'

it('asks browsers for TLS only where there is TLS', () => {
  const names = ['strict-transport-security', 'cross-origin-opener-policy', 'origin-agent-cluster']
  expect(Object.keys(securityHeaders({ overTls: true }))).toEqual(expect.arrayContaining(names))
  for (const name of names) expect(securityHeaders({ overTls: false })).not.toHaveProperty(name)
})
