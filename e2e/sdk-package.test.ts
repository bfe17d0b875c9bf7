import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSdk } from '../scripts/build-sdk.ts'
import { launchBrowser, openPage } from './browser.ts'
import { matchesOutput, readBlocks, readSteps } from './guide-blocks.ts'
import { newFolder, ROOT, type ServerProcess, startServer } from './server-process.ts'

/** A reader's folder with the SDK installed as it was built. */
const folder = newFolder()
const installed = join(folder, 'node_modules/@assay/sdk')
let server: ServerProcess

beforeAll(async () => {
  mkdirSync(installed, { recursive: true })
  buildSdk(installed)
  server = await startServer()
})
afterAll(() => server.stop())

function runNode(args: string[], env: Record<string, string> = {}) {
  const options = ['--disable-warning=ExperimentalWarning', ...args]
  return spawnSync(process.execPath, options, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } })
}

describe('the README of the SDK', () => {
  const steps = readSteps(readBlocks(readFileSync(join(ROOT, 'sdk/README.md'), 'utf8')))
  const END = '--- end of block ---'
  const program = steps.map(({ block }) => `${block.text}\nconsole.log('${END}')\n`).join('\n')

  it('compiles against the declarations of the package', () => {
    writeFileSync(join(folder, 'readme.ts'), program)
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')]
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', ...types]
    const { stdout, stderr } = runNode([join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, 'readme.ts'])
    expect(stdout + stderr).toBe('')
  })

  it('runs as it stands, and prints what it shows', () => {
    const { stdout, stderr } = runNode(['readme.ts'], { ASSAY_URL: server.url, ASSAY_TOKEN: server.token })
    expect(stderr).toBe('')
    const printed = stdout.split(`${END}\n`)
    expect(printed).toHaveLength(steps.length + 1)
    for (const [index, { block, output }] of steps.entries()) {
      const text = printed[index] as string
      const shown = output ?? { ...block, language: 'text', text: '' }
      expect(matchesOutput(shown, text), `line ${block.line} prints:\n${text}`).toBe(true)
    }
  })

  it('talks down to nobody', () => {
    expect(readFileSync(join(ROOT, 'sdk/README.md'), 'utf8').match(/\b(just|simply|obviously)\b/gi)).toBeNull()
  })
})

/** Serves the package at `/sdk/` and the API of the server below the same address, as a reverse proxy does. */
async function startSite() {
  const site = createServer((incoming, outgoing) => {
    const path = incoming.url as string
    if (path.startsWith('/sdk/')) {
      outgoing
        .setHeader('content-type', 'text/javascript')
        .end(readFileSync(join(installed, path.slice('/sdk/'.length))))
      return
    }
    if (path === '/') {
      outgoing
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><link rel="icon" href="data:,"><title>-</title>')
      return
    }
    const { method, headers } = incoming
    const passed = httpRequest(`${server.url}${path}`, { method, headers } as object, (answer) => {
      outgoing.writeHead(answer.statusCode as number, answer.headers)
      answer.pipe(outgoing)
    })
    passed.once('error', (error) => outgoing.destroy(error))
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  return { site, url: `http://127.0.0.1:${(site.address() as AddressInfo).port}` }
}

// Of the page: the compiler of this repository knows no DOM.
const IN_THE_PAGE = (token: string) => `(async () => {
  const { createClient, attachment } = await import('/sdk/index.js')
  const client = createClient({ baseUrl: location.origin, token: '${token}' })
  const [first] = await client.list('listProjects').all()
  const project = client.project(first.id)
  const { data: user } = await client.call('createUser', { body: { data: { attributes: { email: 'grace@example.org' } } } })
  const { data: tests } = await project.call('createTests', {
    body: { data: ['a', 'b', 'c'].map((name) => ({ attributes: { name: 'browser ' + name, 'author-id': user.id } })) },
  })
  const file = await attachment('page.txt', new File(['größe ✓'], 'page.txt'))
  const body = { entity: 'test', 'entity-id': tests[0].id, data: { files: { data: [file] } } }
  const { data: stored } = await project.call('createAttachments', { body })
  const bytes = await project.call('downloadAttachment', { path: { id: stored[0].id } })
  const listed = []
  for await (const test of project.list('listTests', { query: { name_like: 'browser', 'page[size]': 2 } })) {
    listed.push(test.attributes.name)
  }
  return [new TextDecoder().decode(bytes), ...listed]
})()`

describe('the package in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('writes, pages through a list, and sends and reads a file', async () => {
    const { site, url } = await startSite()
    try {
      const { page, troubles } = await openPage(browser, url)
      await page.goto(`${url}/`)
      const found = await page.evaluate(IN_THE_PAGE(server.token))
      expect(found).toEqual(['größe ✓', 'browser a', 'browser b', 'browser c'])
      expect(troubles).toEqual([])
    } finally {
      site.close()
      site.closeAllConnections()
    }
  })
})
