import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDatabase } from '../db/database.ts'
import { privateFile, privateFolder } from './private-files.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777

it('closes folders and files to others, also those that are there', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-private-'))
  const [folder, file] = [join(root, 'a', 'b'), join(root, 'file')]
  expect([privateFolder(folder), modeOf(folder)]).toEqual([true, 0o700])
  chmodSync(folder, 0o755)
  expect([privateFolder(folder), modeOf(folder)]).toEqual([true, 0o700])
  writeFileSync(file, 'kept', { mode: 0o644 })
  chmodSync(file, 0o644)
  expect([privateFile(file), modeOf(file), readFileSync(file, 'utf8')]).toEqual([true, 0o600, 'kept'])
})

it('is how the embedded database is kept, a new one and one of before', async () => {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'assay-private-')), 'data')
  for (const _time of ['new', 'before']) {
    const database = openDatabase({ dataDir })
    await database.migrate()
    const modes = ['', '/assay.db', '/assay.db-wal', '/assay.db-shm'].map((name) => modeOf(`${dataDir}${name}`))
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600])
    await database.close()
    chmodSync(dataDir, 0o755)
    chmodSync(`${dataDir}/assay.db`, 0o644)
  }
})
