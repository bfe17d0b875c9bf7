import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ConfigError, readConfig, SETTINGS } from './config.ts'

it('has a default for every setting and names every bad one', () => {
  expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 3000, rateLimit: 0, maxBodyBytes: 104_857_600 })
  const bad = {
    PORT: 'abc',
    ASSAY_BOOTSTRAP_TOKEN: 'short',
    ASSAY_RATE_LIMIT: '-1',
    DATABASE_URL: 'mysql://x',
    LOG_LEVEL: 'loud',
    ASSAY_MAX_BODY_MB: '0',
  }
  const names = Object.keys(bad)
  expect(() => readConfig(bad)).toThrow(ConfigError)
  try {
    readConfig(bad)
  } catch (error) {
    for (const name of names) expect((error as Error).message).toContain(name)
    expect((error as Error).message).not.toContain('short;')
  }
})

it('keeps the settings table of the README equal to the settings', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` *\| (.*?) *\|/gm)].map(([, name, fallback]) => [name, fallback])
  expect(rows).toEqual(
    SETTINGS.map(({ name, fallback }) => [name, fallback === undefined ? 'unset' : `\`${fallback}\``]),
  )
})
