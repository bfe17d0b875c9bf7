import { describe, expect, it } from 'vitest'
import { hostsOf, shownHosts } from './postgres-hosts.ts'

describe('the hosts of a URL of PostgreSQL', () => {
  it('are one URL each, with everything else of it', () => {
    expect(hostsOf('postgres://u:p@h1:5432/db?sslmode=require')).toEqual(['postgres://u:p@h1:5432/db?sslmode=require'])
    expect(hostsOf('postgresql://u:a,b@h1,[::1]:5433,h3:1/db')).toEqual([
      'postgresql://u:a,b@h1/db',
      'postgresql://u:a,b@[::1]:5433/db',
      'postgresql://u:a,b@h3:1/db',
    ])
    expect(hostsOf('postgres://h1,h2/db?target_session_attrs=read-write&sslmode=require')).toEqual([
      'postgres://h1/db?sslmode=require',
      'postgres://h2/db?sslmode=require',
    ])
    expect(hostsOf('postgres://h1/db?target_session_attrs=primary')).toEqual(['postgres://h1/db'])
  })

  it.each([
    'mysql://h/db',
    'postgres://h1,/db',
    'postgres://h1:x,h2/db',
    'postgres://h1,h2/db?target_session_attrs=standby',
  ])('are none in %s', (url) => expect(hostsOf(url)).toBeUndefined())

  it('are shown without the password', () => {
    expect(shownHosts('postgres://u:secret@h1:5432,h2:5433/db')).toBe('h1:5432, h2:5433')
  })
})
