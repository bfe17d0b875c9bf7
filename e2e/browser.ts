import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { ROOT } from './server-process.ts'

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts Chromium with a profile of its own. Throws, naming the package, when there is none. */
export function launchBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(
      `There is no ${EXECUTABLE}: install the package chromium (apt-get install chromium), or set CHROMIUM_PATH`,
    )
  }
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS })
}

export interface Visit {
  page: Page
  /** What went wrong in the page so far: errors, complaints on the console, requests to elsewhere. */
  troubles: string[]
}

interface VisitOptions {
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
}

/** A page of a browser window without history, which reaches nothing but the server at `url`. */
export async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, height = 900, colorScheme = 'light' }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme })
  const troubles: string[] = []
  await context.route('**', (route) => {
    if (route.request().url().startsWith(`${url}/`)) return route.continue()
    troubles.push(`asked for ${route.request().url()}`)
    return route.abort()
  })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => troubles.push(error.message))
  return { page, troubles }
}

const SCREENSHOTS = join(ROOT, 'reports', 'screenshots')

/** Keeps what a page looks like, as reports/screenshots/<name>.png. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
}
