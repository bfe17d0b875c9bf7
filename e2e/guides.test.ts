import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findBrokenLinks } from '../scripts/check-links.ts'
import { type Block, matchesOutput, readBlocks, readServerSettings, readSettings, readSteps } from './guide-blocks.ts'
import { runSteps } from './run-steps.ts'
import { newFolder, ROOT, startServer } from './server-process.ts'

const GUIDES = readdirSync(join(ROOT, 'docs/guides'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -'.md'.length))
  .sort()

const readPage = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const readGuide = (name: string) => readPage(`docs/guides/${name}.md`)

/** Starts a server as the guide does, with the secret it prints at its first start. */
async function startServerOf(blocks: Block[]) {
  const server = await startServer({ env: { ...readServerSettings(blocks), ASSAY_BOOTSTRAP_TOKEN: '' } })
  const token = /token\s+([0-9a-f]{40})/.exec(server.output())?.[1]
  if (token === undefined) throw new Error(`the server printed no token:\n${server.output()}`)
  return { ...server, token }
}

describe.each(GUIDES)('the guide %s', (name) => {
  const markdown = readGuide(name)
  const blocks = readBlocks(markdown)

  it('runs as it stands, and prints what it shows', { timeout: 180_000 }, async () => {
    const server = await startServerOf(blocks)
    try {
      const values: Record<string, string> = {
        ASSAY_URL: server.url,
        ASSAY_TOKEN: server.token,
      }
      const env = Object.fromEntries(
        readSettings(blocks).map((setting) => {
          const value = values[setting]
          if (value === undefined) throw new Error(`the guide exports ${setting}, which this test cannot give it`)
          return [setting, value]
        }),
      )
      const steps = readSteps(blocks)
      expect(steps.length).toBeGreaterThan(0)
      const problems = await runSteps(steps, server.dataDir, env)
      expect(problems.map((problem) => `docs/guides/${name}.md, ${problem}`).join('\n')).toBe('')
      for (const block of blocks.filter(({ roles }) => roles.includes('printed'))) {
        const printed = server.output().replaceAll(server.url, 'http://127.0.0.1:3000')
        expect(matchesOutput(block, printed), printed).toBe(true)
      }
    } finally {
      await server.stop()
    }
  })

  it('opens with a title and what the reader will be able to do', () => {
    expect(markdown).toMatch(/^# \S.*\n\n\S/)
  })

  it('talks down to nobody', () => {
    expect(markdown.match(/\b(just|simply|obviously)\b/gi)).toBeNull()
  })
})

/** What a pipeline does beside the tests: the commands of its steps that are about Assay. */
const commandsOf = (pipeline: string) =>
  pipeline
    .split('\n')
    .map((line) => line.trim().replace(/^- /, ''))
    .filter((line) => /^(mkdir|curl|node) /.test(line))

describe('pipelines of other services', () => {
  let blocks: Block[]
  let pipelines: Block[]
  beforeAll(() => {
    blocks = readBlocks(readGuide('upload-automated-results'))
    pipelines = blocks.filter(({ language }) => ['yaml', 'groovy'].includes(language))
  })

  it('are there for GitHub Actions, GitLab CI and Jenkins', () => {
    expect(pipelines.map(({ language }) => language)).toEqual(['yaml', 'yaml', 'groovy'])
  })

  it('are well-formed', () => {
    for (const { language, line, text } of pipelines) {
      if (language === 'yaml') {
        const parsed = spawnSync('ruby', ['-ryaml', '-e', 'YAML.safe_load($stdin.read)'], {
          input: text,
          encoding: 'utf8',
        })
        expect([line, parsed.status, parsed.stderr]).toEqual([line, 0, ''])
      } else {
        const count = (mark: string) => text.split(mark).length - 1
        expect([line, count('{'), count("'''") % 2]).toEqual([line, count('}'), 0])
      }
    }
  })

  it('upload reports from a workspace, with nothing but what they fetch', { timeout: 120_000 }, async () => {
    const server = await startServer()
    try {
      for (const { line, text } of pipelines) {
        const workspace = newFolder()
        const temporary = join(workspace, '..', `${basename(workspace)}@tmp`)
        mkdirSync(join(workspace, 'reports'))
        writeFileSync(join(workspace, 'reports/a.xml'), '<testsuite name="s"><testcase name="a"/></testsuite>')
        const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', commandsOf(text).join('\n')], {
          cwd: workspace,
          env: { PATH: process.env.PATH, WORKSPACE_TMP: temporary, ASSAY_URL: server.url, ASSAY_TOKEN: server.token },
          encoding: 'utf8',
          // A socket in the place of a terminal makes bash read the settings of its user.
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        expect([line, status, stderr]).toEqual([line, 0, ''])
        expect(stdout).toContain('1 result read, 1 stored')
        // Jenkins keeps a workspace from build to build, and builds in it.
        if (text.startsWith('pipeline')) expect(readdirSync(workspace)).toEqual(['reports'])
      }
    } finally {
      await server.stop()
    }
  })

  it('call commands that the guide runs', () => {
    const run = new Set(readSteps(blocks).flatMap(({ block }) => block.text.split('\n').map((line) => line.trim())))
    for (const { line, text } of pipelines) {
      const commands = commandsOf(text).filter((command) => command.startsWith('node '))
      expect([line, commands.length]).toEqual([line, 1])
      for (const command of commands)
        expect([...run]).toContain(command.replace('"$WORKSPACE_TMP/assay.mjs"', 'assay.mjs'))
    }
  })
})

describe('the documentation', () => {
  const pages = [
    'docs/README.md',
    'docs/glossary.md',
    'docs/runbooks.md',
    'docs/scale.md',
    ...GUIDES.map((name) => `docs/guides/${name}.md`),
  ]
  const files = readdirSync(join(ROOT, 'docs/self-hosting'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))

  it('links to nothing that is not there', () => {
    expect(findBrokenLinks(ROOT)).toEqual([])
  })

  it('lists every guide in its index', () => {
    const listed = [...readPage('docs/README.md').matchAll(/\(guides\/([\w-]+)\.md\)/g)].map((match) => match[1])
    expect(listed.sort()).toEqual(GUIDES)
  })

  it('starts the server in the unit and in the container as npm start does', () => {
    const command = (JSON.parse(readPage('package.json')) as { scripts: { start: string } }).scripts.start
    expect(readPage('docs/self-hosting/assay.service')).toContain(`.bin/${command}\n`)
    expect(readPage('docs/self-hosting/Dockerfile')).toContain(`CMD ["${command.split(' ').join('", "')}"]\n`)
  })

  it('names only settings that exist', () => {
    const known = new Set([...readPage('README.md').matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1]))
    // Of the command line.
    for (const name of ['ASSAY_URL', 'ASSAY_TOKEN']) known.add(name)
    for (const path of [...pages, ...files]) {
      const named = readPage(path).match(/\bASSAY_[A-Z_]+\b/g) ?? []
      expect([path, named.filter((name) => !known.has(name))]).toEqual([path, []])
    }
  })
})

describe('a shown output', () => {
  const block = (language: string, text: string): Block => ({ language, roles: ['output'], line: 1, text })
  let same: (language: string, shown: string, printed: string) => boolean
  beforeAll(() => {
    same = (language, shown, printed) => matchesOutput(block(language, shown), printed)
  })

  it('is compared line by line, with … for what changes', () => {
    expect(same('text', 'run …: PASSED', 'run 12: PASSED\n')).toBe(true)
    expect(same('text', 'run …: PASSED', 'run 12: FAILED')).toBe(false)
    expect(same('text', 'a\nb', 'a\nb\nc')).toBe(false)
    expect(same('text', 'a\n…\nc', 'a\nb\nb\nc')).toBe(true)
    expect(same('text', 'a (b)*', 'a (b)*')).toBe(true)
  })

  it('is compared as JSON without its layout', () => {
    expect(same('json', '{\n  "a": "x  y",\n  …\n}', '{"a":"x  y","b":[1]}')).toBe(true)
    expect(same('json', '{ "a": "x y" }', '{"a":"x  y"}')).toBe(false)
    expect(same('json', '[ … ]', '[]')).toBe(true)
    expect(same('json', '{ "id": "…" }', '{"id":"7"}')).toBe(true)
  })
})
