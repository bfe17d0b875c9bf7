import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { asNobody } from '../test-support/start-postgres.ts'
import { createInstances, sendRun, storedRuns, unavailable } from './load.ts'
import { call, newFolder, type ServerProcess, spawnServer, startForTest } from './server-process.ts'

/** Runs a program that must succeed. */
function run(program: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error ?? stderr}`)
}

const newRun = (instances: string[], name: string) => ({ name, instance: instances[0] as string })

describe('a database that another process has locked', () => {
  it('refuses writes after a while, answers reads meanwhile, and writes again once it is free', async () => {
    const server = await startForTest()
    const { project, instances } = await createInstances(server)
    const other = new DatabaseSync(join(server.dataDir, 'assay.db'))
    onTestFinished(() => other.close())
    other.exec('begin immediate')
    let answered = false
    const write = sendRun(server, project, newRun(instances, 'refused')).finally(() => {
      answered = true
    })
    let meanwhile = 0
    while (!answered) {
      expect((await call(server, 'GET', `/projects/${project}/tests.json`)).meta['total-count']).toBe(4)
      if (!answered) meanwhile++
    }
    // One may have been on its way when the write was refused; had it been held up, there were no more.
    expect(meanwhile).toBeGreaterThan(2)
    expect(await write).toEqual(unavailable(/^The database is busy/))

    const patient = sendRun(server, project, newRun(instances, 'patient'))
    other.exec('rollback')
    expect((await patient).status).toBe(200)
    expect((await sendRun(server, project, newRun(instances, 'refused'))).status).toBe(200)
    expect(await server.stop()).toBe(0)
    expect(await storedRuns(server.dataDir, undefined)).toEqual(['patient', 'refused'])
  })
})

/** Ways to have no room left, and to make room again while the server runs. */
interface FullDisk {
  dataDir(): string
  fill(server: ServerProcess): void
  free(server: ServerProcess): void
}

const limitFileSize = (limit: string) => (server: ServerProcess) =>
  run('prlimit', '--pid', String(server.pid), `--fsize=${limit}`)

const FULL_DISKS: Record<string, FullDisk> = {
  'a limit of file sizes': {
    dataDir: newFolder,
    fill: limitFileSize('4096:unlimited'),
    free: limitFileSize('unlimited:unlimited'),
  },
  'a small file system': {
    dataDir() {
      const folder = newFolder()
      run('mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder)
      onTestFinished(() => run('umount', '--lazy', folder))
      return folder
    },
    fill({ dataDir }) {
      try {
        for (let n = 0; ; n++) writeFileSync(join(dataDir, `ballast-${n}`), Buffer.alloc(4096))
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
      }
    },
    free: ({ dataDir }) => run('sh', '-c', `rm ${dataDir}/ballast-*`),
  },
}

/** Whether this user may mount; in most containers nobody may. */
function canMount(): boolean {
  const folder = newFolder()
  if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status !== 0) return false
  run('umount', folder)
  return true
}

// The limit needs no rights, so a full disk is tried in every environment.
const kinds = Object.keys(FULL_DISKS).slice(0, canMount() ? undefined : 1)

describe.runIf(process.platform === 'linux').each(kinds)('a disk that is full by %s', (kind) => {
  it('refuses what needs room, answers reads, and stores again once there is room', async () => {
    const disk = FULL_DISKS[kind] as FullDisk
    const server = await startForTest({ dataDir: disk.dataDir() })
    const { project, instances } = await createInstances(server)
    const acknowledged: string[] = []
    const store = async (name: string, file?: Buffer) => {
      const answer = await sendRun(server, project, { ...newRun(instances, name), file })
      if (answer.status === 200) acknowledged.push(name)
      return answer
    }
    expect((await store('before')).status).toBe(200)
    disk.fill(server)
    // The log of the database may have room left from before: many writes at once use it up.
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => store(`full ${n}`)))
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) expect(answer).toEqual(unavailable(/^The (disk of the server is full|server cannot)/))
    expect(await store('file', Buffer.alloc(3_000_000, 'x'))).toEqual(unavailable(/^The disk of the server is full/))
    expect((await call(server, 'GET', `/projects/${project}/tests.json`)).meta['total-count']).toBe(4)

    disk.free(server)
    expect((await store('after')).status).toBe(200)
    expect((await store('file', Buffer.alloc(3_000_000, 'x'))).status).toBe(200)
    expect(await server.stop()).toBe(0)
    expect(await storedRuns(server.dataDir, undefined)).toEqual(acknowledged.sort())
  })
})

describe('a folder that cannot be written', () => {
  /** A folder of the user that the server runs as, who is not root: nothing is closed to root. */
  function folderOfNobody(): string {
    const folder = newFolder()
    if (asNobody.uid !== undefined) chownSync(folder, asNobody.uid, asNobody.gid)
    return folder
  }

  it('ends the start with a message that names it', async () => {
    const dataDir = folderOfNobody()
    chmodSync(dataDir, 0o500)
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
    const { ended, output } = spawnServer({ dataDir, user: asNobody }, await freePort())
    expect(await ended).toBe(2)
    expect(output()).toMatch(/^Assay cannot start\.\nASSAY_DATA_DIR: cannot use .*assay\.db: .*must be able to write/)
    expect(output()).not.toMatch(/\n\s+at /)
  })

  it('refuses files until it can be written again, and goes on with what needs no new file', async () => {
    const dataDir = folderOfNobody()
    mkdirSync(join(dataDir, 'attachments'))
    if (asNobody.uid !== undefined) chownSync(join(dataDir, 'attachments'), asNobody.uid, asNobody.gid)
    const server = await startForTest({ dataDir, user: asNobody })
    const { project, instances } = await createInstances(server)
    const store = (name: string, file?: Buffer) => sendRun(server, project, { ...newRun(instances, name), file })
    chmodSync(join(dataDir, 'attachments'), 0o500)
    expect(await store('file', Buffer.from('x'))).toEqual(unavailable(/^The server cannot use its disk/))
    expect((await store('no file')).status).toBe(200)
    chmodSync(join(dataDir, 'attachments'), 0o700)
    expect((await store('file', Buffer.from('x'))).status).toBe(200)
    expect(await server.stop()).toBe(0)
    expect(await storedRuns(dataDir, undefined)).toEqual(['file', 'no file'])
  })
})
