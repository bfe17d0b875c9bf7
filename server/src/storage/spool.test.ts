import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSpool } from './spool.ts'

let root: string
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'assay-spool-')), 'spool')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A process that starts a file in the spool, keeps no hold of the spool itself, says so, and waits to be killed. */
function startOther(): Promise<{ kill(): Promise<void> }> {
  const module = new URL('./spool.ts', import.meta.url).href
  const program = `
    const { openSpool } = await import(${JSON.stringify(module)})
    const writer = await openSpool(process.argv[1]).forRequest().start()
    await writer.write(Buffer.from('half a file'))
    gc()
    console.log('ready')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', program, root])
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve({ kill }))
    child.once('error', reject)
    child.once('close', () => reject(new Error('it ended')))
  })
}

it('removes what a killed process left at the next start, and nothing of those that live', async () => {
  const other = await startOther()
  const [folder = ''] = readdirSync(root)
  const first = openSpool(root)
  expect(readdirSync(root)).toHaveLength(2)
  expect(readdirSync(join(root, folder))).toContainEqual(expect.stringMatching(/[.]part$/))
  first.close()
  expect(readdirSync(root)).toEqual([folder])
  await other.kill()
  openSpool(root).close()
  expect(readdirSync(root)).toEqual([])
})

it('keeps files of an older version that may still be in use', () => {
  openSpool(root).close()
  for (const name of ['now.part', 'old.part']) writeFileSync(join(root, name), 'x')
  utimesSync(join(root, 'old.part'), 0, 0)
  openSpool(root).close()
  expect(readdirSync(root)).toEqual(['now.part'])
})

it('is closed to others', async () => {
  const spool = openSpool(root)
  await spool.forRequest().start()
  for (const name of ['', ...(readdirSync(root) as string[])]) expect(statSync(join(root, name)).mode & 0o077).toBe(0)
  spool.close()
  expect(existsSync(root)).toBe(true)
})
