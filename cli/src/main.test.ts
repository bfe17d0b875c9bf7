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
    ['gate'],
    ['quarantine'],
    ['quarantine', 'names'],
    ['builds'],
    ['failures'],
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
    const online = ['upload', 'gate', 'quarantine', 'builds', 'failures']
    expect(listed).toEqual([...OPERATOR_COMMANDS, ...online, 'help'])
  })

  it('documents the exit codes where they matter', async () => {
    expect((await run(['--help'])).stdout).toContain('Exit codes:')
    for (const command of [['upload'], ['upload', 'junit'], ['gate']]) {
      expect((await run([...command, '--help'])).stdout).toContain('Exit codes:')
    }
  })
})

describe('wrong command lines', () => {
  const report = join(folder(), 'report.xml')
  writeFileSync(report, '<testsuite/>')
  const complete = ['upload', report, '--project', 'p', '--set', 's']
  it.each<[string[], Record<string, string>, RegExp]>([
    [['uplaod'], {}, /unknown command 'uplaod'/],
    [['upload', '--project', 'p', '--set', 's'], {}, /missing required argument 'files'/],
    [['upload', 'junit', '--project', 'p', '--set', 's'], {}, /missing required argument 'files'/],
    [['upload', report, '--set', 's'], {}, /required option '--project <id\|name>' not specified/],
    [['upload', 'junit', report, '--set', 's'], {}, /required option '--project <id\|name>' not specified/],
    [['upload', report, '--project', 'p'], {}, /required option '--set <name>' not specified/],
    [['gate', '--project', 'p'], { ASSAY_URL: 'http://127.0.0.1:1' }, /Set ASSAY_TOKEN/],
    [[...complete, '--sett', 'x'], {}, /unknown option '--sett'.*\n.*--set/],
    [['upload', report, '--projct', 'p', '--set', 's'], {}, /unknown option '--projct'.*\n.*--project/],
    [['export', 'file', '--projekt', 'p'], {}, /unknown option '--projekt'.*\n.*--project/],
    [['account', 'create', 'name', '--ownr', 'x'], {}, /unknown option '--ownr'.*\n.*--owner/],
    [['--verison'], {}, /unknown option '--verison'.*\n.*--version/],
    [[...complete, '--retries', '-1'], {}, /--retries/],
    [[...complete, '--retries', '1.5'], {}, /--retries/],
    [[...complete, '--field', 'Build'], {}, /Build/],
    [[...complete, '--timezone', 'Mars/Base'], {}, /Mars\/Base/],
    [['upload', 'junit', report, '--concurrency', '0'], {}, /--concurrency/],
    [[...complete, '--concurrency', '2'], {}, /unknown option '--concurrency'/],
    [[...complete, '--scope', 'some'], {}, /Allowed choices are full, partial/],
    [[...complete, '--patience', '0'], {}, /--patience/],
    [[...complete, '--repeats', 'never'], {}, /Allowed choices are worst, last/],
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

  it('print links to set a password, and put users out and let them in', async () => {
    const env = { ASSAY_DATA_DIR: folder(), ASSAY_BASE_URL: 'https://assay.example.org' }
    const first = await run(['init'], { env })
    expect(first.stderr).toMatch(/^Welcome {2}https:\/\/assay\.example\.org\/welcome\/[\w-]{43} /m)
    const invited = await run(['user', 'invite', 'Ada@example.org', '--project', 'Demo'], { env })
    const link = /^https:\/\/assay\.example\.org\/welcome\/[\w-]{43}\n$/
    expect([invited.exitCode, invited.stdout]).toEqual([0, expect.stringMatching(link)])
    expect(invited.stderr).toMatch(/User ada@example\.org created/)
    const welcome = () => run(['user', 'welcome', 'ada@example.org'], { env })
    const again = await welcome()
    expect([again.exitCode, again.stdout === invited.stdout]).toEqual([0, false])
    expect(again.stdout).toMatch(link)
    expect((await run(['user', 'disable', 'ada@example.org'], { env })).stderr).toBe(
      'User ada@example.org is put out.\n',
    )
    expect([(await welcome()).exitCode, (await welcome()).stderr]).toEqual([2, expect.stringMatching(/user enable/)])
    await run(['user', 'enable', 'ada@example.org'], { env })
    expect((await welcome()).exitCode).toBe(0)
    const reset = await run(['user', 'reset-second-factor', 'ada@example.org'], { env })
    expect([reset.exitCode, reset.stderr]).toEqual([0, 'User ada@example.org signs in with the password alone.\n'])
    expect((await run(['user', 'welcome', 'nobody@example.org'], { env })).stderr).toMatch(/There is no user/)
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
    writeFileSync(path, '<testsuite name="s"><testcase name="a"/></testsuite>')
    const env = { ASSAY_URL: server.url, ASSAY_TOKEN: 't' }
    const { exitCode, stdout, stderr } = await run(['upload', path, '--project', '2', '--set', 'CI'], { env })
    await server.stop()
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain('3 results read, 3 stored, 0 refused (3 runs')
    expect(stdout).toContain('passed 3, failed 0, skipped 0')
    expect(stdout).toMatch(new RegExp(`Gate passed: build 1\\n${server.url}/api/v2/projects/2/builds/50.json\\n$`))
  })

  it('streams a report of 100,000 results in not much more memory than one of 10,000', async () => {
    const server = await startFakeServer({ keep: 1000 })
    const preload = join(folder(), 'peak.mjs')
    writeFileSync(preload, `process.on('exit', () => process._rawDebug('PEAK ' + process.resourceUsage().maxRSS))`)

    /** Uploads so many results, about 270 bytes each, in three files; the most memory of any process of it, in MB. */
    async function peakOf(results: number): Promise<number> {
      const reports = folder()
      const before = server.bytes()
      for (let part = 0; part < 3; part++) {
        const file = createWriteStream(join(reports, `${part}.xml`))
        file.write('<testsuites><testsuite name="large">')
        for (let i = part; i < results; i += 3) {
          const more = file.write(
            `<testcase classname="org.example.shop.Class${i % 500}" name="test number ${i}" time="0.01"><system-out>${'output '.repeat(20)}${i}</system-out></testcase>\n`,
          )
          if (!more) await once(file, 'drain')
        }
        file.end('</testsuite></testsuites>')
        await once(file, 'finish')
      }
      const child = spawn(process.execPath, [BIN, 'upload', reports, '--project', '2', '--set', 'CI', '--json'], {
        env: { ...process.env, ASSAY_URL: server.url, ASSAY_TOKEN: 't', NODE_OPTIONS: `--import=${preload}` },
      })
      let stderr = ''
      child.stdout.resume()
      child.stderr.on('data', (chunk) => (stderr += chunk))
      const [code] = await once(child, 'close')
      expect(code, stderr).toBe(0)
      expect(server.bytes() - before).toBeGreaterThan(results * 200)
      const peaks = [...stderr.matchAll(/PEAK (\d+)/g)].map((match) => Number(match[1]) / 1024)
      expect(peaks.length).toBeGreaterThan(0)
      return Math.max(...peaks)
    }

    const small = await peakOf(10_000)
    const large = await peakOf(100_000)
    await server.stop()
    // Ten times the results: were they held, this would be twice as much.
    expect(large / small, `${small} MB for 10,000, ${large} MB for 100,000`).toBeLessThan(1.5)
  }, 240_000)
})
