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

it('never repeats a secret, also where it is part of a URL', () => {
  const bad = {
    DATABASE_URL: 'mysql://user:hidden-1@host/x',
    ASSAY_REDIS_URL: 'http://:hidden-2@host/0',
    ASSAY_S3_ENDPOINT: 'user:hidden-3@host',
    ASSAY_S3_SECRET_ACCESS_KEY: 'hidden-4',
    ASSAY_BOOTSTRAP_TOKEN: 'hidden-5',
    ASSAY_BASE_URL: 'ftp://a:b@hidden-6:pass@host/',
  }
  expect(() => readConfig(bad)).toThrow(/DATABASE_URL.*\n.*ASSAY_BASE_URL/)
  try {
    readConfig(bad)
  } catch (error) {
    expect((error as Error).message).not.toMatch(/hidden/)
  }
})

it('wants all of the settings of S3, or none', () => {
  const s3 = {
    ASSAY_S3_ENDPOINT: 'https://s3.example.org',
    ASSAY_S3_BUCKET: 'assay',
    ASSAY_S3_ACCESS_KEY_ID: 'id',
    ASSAY_S3_SECRET_ACCESS_KEY: 'secret',
  }
  expect(readConfig({}).s3).toBeUndefined()
  expect(readConfig({ ...s3, ASSAY_S3_PREFIX: 'a/b' }).s3).toMatchObject({ prefix: 'a/b/', pathStyle: true })
  for (const name of Object.keys(s3)) {
    expect(() => readConfig({ ...s3, [name]: '' })).toThrow(`${name} must be set to keep attachments on S3`)
  }
})

it('sends no mail without saying where from, and where its links lead', () => {
  const mail = {
    ASSAY_SMTP_URL: 'smtps://user:hidden@mail.example.org',
    ASSAY_MAIL_FROM: 'assay@example.org',
    ASSAY_BASE_URL: 'https://assay.example.org',
  }
  expect([readConfig({}).mail, readConfig(mail).mail]).toEqual([
    undefined,
    { url: mail.ASSAY_SMTP_URL, from: mail.ASSAY_MAIL_FROM },
  ])
  for (const name of ['ASSAY_MAIL_FROM', 'ASSAY_BASE_URL']) {
    expect(() => readConfig({ ...mail, [name]: '' })).toThrow(`${name} must be set to send mail by ASSAY_SMTP_URL`)
  }
  expect(() => readConfig({ ASSAY_SMTP_URL: 'http://user:hidden@host' })).toThrow(/^(?!.*hidden)ASSAY_SMTP_URL must be/)
})

it('wants all of single sign-on, or none, and some way in', () => {
  const oidc = {
    ASSAY_OIDC_ISSUER: 'https://login.example.org',
    ASSAY_OIDC_CLIENT_ID: 'assay',
    ASSAY_OIDC_CLIENT_SECRET: 'hidden',
    ASSAY_BASE_URL: 'https://assay.example.org',
  }
  expect(readConfig({})).toMatchObject({ singleSignOn: undefined, passwordLogin: true })
  const more = { ASSAY_OIDC_ALLOWED_DOMAINS: 'Example.org, x.y', ASSAY_OIDC_GROUPS_MAP: 'qa=Demo:Testers' }
  expect(readConfig({ ...oidc, ...more, ASSAY_PASSWORD_LOGIN: 'off' })).toMatchObject({
    passwordLogin: false,
    singleSignOn: {
      name: 'Single sign-on',
      createUsers: false,
      allowedDomains: ['example.org', 'x.y'],
      groupsMap: [{ claim: 'qa', project: 'Demo', group: 'Testers' }],
    },
  })
  for (const name of ['ASSAY_OIDC_CLIENT_ID', 'ASSAY_OIDC_CLIENT_SECRET', 'ASSAY_BASE_URL']) {
    expect(() => readConfig({ ...oidc, [name]: '' })).toThrow(`${name} must be set for single sign-on`)
  }
  expect(() => readConfig({ ASSAY_PASSWORD_LOGIN: 'off' })).toThrow(/^ASSAY_OIDC_ISSUER must be set/)
  expect(() => readConfig({ ...oidc, ASSAY_OIDC_GROUPS_MAP: 'qa' })).toThrow(/^ASSAY_OIDC_GROUPS_MAP must be like/)
})

it('reads which proxies are believed', () => {
  const read = (value: string) => readConfig({ ASSAY_TRUST_PROXY: value }).trustProxy
  for (const fine of ['loopback', '10.0.0.0/8, 192.0.2.1', '::1,uniquelocal', 'fd00::/8']) expect(read(fine)).toBe(fine)
  for (const wrong of ['true', '1', '*', '0.0.0.0/33', '::1/129', '10.0.0.0/8/8', 'proxy.example.org', 'loopback,']) {
    expect(() => read(wrong), wrong).toThrow(/ASSAY_TRUST_PROXY must be addresses/)
  }
})

it('reads addresses to listen on', () => {
  const read = (value: string) => readConfig({ ASSAY_METRICS_LISTEN: value }).metricsListen
  expect(read('127.0.0.1:9464')).toEqual({ host: '127.0.0.1', port: 9464 })
  expect(read('[::1]:0')).toEqual({ host: '::1', port: 0 })
  for (const wrong of ['9464', 'host', '::1:9', 'host:99999']) expect(() => read(wrong)).toThrow(/ASSAY_METRICS_LISTEN/)
})

it('keeps the settings table of the README equal to the settings', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `([A-Z0-9_]+)` *\| (.*?) *\|/gm)].map(([, name, fallback]) => [name, fallback])
  expect(rows).toEqual(
    SETTINGS.map(({ name, fallback }) => [name, fallback === undefined ? 'unset' : `\`${fallback}\``]),
  )
})

it('reads from which origins browsers may call', () => {
  const read = (value: string) => readConfig({ ASSAY_CORS_ORIGINS: value }).corsOrigins
  expect(readConfig({}).corsOrigins).toEqual([])
  expect(read('https://a.example.org, http://localhost:5173')).toEqual([
    'https://a.example.org',
    'http://localhost:5173',
  ])
  for (const wrong of [
    '*',
    'null',
    'https://a.example.org/',
    'a.example.org',
    'HTTPS://A.example.org',
    'https://a,',
    'ftp://a',
  ]) {
    expect(() => read(wrong), wrong).toThrow(/ASSAY_CORS_ORIGINS must be origins/)
  }
})
