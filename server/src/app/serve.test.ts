import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { startServer } from './serve.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-serve-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What a first start says. */
async function firstWords(env: Record<string, string>): Promise<{ url: string; text: string }> {
  const lines: string[] = []
  const config = readConfig({ ASSAY_DATA_DIR: folder, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent', ...env })
  const server = await startServer(config, (line) => lines.push(line))
  await server.stop()
  return { url: server.url, text: lines.join('\n') }
}

it('shows a token that it made, once, and how to use it', async () => {
  const { url, text } = await firstWords({})
  const token = /token {6}(\S+) {3}\(shown only this once\)/.exec(text)?.[1] ?? ''
  expect(token.length).toBeGreaterThan(30)
  expect(text).toContain(`curl -H "PTToken: ${token}" ${url}/api/v2/projects/`)
  expect((await firstWords({})).text).not.toContain('token')
})

it('names the variable of a token that it was given, in a command that a shell can run', async () => {
  const token = 'given-token-0123456789-0123456789-0123'
  const { text } = await firstWords({ ASSAY_BOOTSTRAP_TOKEN: token })
  expect(text).toContain('token      $ASSAY_BOOTSTRAP_TOKEN   (as you set it)')
  expect(text).toContain('curl -H "PTToken: $ASSAY_BOOTSTRAP_TOKEN" http://')
  expect(text).not.toContain(token)
})
