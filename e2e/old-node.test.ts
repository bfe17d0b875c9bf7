import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newFolder, ROOT } from './server-process.ts'

/** A folder in which a module claims another version of Node, before any other is read. */
function pretend(version: string): string {
  const path = join(newFolder(), 'pretend.mjs')
  writeFileSync(
    path,
    `Object.defineProperty(process, 'version', { value: 'v${version}' })
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })\n`,
  )
  return path
}

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }

it('npm start on a Node that is too old says which one it needs, in one sentence', () => {
  const args = ['--import', pretend('20.20.2'), ...scripts.start.split(' ').slice(1)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^Assay needs Node 24 or newer, and this is v20\.20\.2: run "npm ci" [^\n]+\n$/)
})

it('the command line of a checkout says the same where no other Node is installed with it', () => {
  const root = newFolder()
  for (const path of ['cli/bin/assay.js', 'server/bin/node.js']) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    copyFileSync(join(ROOT, path), join(root, path))
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  const args = ['--import', pretend('20.20.2'), join(root, 'cli/bin/assay.js'), '--version']
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^assay: Node 24 or newer is needed; this is v20\.20\.2/)])
})
