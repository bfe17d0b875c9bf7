import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAll, type Json, newFolder, ROOT, type ServerProcess, startForTest, startServer } from './server-process.ts'

/** Where programs are, without those of this repository: the Node of the machine. */
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter)

let server: ServerProcess
let folder: string

beforeAll(async () => {
  server = await startServer()
  folder = newFolder()
  execFileSync('curl', ['-fsSO', `${server.url}/cli/assay.mjs`], { cwd: folder })
  writeFileSync(
    join(folder, 'a.xml'),
    '<testsuite name="s"><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>',
  )
})
afterAll(() => server?.stop())

const assay = (node: string, ...args: string[]) =>
  spawnSync(node, ['assay.mjs', ...args], {
    cwd: folder,
    env: { PATH, ASSAY_URL: server.url, ASSAY_TOKEN: server.token },
    encoding: 'utf8',
  })

describe('the command line as one file', () => {
  it('uploads from a folder with nothing else in it', async () => {
    expect(readdirSync(folder).sort()).toEqual(['a.xml', 'assay.mjs'])
    const { status, stdout, stderr } = assay(
      process.execPath,
      'upload',
      '*.xml',
      '--project',
      'Demo',
      '--set',
      'One',
      '--json',
    )
    expect([status, stderr]).toEqual([1, ''])
    const summary: Json = JSON.parse(stdout)
    expect(summary.receipt).toMatchObject({ received: 2, stored: 2, passed: 1, failed: 1 })
    const set = summary.receipt['set-id']
    const runs = await callAll(server, `/projects/${summary.project.id}/runs.json?set-ids=${set}`)
    expect(runs.map(({ attributes }) => attributes.status).sort()).toEqual(['FAILED', 'PASSED'])
  })

  it('runs on the Node of this machine, or says which one it needs', () => {
    const [major = 0, minor = 0] = execFileSync('node', ['-p', 'process.versions.node'], {
      env: { PATH },
      encoding: 'utf8',
    })
      .split('.')
      .map(Number)
    const { status, stdout, stderr } = assay('node', 'upload', 'a.xml', '--project', 'Demo', '--set', 'Two')
    if (major > 20 || (major === 20 && minor >= 12)) {
      expect([status, stderr]).toEqual([1, ''])
      expect(stdout).toContain('2 results read, 2 stored')
    } else expect([status, stderr]).toEqual([2, expect.stringContaining('Node 20.12 or newer is needed')])
  })

  it('has the version of its server, and sends operators to where theirs is', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(assay(process.execPath, '--version').stdout).toBe(`${version}\n`)
    const { status, stderr } = assay(process.execPath, 'backup', 'file', '--any')
    expect([status, stderr]).toEqual([
      2,
      'assay: "backup" works on the server\'s own database: run "npx assay backup" in the folder where Assay is installed\n',
    ])
    const help = assay(process.execPath, '--help').stdout
    expect(help).toContain('upload')
    expect(help).toContain('npx assay <command>')
  })
})

/** A checkout of its own, of the parts that a server needs; packages are those given. */
function checkout(packages: string[]): string {
  const root = newFolder()
  for (const name of ['server', 'cli', 'sdk', 'scripts', 'docs', 'package.json'])
    cpSync(join(ROOT, name), join(root, name), { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  for (const name of packages) symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name))
  return root
}

describe('a server without development packages', () => {
  const packages = readdirSync(join(ROOT, 'node_modules')).filter(
    (name) => !/^(\.|rolldown$|@rolldown$|@assay$)/.test(name),
  )
  const entry = (root: string): [string, ...string[]] => [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    join(root, 'server/src/app/main.ts'),
  ]
  const fetchFile = async (root: string) => {
    const started = await startForTest({ command: entry(root) })
    return fetch(`${started.url}/cli/assay.mjs`)
  }

  it('offers what was built with its own sources, and nothing that was built with others', {
    timeout: 120_000,
  }, async () => {
    const root = checkout(packages)
    const missing = await fetchFile(root)
    expect([missing.status, ((await missing.json()) as Json).errors[0].title]).toEqual([
      404,
      expect.stringContaining('npm run build:cli'),
    ])
    mkdirSync(join(root, 'cli/dist'))
    cpSync(join(folder, 'assay.mjs'), join(root, 'cli/dist/assay.mjs'))
    const built = await fetchFile(root)
    expect([built.status, await built.text()]).toEqual([200, readFileSync(join(folder, 'assay.mjs'), 'utf8')])
    writeFileSync(join(root, 'cli/src/cli-error.ts'), '// changed\n', { flag: 'a' })
    expect((await fetchFile(root)).status).toBe(404)
  })
})
