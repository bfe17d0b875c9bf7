import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPERATOR_COMMANDS } from './operator-commands.ts'
import { startFakeServer } from './test/fake-server.ts'
import { run } from './test/run.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'assay-cli-'))
const BIN = new URL('../bin/assay.js', import.meta.url).pathname

describe('help', () => {
  it.each([
    [],
    ['serve'],
    ['init'],
    ['account'],
    ['account', 'create'],
    ['account', 'list'],
    ['token'],
    ['token', 'create'],
    ['token', 'list'],
    ['token', 'revoke'],
    ['project'],
    ['project', 'create'],
    ['project', 'list'],
    ['user'],
    ['user', 'create'],
    ['backup'],
    ['restore'],
    ['export'],
    ['import'],
    ['doctor'],
    ['upload'],
    ['upload', 'junit'],
  ])('assay %s %s --help', async (...command) => {
    const { exitCode, stdout, stderr } = await run([...command, '--help'])
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(new RegExp(`^Usage: ${['assay', ...command].join(' ')} `))
  })

  it('assay --version is the version of the server beside it', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../server/package.json', import.meta.url), 'utf8'))
    expect(await run(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
    expect(await run(['-V'])).toMatchObject({ exitCode: 0, stdout: `${version}\n` })
  })

  it('lists every command for operators under one name', async () => {
    const { stdout } = await run(['--help'])
    const commands = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Exit codes:'))
    const listed = [...commands.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)
    expect(listed.filter((name) => name !== 'upload' && name !== 'help')).toEqual([...OPERATOR_COMMANDS])
  })

  it('documents the exit codes where they matter', async () => {
    expect((await run(['--help'])).stdout).toContain('Exit codes:')
    expect((await run(['upload', 'junit', '--help'])).stdout).toContain('Exit codes:')
  })
})

describe('wrong command lines', () => {
  const report = join(folder(), 'report.xml')
  writeFileSync(report, '<testsuite/>')
  const complete = ['upload', 'junit', report, '--project', 'p', '--set', 's']
  it.each<[string[], Record<string, string>, RegExp]>([
    [['uplaod'], {}, /unknown command 'uplaod'/],
    [['upload', 'junit', '--project', 'p', '--set', 's'], {}, /missing required argument 'files'/],
    [['upload', 'junit', report, '--set', 's'], {}, /required option '--project <id\|name>' not specified/],
    [[...complete, '--sett', 'x'], {}, /unknown option '--sett'.*\n.*--set/],
    [['upload', 'junit', report, '--projct', 'p', '--set', 's'], {}, /unknown option '--projct'.*\n.*--project/],
    [['export', 'file', '--projekt', 'p'], {}, /unknown option '--projekt'.*\n.*--project/],
    [['account', 'create', 'name', '--ownr', 'x'], {}, /unknown option '--ownr'.*\n.*--owner/],
    [['--verison'], {}, /unknown option '--verison'.*\n.*--version/],
    [[...complete, '--retries', '-1'], {}, /--retries/],
    [[...complete, '--retries', '1.5'], {}, /--retries/],
    [[...complete, '--field', 'Build'], {}, /Build/],
    [[...complete, '--timezone', 'Mars/Base'], {}, /Mars\/Base/],
    [[...complete, '--concurrency', '0'], {}, /--concurrency/],
    [[...complete, '--repeats', 'never'], {}, /Allowed choices are fail, retry/],
    [complete, {}, /Set ASSAY_URL/],
    [complete, { ASSAY_URL: 'http://127.0.0.1:1' }, /Set ASSAY_TOKEN/],
    [complete, { ASSAY_URL: 'localhost:3000', ASSAY_TOKEN: 't' }, /not an http\(s\) address/],
    [
      [...complete, '--retries', '1'],
      { ASSAY_URL: 'http://127.0.0.1:1', ASSAY_TOKEN: 't' },
      /No answer from http:\/\/127.0.0.1:1/,
    ],
  ])('%j with %j exits 2 and says why on stderr', async (argv, env, message) => {
    const { exitCode, stdout, stderr } = await run(argv, { env })
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
  })
})

describe('an upload', () => {
  const path = join(folder(), 'report.xml')
  const complete = ['upload', 'junit', path, '--project', '2', '--set', 'CI']
  writeFileSync(path, '<testsuite name="s"><testcase name="a"/></testsuite>')

  it('with --retries 0 asks once', async () => {
    const server = await startFakeServer(() => ({ status: 503 }))
    const env = { ASSAY_URL: server.url, ASSAY_TOKEN: 't' }
    const { exitCode, stderr } = await run([...complete, '--retries', '0'], { env })
    await server.stop()
    expect([exitCode, server.requests.length]).toEqual([2, 1])
    expect(stderr).not.toContain('retry')
  })

  it('to an https address of an http port says so, at once', async () => {
    const server = await startFakeServer()
    const url = server.url.replace('http:', 'https:')
    const { exitCode, stderr } = await run(complete, { env: { ASSAY_URL: url, ASSAY_TOKEN: 't' } })
    await server.stop()
    expect([exitCode, stderr]).toEqual([
      2,
      `assay: ${url} does not speak https: use ${server.url}, or the address of the proxy that adds TLS\n`,
    ])
  })

  it('prints what reports, servers and file names say as text, never as commands', async () => {
    const hostile = '\u001b[2J\u009b\u202e\n::set-output name=x::##[error]##vso[task.complete]'
    const report = join(folder(), '\u001b]0;.xml')
    const cases = '<testcase name="::add-mask::x&#10;::error::x"><failure message="REFUSE"/></testcase>'
    const file = '<system-out>[[ATTACHMENT|&#x9b;::x.png]]</system-out>'
    writeFileSync(report, `<testsuite name="">${cases}<testcase name="a">${file}</testcase><testcase name="::b">`)
    const server = await startFakeServer((request) =>
      request.path === 'runs.json' && JSON.stringify(request.body).includes('REFUSE')
        ? { status: 422, body: { errors: [{ title: hostile, source: { pointer: '/data/0' } }] } }
        : undefined,
    )
    const env = { ASSAY_URL: server.url, ASSAY_TOKEN: 't' }
    const argv = ['upload', 'junit', report, '--project', '2', '--set', 'CI', '--attach']
    const lines = await run(argv, { env })
    const json = await run([...argv, '--json'], { env })
    await server.stop()
    expect(lines.stdout).toMatch(/REFUSED: .*::set-output.*\nAttachment not sent: .*x\.png: no such file\n/)
    for (const text of [lines.stdout, lines.stderr, json.stdout, json.stderr]) {
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|##(vso)?\[|^\s*::/m)
    }
    const refusing = await startFakeServer(() => ({ status: 401, body: { errors: [{ title: hostile }] } }))
    const refused = await run(argv, { env: { ASSAY_URL: refusing.url, ASSAY_TOKEN: 't' } })
    await refusing.stop()
    expect(refused.stderr).toMatch(/^assay: the server refused: \\x1b\[2J\\x9b\\u202e\\n::set-output [^\n]+\n$/)
    const mistyped = await run(['upload', 'junit', report, `--x${hostile}`])
    expect(mistyped.stderr).not.toMatch(/\u001b|^\s*::|##\[/m)
  })
})

describe('the operator commands', () => {
  it('set up an account, project, user and token on an empty data directory, and list them', async () => {
    const env = { ASSAY_DATA_DIR: folder() }
    const json = async (...argv: string[]) => {
      const { exitCode, stdout, stderr } = await run([...argv, '--json'], { env })
      expect([exitCode, stderr]).toEqual([0, ''])
      return JSON.parse(stdout)
    }
    const first = await run(['init'], { env })
    expect(first.exitCode).toBe(0)
    expect(first.stdout + first.stderr).toMatch(/[0-9a-f]{40}/)
    expect((await run(['init'], { env })).stdout).not.toMatch(/[0-9a-f]{40}/)
    await json('project', 'create', 'Payments')
    expect(JSON.stringify(await json('project', 'list'))).toContain('Payments')
    await json('user', 'create', 'ada@example.org')
    const made = await json('token', 'create', '--name', 'ci')
    expect(JSON.stringify(made)).toMatch(/[0-9a-f]{40}/)
    const tokens = await json('token', 'list')
    expect(JSON.stringify(tokens)).toContain('ci')
    expect(JSON.stringify(tokens)).not.toMatch(/"[0-9a-f]{40}"/)
    await json('token', 'revoke', String(made.id))
    expect(JSON.stringify(await json('token', 'list'))).not.toContain('"ci"')
    expect(await json('account', 'list')).toHaveLength(1)
  })

  it('say how the tables would be spread over a cluster, and that SQLite is none', async () => {
    const planned = await run(['db', 'distribute', '--dry-run'])
    expect([planned.exitCode, planned.stderr]).toEqual([0, ''])
    expect(planned.stdout).toContain("select create_reference_table('users');\n")
    expect(planned.stdout).toMatch(
      /^select create_distributed_table\('runs', 'project_id', colocate_with => '\w+'\);$/m,
    )
    const refused = await run(['db', 'distribute'], { env: { ASSAY_DATA_DIR: folder() } })
    expect([refused.exitCode, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toMatch(/SQLite runs on one machine: set DATABASE_URL/)
  })
})

describe('the process', () => {
  it('prints the summary on stdout and the rest on stderr', async () => {
    const server = await startFakeServer()
    const path = join(folder(), 'report.xml')
    writeFileSync(path, '<testsuite name="s"><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>')
    const env = { ASSAY_URL: server.url, ASSAY_TOKEN: 't' }
    const { exitCode, stdout, stderr } = await run(['upload', 'junit', path, '--project', '2', '--set', 'CI'], { env })
    await server.stop()
    expect([exitCode, stderr]).toEqual([1, ''])
    expect(stdout).toContain('2 results read, 2 stored, 0 refused (2 runs')
    expect(stdout).toContain('passed 1, failed 1, skipped 0')
    expect(stdout).toMatch(new RegExp(`${server.url}/p/2/sets/\\d+\n$`))
  })

  it('streams 100,000 results of one file in not much more memory than 10,000', async () => {
    const server = await startFakeServer()
    const preload = join(folder(), 'peak.mjs')
    writeFileSync(preload, `process.on('exit', () => process._rawDebug('PEAK ' + process.resourceUsage().maxRSS))`)

    /** Uploads so many results, about 270 bytes each; the most memory that any process of it had, in MB. */
    async function peakOf(results: number): Promise<number> {
      server.forget()
      const path = join(folder(), 'large.xml')
      const file = createWriteStream(path)
      file.write('<testsuites><testsuite name="large">')
      for (let i = 0; i < results; i++) {
        const more = file.write(
          `<testcase classname="org.example.shop.Class${i % 500}" name="test number ${i}" time="0.01"><system-out>${'output '.repeat(20)}${i}</system-out></testcase>\n`,
        )
        if (!more) await once(file, 'drain')
      }
      file.end('</testsuite></testsuites>')
      await once(file, 'finish')
      const child = spawn(
        process.execPath,
        [BIN, 'upload', 'junit', path, '--project', '2', '--set', 'CI', '--json', '--concurrency', '2'],
        { env: { ...process.env, ASSAY_URL: server.url, ASSAY_TOKEN: 't', NODE_OPTIONS: `--import=${preload}` } },
      )
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (chunk) => (stdout += chunk))
      child.stderr.on('data', (chunk) => (stderr += chunk))
      const [code] = await once(child, 'close')
      expect(code, stderr).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ read: results, stored: results, runs: results, refused: [] })
      const peaks = [...stderr.matchAll(/PEAK (\d+)/g)].map((match) => Number(match[1]) / 1024)
      expect(peaks.length).toBeGreaterThan(0)
      return Math.max(...peaks)
    }

    const small = await peakOf(10_000)
    const large = await peakOf(100_000)
    await server.stop()
    // Ten times the results: were they held, this would be three times as much.
    expect(large / small, `${small} MB for 10,000, ${large} MB for 100,000`).toBeLessThan(1.8)
  }, 240_000)
})
