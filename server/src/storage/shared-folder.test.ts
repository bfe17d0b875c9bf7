import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { rename, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDiskBlobStore } from './disk-blob-store.ts'

const ACCOUNT = 1
const LONG_AGO = new Date('2020-01-01')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-blobs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const pathOf = (hash: string) => join(folder, String(ACCOUNT), hash.slice(0, 2), hash)
const files = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())

/** A file that nothing has referred to for long, in a folder that two servers share. */
async function oldFile() {
  const [here, there] = [createDiskBlobStore(folder), createDiskBlobStore(folder)]
  const bytes = Buffer.from('the same log as ever')
  const hash = await here.put(ACCOUNT, bytes)
  await utimes(pathOf(hash), LONG_AGO, LONG_AGO)
  const read = async () => {
    const stream = await there.open(ACCOUNT, hash)
    return stream && text(stream)
  }
  return { here, there, bytes, hash, read }
}

it('keeps a file that another server takes up while it is about to be swept', async () => {
  const { here, there, bytes, read } = await oldFile()
  const swept = await here.sweep(async () => {
    await there.put(ACCOUNT, bytes)
    return false
  }, Date.now())
  expect([swept, await read()]).toEqual([0, bytes.toString()])
  expect(files()).toHaveLength(1)
})

it('sweeps a file that nobody takes up, and one that is stored afterwards is there', async () => {
  const { here, there, bytes, read } = await oldFile()
  expect(await here.sweep(async () => false, Date.now())).toBe(1)
  expect([files(), await read()]).toEqual([[], undefined])
  await there.put(ACCOUNT, bytes)
  expect(await read()).toBe(bytes.toString())
})

it('puts back what a sweep that was killed had set aside, when it is referred to', async () => {
  const { here, hash, bytes, read } = await oldFile()
  await rename(pathOf(hash), `${pathOf(hash)}.swept`)
  await here.sweep(async (_account, name) => name === hash, Date.now())
  expect(await read()).toBe(bytes.toString())
  await rename(pathOf(hash), `${pathOf(hash)}.swept`)
  await here.sweep(async () => false, Date.now())
  expect(files()).toEqual([])
})

it('is swept by several servers at once, each file by one of them', async () => {
  const stores = [1, 2, 3].map(() => createDiskBlobStore(folder))
  const [first] = stores as [ReturnType<typeof createDiskBlobStore>]
  for (let n = 0; n < 40; n++) {
    const hash = await first.put(ACCOUNT, Buffer.from(`log ${n}`))
    await utimes(pathOf(hash), LONG_AGO, LONG_AGO)
  }
  const swept = await Promise.all(stores.map((store) => store.sweep(async () => false, Date.now())))
  expect(swept.reduce((sum, n) => sum + n)).toBe(40)
  expect(files()).toEqual([])
})
