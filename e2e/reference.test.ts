import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { keepScreenshot, launchBrowser, openPage, type Visit } from './browser.ts'
import { type Json, type ServerProcess, startServer } from './server-process.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const LIST = '#tag/requirements/GET/api/v2/projects/{project_id}/requirements.json'

let server: ServerProcess
let browser: Browser
const visits: Visit[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})
afterEach(async () => {
  for (const { page } of visits.splice(0)) await page.context().close()
})

/** Opens the reference at a place and waits until it is there; what goes wrong in it fails the test. */
async function visit(hash = '', options: Parameters<typeof openPage>[2] = {}): Promise<Visit> {
  const opened = await openPage(browser, server.url, options)
  visits.push(opened)
  await opened.page.goto(`${server.url}/docs${hash}`)
  await settle(opened.page)
  return opened
}

async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Assay', level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
}

const sampleButtons = (page: Page) => page.getByRole('button', { name: /^Change code sample language/ })

/** The languages that the samples on the page are shown in. */
const languagesOf = async (page: Page) => [
  ...new Set((await sampleButtons(page).allTextContents()).map((text) => text.trim())),
]

/** Types words into the search; answers how to see what it offers, first the best. */
async function search(page: Page, words: string): Promise<() => Promise<string[]>> {
  const box = page.getByRole('combobox', { name: 'Enter search query' })
  if (!(await box.isVisible())) await page.keyboard.press('Control+k')
  await box.fill(words)
  return () => page.getByRole('option').allTextContents()
}

// A page with 182 operations takes seconds to open on a small, busy machine.
describe('the reference at /docs', { timeout: 120_000 }, () => {
  it('shows the guides and every chapter without asking anybody else', async () => {
    const { page, troubles } = await visit()
    const sidebar = page.locator('aside').first()
    for (const name of ['Guides', 'Tests and results', 'Requirements and issues', 'People and tokens', 'Tutorial']) {
      await sidebar.getByText(name, { exact: true }).waitFor()
    }
    for (const name of ['Quick start', 'PTQL by example', 'Self-hosting', 'Glossary', 'Samples', 'Settings']) {
      await page.getByRole('heading', { name, exact: true }).first().waitFor({ state: 'attached' })
    }
    await keepScreenshot(page, 'reference-1280-guides')
    expect(troubles).toEqual([])
  })

  it('finds guides and operations by their words', async () => {
    const { page, troubles } = await visit()
    const offers = (text: RegExp) => expect.arrayContaining([expect.stringMatching(text)])
    await expect.poll(await search(page, 'attachments')).toEqual(offers(/List attachments of an entity/))
    await keepScreenshot(page, 'reference-1280-search')
    const found = await search(page, 'PTQL')
    await expect.poll(found).toEqual(offers(/Heading.*PTQL by example/))
    await expect.poll(found).toEqual(offers(/Operation.*List tests/))
    const repeated = await search(page, 'repeat without')
    await expect.poll(async () => (await repeated())[0]).toMatch(/Repeat without doing twice/)
    await page.getByRole('option').first().click()
    await page.waitForURL(/#description\/repeat-without-doing-twice$/)
    await expect.poll(() => isInView(page, 'Repeat without doing twice')).toBe(true)
    expect(troubles).toEqual([])
  })

  it('finds what only the text of a guide says', async () => {
    const { page, troubles } = await visit()
    const box = page.getByRole('searchbox', { name: 'Search the text of the guides' })
    const found = () => page.locator('#guide-search li').allTextContents()
    await box.fill('pg_restore --clean')
    await expect.poll(found).toEqual([expect.stringContaining('With the tools of PostgreSQL')])
    expect(await page.locator('#guide-search [role=status]').textContent()).toBe('1 sections found')
    await keepScreenshot(page, 'reference-1280-guide-search')
    expect(await seriousViolations(page)).toEqual([])
    await page.locator('#guide-search a').first().click()
    await expect.poll(() => isInView(page, 'With the tools of PostgreSQL')).toBe(true)
    expect(await page.locator('#guide-search ol').isHidden()).toBe(true)
    await box.fill('idempotency')
    await expect.poll(found).toContainEqual(expect.stringContaining('Repeat without doing twice'))
    await box.press('Escape')
    await expect.poll(() => page.locator('#guide-search ol').isHidden()).toBe(true)
    await box.fill('<img src=x> nowhere')
    await expect.poll(found).toEqual([expect.stringContaining('Nothing in the guides')])
    expect(troubles).toEqual([])
  })

  it('opens at an operation or a heading that a link names', async () => {
    const { page, troubles } = await visit(LIST)
    await expect.poll(() => isInView(page, 'List requirements')).toBe(true)
    const guide = await visit('#description/lists-and-pages')
    await expect.poll(() => isInView(guide.page, 'Lists and pages')).toBe(true)
    expect([...troubles, ...guide.troubles]).toEqual([])
  })

  it('has guides whose links lead to headings of the page, to files of docs/, or to other sites', async () => {
    const { page } = await visit()
    const links = await page
      .locator('.introduction-description a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
    const ids = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id))
    expect(links.length).toBeGreaterThan(90)
    for (const link of new Set(links)) {
      if (link.startsWith('#'))
        expect(
          ids.some((id) => id.endsWith(link.slice(1))),
          link,
        ).toBe(true)
      else if (link.startsWith('/docs/files/')) expect((await fetch(server.url + link)).status, link).toBe(200)
      else expect(link).toMatch(/^https?:\/\//)
    }
  })

  it('shows every sample in the language of the reader, and remembers it', async () => {
    const { page, troubles } = await visit(LIST)
    await sampleButtons(page).first().waitFor()
    expect(await languagesOf(page)).toEqual(['Shell'])
    await sampleButtons(page).first().click()
    expect(await page.getByRole('option').allTextContents()).toEqual([
      'Shell',
      'Ruby',
      'Python',
      'JavaScript',
      'Java',
      'C#',
    ])
    await page.getByRole('option', { name: 'C#' }).click()
    await expect.poll(() => languagesOf(page)).toEqual(['C#'])
    await expect.poll(() => page.evaluate('JSON.stringify(localStorage)')).toContain('csharp')
    await page.reload()
    await settle(page)
    await expect.poll(() => languagesOf(page)).toEqual(['C#'])
    await page.getByText('using System.Net.Http;').first().waitFor()
    await keepScreenshot(page, 'reference-1280-csharp')
    // A program of docs/examples stands in for a generated one, in the same language.
    await page.goto(`${server.url}/docs#tag/runs/POST/api/v2/projects/{project_id}/runs.json`)
    await page.reload()
    await settle(page)
    await page.getByText('static class UploadRun').first().waitFor()
    expect(await languagesOf(page)).toEqual(['C#'])
    expect(troubles).toEqual([])
  })

  it('shows one short call with curl first, and no placeholder that could be taken for a token', async () => {
    const { page } = await visit('#tag/runs/POST/api/v2/projects/{project_id}/runs.json')
    const call = 'curl -sS "$ASSAY_URL/api/v2/projects/$project_id/runs.json"'
    await page.locator('code', { hasText: call }).first().waitFor()
    const { paths }: Json = await page.evaluate(`fetch('/docs/openapi.json').then((answer) => answer.json())`)
    for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods as Json))) {
      const { 'x-codeSamples': shown, operationId }: Json = operation
      expect(shown[0].source.match(/^curl /gm), operationId).toHaveLength(1)
      expect(shown[0].source.split('\n').length, operationId).toBeLessThan(40)
    }
    const placeholders = await page
      .locator('[placeholder]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('placeholder')))
    expect(placeholders).toContain('your token')
    for (const text of placeholders) expect(text).not.toMatch(/^\S{16,}$/)
  })

  it('sends a request with a token to the server that it came from', async () => {
    const { page, troubles } = await visit('#tag/projects/GET/api/v2/projects.json')
    await page
      .getByRole('button', { name: /^Test Request.*projects\.json/ })
      .first()
      .click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.locator('.scalar-password-input').textContent()).not.toMatch(/QUxMIF/)
    await dialog.locator('.scalar-password-input').fill(server.token)
    const answered = page.waitForResponse((answer) => answer.url().includes('/api/v2/projects.json'))
    await dialog.getByRole('button', { name: /^Send/ }).first().click()
    const answer = await answered
    expect(answer.url()).toMatch(`${server.url}/api/v2/projects.json`)
    expect(answer.status()).toBe(200)
    await dialog.getByText('"Demo"').first().waitFor()
    await keepScreenshot(page, 'reference-1280-try-it')
    expect(await seriousViolations(page)).toEqual([])
    expect(troubles).toEqual([])
  })

  it('is light or dark, as the reader likes', async () => {
    const { page, troubles } = await visit(LIST)
    const isDark = () => page.locator('body').evaluate((body) => body.classList.contains('dark-mode'))
    expect(await isDark()).toBe(false)
    await page.getByRole('button', { name: /dark mode/i }).click()
    await expect.poll(isDark).toBe(true)
    await page.reload()
    await settle(page)
    expect(await isDark()).toBe(true)
    await keepScreenshot(page, 'reference-1280-dark')
    expect(troubles).toEqual([])
  })

  it.each([
    ['guides', 1280, 'light'],
    ['guides', 390, 'dark'],
    ['operation', 1280, 'dark'],
    ['operation', 390, 'light'],
  ] as const)('can be used by everybody: %s at %i pixels, %s', async (name, width, colorScheme) => {
    const hash = name === 'guides' ? '' : LIST
    const { page, troubles } = await visit(hash, { width, height: width === 390 ? 844 : 900, colorScheme })
    await page.waitForTimeout(500)
    await keepScreenshot(page, `reference-${width}-${name}-${colorScheme}`)
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
    expect(await seriousViolations(page)).toEqual([])
    expect(troubles).toEqual([])
  })
})

const isInView = async (page: Page, name: string) => {
  const box = await page.getByRole('heading', { name, exact: true }).first().boundingBox()
  return box !== null && box.y >= 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0)
}

/** What axe finds serious or critical in the page as it is. */
async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations }: Json = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')
  return violations
    .filter(({ impact }: Json) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }: Json) => `${id}, ${nodes.length} times: ${nodes[0].html} ${nodes[0].failureSummary}`)
}
