import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../test-support/redis-server.ts'
import { startSmtp } from '../test-support/smtp-server.ts'
import { keepScreenshot, launchBrowser, openPage } from './browser.ts'
import { call, DATABASES, type Json, onDatabase, type ServerProcess, startServer } from './server-process.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PASSWORD = 'correct horse battery'

let browser: Browser
let redis: RedisServer
beforeAll(async () => {
  browser = await launchBrowser()
  redis = await startRedis()
})
afterAll(async () => {
  await browser?.close()
  await redis?.stop()
})

const signIn = (server: ServerProcess, email: string, password: string) =>
  fetch(`${server.url}/session`, { method: 'POST', body: JSON.stringify({ email, password }) })

it.each(DATABASES)(
  'the welcome link of the first start leads an owner in, once, in a browser and on %s',
  async (kind) => {
    const server = await startServer({ env: await onDatabase(kind) })
    const link = /welcome\s+(\S+)/.exec(server.output())?.[1] as string
    expect(link).toMatch(new RegExp(`^${server.url}/welcome/[\\w-]{43}$`))
    const { page, troubles } = await openPage(browser, server.url)
    await page.goto(link)
    await page.evaluate(AXE)
    const { violations }: Json = await page.evaluate('axe.run(document)')
    expect(violations.map(({ id }: Json) => id)).toEqual([])
    await keepScreenshot(page, 'welcome')
    const send = async (password: string, again = password) => {
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByLabel('The same again').fill(again)
      await page.getByRole('button').click()
    }
    const said = page.getByRole('alert')
    await send(PASSWORD, 'another one')
    await expect.poll(() => said.textContent()).toMatch(/differ/)
    await send('1234567890')
    await expect.poll(() => said.textContent()).toMatch(/among the commonest/)
    await send(PASSWORD)
    await expect.poll(() => page.locator('#done').textContent()).toMatch(/signed in as owner@localhost/)
    expect(new URL(page.url()).pathname).toBe('/welcome')
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ name: 'assay_session', httpOnly: true, sameSite: 'Lax', secure: false, path: '/' })
    // The page of another site cannot write with it, and neither can a form of this one.
    expect(await page.evaluate('fetch("/api/v2/me.json").then(({ status }) => status)')).toBe(200)
    const write = 'fetch("/session", { method: "DELETE" }).then(({ status }) => status)'
    expect(await page.evaluate(write)).toBe(403)
    // Of the refused passwords and writes the browser tells its console.
    expect(troubles.every((trouble) => /status of 4(22|03)/.test(trouble))).toBe(true)
    await page.goto(link)
    await send(PASSWORD)
    await expect.poll(() => said.textContent()).toMatch(/used already/)
    expect((await signIn(server, 'owner@localhost', PASSWORD)).status).toBe(200)
    expect(await server.stop()).toBe(0)
    expect(server.output()).not.toMatch(/correct horse|signed in/)
  },
)

it('nodes on one database count failures together, and share sessions', async () => {
  const smtp = await startSmtp()
  const env = {
    ...(await onDatabase('postgres')),
    ASSAY_REDIS_URL: redis.url,
    ASSAY_SMTP_URL: smtp.url,
    ASSAY_MAIL_FROM: 'assay@example.org',
    ASSAY_BASE_URL: 'https://assay.example.org',
  }
  const nodes = [await startServer({ env }), await startServer({ env })]
  const [one, two] = nodes as [ServerProcess, ServerProcess]
  await call(one, 'POST', '/users.json?invite=true', { data: { attributes: { email: 'ada@example.org' } } })
  const code = /\/welcome\/([\w-]{43})/.exec(
    smtp.mails[0]?.text.replaceAll('=\r\n', '').replaceAll('=3D', '=') ?? '',
  )?.[1]
  const body = JSON.stringify({ code, password: PASSWORD })
  const welcomed = await fetch(`${one.url}/session/welcome`, { method: 'POST', body })
  const set = welcomed.headers.get('set-cookie') as string
  expect(set).toMatch(/; Secure$/)
  const headers = { cookie: set.split(';')[0] as string }
  expect((await fetch(`${two.url}/api/v2/me.json`, { headers })).status).toBe(200)
  const out = await fetch(`${two.url}/session`, { method: 'DELETE', headers: { ...headers, 'x-assay-console': '1' } })
  expect(out.status).toBe(200)
  expect((await fetch(`${one.url}/api/v2/me.json`, { headers })).status).toBe(401)
  for (let i = 0; i < 10; i++) {
    expect((await signIn(nodes[i % 2] as ServerProcess, 'ada@example.org', 'wrong')).status).toBe(401)
  }
  for (const node of nodes) expect((await signIn(node, 'ada@example.org', PASSWORD)).status).toBe(429)
  for (const node of nodes) {
    expect(await node.stop()).toBe(0)
    expect(node.output()).not.toMatch(/smtp-secret|redis-secret/)
  }
  await smtp.stop()
})
