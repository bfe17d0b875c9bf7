import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type AttachmentFile,
  candidatePaths,
  encodeAttachment,
  findAttachment,
  openAttachmentRoot,
} from './attachments.ts'

const folder = () => realpathSync(mkdtempSync(join(tmpdir(), 'assay-cli-')))

/** A file below a root that was found there, before anything changes. */
async function found() {
  const directory = folder()
  mkdirSync(join(directory, 'shots'))
  writeFileSync(join(directory, 'shots', 'a.png'), 'a')
  const root = await openAttachmentRoot(directory)
  const file = (await findAttachment('shots/a.png', { reportDirectories: [directory], root })) as AttachmentFile
  const secret = join(folder(), 'a.png')
  writeFileSync(secret, 'secret')
  return { directory, root, file, secret }
}

describe('a file that was found, once it is read', () => {
  it('is sent as it is', async () => {
    const { file, root } = await found()
    expect(await encodeAttachment(file, root)).toMatchObject({ filename: 'a.png', content_encoded: 'YQ==' })
  })

  it('is not sent when it has become a link', async () => {
    const { file, root, secret } = await found()
    unlinkSync(file.path)
    symlinkSync(secret, file.path)
    expect(await encodeAttachment(file, root)).toEqual({ missing: 'not readable any more' })
  })

  it('is not sent when its folder has become a link', async () => {
    const { directory, file, root, secret } = await found()
    renameSync(join(directory, 'shots'), join(directory, 'moved'))
    symlinkSync(join(secret, '..'), join(directory, 'shots'))
    expect(await encodeAttachment(file, root)).toEqual({ missing: 'outside --attach-root' })
  })

  it('is not waited for when it has become a pipe', async () => {
    const { file, root } = await found()
    unlinkSync(file.path)
    execFileSync('mkfifo', [file.path])
    expect(await encodeAttachment(file, root)).toHaveProperty('missing')
  })
})

describe('a file beside one of several reports', () => {
  it('is found, unless two of them have different ones of its name', async () => {
    const directory = folder()
    const [a, b] = [join(directory, 'a'), join(directory, 'b')]
    for (const each of [a, b]) mkdirSync(each)
    writeFileSync(join(b, 'shot.png'), 'b')
    const root = await openAttachmentRoot(directory)
    const reportDirectories = [a, b]
    expect(await findAttachment('shot.png', { reportDirectories, root })).toMatchObject({ path: join(b, 'shot.png') })
    writeFileSync(join(a, 'shot.png'), 'a')
    expect(await findAttachment('shot.png', { reportDirectories, root })).toEqual({
      missing: expect.stringContaining('several reports'),
    })
  })
})

it('a path of many parts is looked for in few places', async () => {
  const root = await openAttachmentRoot(folder())
  expect(candidatePaths('a/'.repeat(2000), { reportDirectory: '/r', root }).length).toBeLessThan(50)
})
