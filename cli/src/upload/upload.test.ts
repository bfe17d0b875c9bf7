import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type FakeRequest, startFakeServer } from '../test/fake-server.ts'
import { run } from '../test/run.ts'

const folder = () => realpathSync(mkdtempSync(join(tmpdir(), 'assay-cli-')))
const REPORT = `<testsuite name="s">${'<testcase name="a"/>'.repeat(300)}</testsuite>`

/** A report of its own, and a fake server to send it to. */
async function set(o: Parameters<typeof startFakeServer>[0] = {}) {
  const directory = folder()
  const report = join(directory, 'report.xml')
  writeFileSync(report, REPORT)
  const server = await startFakeServer(o)
  onTestFinished(() => server.stop())
  const upload = (args: string[], env: Record<string, string> = {}) =>
    run(['upload', ...args, '--project', '2', '--set', 'CI'], {
      env: { ASSAY_URL: server.url, ASSAY_TOKEN: 't', ...env },
    })
  return { directory, report, server, upload }
}

const isImport = ({ method, path }: FakeRequest) => method === 'POST' && path === 'imports.json'

/** Answers so to the first imports, in their order. */
function first(
  ...answers: NonNullable<ReturnType<NonNullable<NonNullable<Parameters<typeof startFakeServer>[0]>['fault']>>>[]
) {
  return (request: FakeRequest) => (isImport(request) ? answers.shift() : undefined)
}

describe('what is sent', () => {
  it('is one file as it is, compressed on its way, with its name and every parameter', async () => {
    const { report, server, upload } = await set()
    const given = ['--build-key', 'k', '--branch', 'b', '--version', '1.2', '--no-create-tests', '--attempt', '2']
    expect(await upload([report, ...given])).toMatchObject({ exitCode: 0, stderr: '' })
    const [sent] = server.imports()
    expect([sent?.body, server.imports().length]).toEqual([REPORT, 1])
    expect(sent?.headers).toMatchObject({ 'content-encoding': 'zstd', 'content-type': 'application/octet-stream' })
    expect(Object.fromEntries(sent?.query ?? [])).toEqual({
      filename: report.slice(1),
      'set-name': 'CI',
      'build-key': 'k',
      branch: 'b',
      version: '1.2',
      'create-tests': 'false',
      attempt: '2',
    })
    expect(sent?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
  })

  it('is several files as one form, under the names they have, each once', async () => {
    const { directory, server, upload } = await set()
    mkdirSync(join(directory, 'ui'))
    const odd = join(directory, 'ui', 'a "b", é.xml')
    writeFileSync(odd, 'odd')
    expect(await upload([directory, join(directory, '**/*.xml'), odd])).toMatchObject({ exitCode: 0 })
    const [sent] = server.imports()
    expect(sent?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    const names = [...(sent?.body ?? '').matchAll(/filename="((?:\\"|[^"])*)"/g)].map(([, name]) => name)
    expect(names.sort()).toEqual([`${directory.slice(1)}/report.xml`, `${directory.slice(1)}/ui/a \\"b\\", é.xml`])
  })

  it('is an archive without another compression, and standard input', async () => {
    const { directory, server, upload } = await set()
    const archive = join(directory, 'a.gz')
    writeFileSync(archive, gzipSync(Buffer.from(Array.from({ length: 20_000 }, () => Math.random() * 256))))
    await upload([archive])
    expect(server.imports()[0]?.headers['content-encoding']).toBeUndefined()
    const { exitCode } = await run(['upload', '-', '--project', '2', '--set', 'CI'], {
      env: { ASSAY_URL: server.url, ASSAY_TOKEN: 't' },
      stdin: REPORT,
    })
    expect([exitCode, server.imports()[1]?.body]).toEqual([0, REPORT])
  })

  it('is no link that leads out of a folder, and what is not there is named with exit code 2', async () => {
    const { directory, server, upload } = await set()
    const secret = join(folder(), 'secret')
    writeFileSync(secret, 'a secret')
    symlinkSync(secret, join(directory, 'link.txt'))
    const { exitCode, stdout } = await upload([directory, 'nowhere.xml'])
    expect(exitCode).toBe(2)
    expect(stdout).toMatch(
      /NOT SENT: .*link\.txt: a link that leads out of the folder\nNOT SENT: nowhere\.xml: no such file/,
    )
    expect(server.imports()[0]?.body).not.toContain('secret')
    expect(await upload(['nowhere.xml'])).toMatchObject({
      exitCode: 2,
      stderr: 'assay: There is nothing to upload\nnowhere.xml: no such file\n',
    })
  })

  it('is nothing with --print-parameters, which shows what the CI says', async () => {
    const { report, server, upload } = await set()
    const env = { GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '5', GITHUB_SHA: 'abc', GITHUB_REF: 'refs/heads/main' }
    const { exitCode, stdout } = await upload([report, '--commit', 'def', '--print-parameters', '--json'], env)
    expect([exitCode, server.requests]).toEqual([0, []])
    expect(JSON.parse(stdout)).toEqual({
      ci: 'GitHub Actions',
      project: '2',
      parameters: { 'build-key': 'github-5', branch: 'main', commit: 'def', attempt: '1', 'set-name': 'CI' },
      fromCi: ['build-key', 'branch', 'attempt'],
      files: [report.slice(1)],
      notSent: [],
    })
    const none = await upload([report, '--build-key', '', '--print-parameters'], env)
    expect(none.stdout).toMatch(/^branch +main +GitHub Actions$/m)
    expect(none.stdout).not.toContain('build-key')
  })
})

describe('a delivery', () => {
  it('is repeated under one key while the server is busy or away, and is another one the next time', async () => {
    const headers = { 'retry-after': '0' }
    const { report, server, upload } = await set({
      fault: first(
        { status: 409, headers },
        { status: 429, headers },
        { status: 502 },
        { status: 503, headers },
        { status: 504, headers },
        { status: 0, drop: 'before' },
      ),
    })
    const { exitCode, stderr, stdout } = await upload([report, '--json'])
    expect([exitCode, JSON.parse(stdout).retries]).toEqual([0, 6])
    expect(stderr.match(/^POST imports\.json: .* retry \d in /gm)).toHaveLength(6)
    const keys = () => new Set(server.imports().map((sent) => sent.headers['idempotency-key']))
    expect([server.imports().length, keys().size]).toEqual([7, 1])
    expect(new Set(server.imports().map(({ body }) => body))).toEqual(new Set([REPORT]))
    await upload([report])
    expect(keys().size).toBe(2)
  })

  it('that is cut while it is sent begins anew under its key', async () => {
    const { directory, server, upload } = await set({ cuts: 2, keep: 1000 })
    const large = join(directory, 'large.bin')
    const bytes = Buffer.alloc(8 * 1024 * 1024)
    for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32LE((Math.random() * 2 ** 32) >>> 0, i)
    writeFileSync(large, bytes)
    const { exitCode, stdout, stderr } = await upload([large, '--json'])
    expect([exitCode, JSON.parse(stdout).retries], stderr).toEqual([0, 2])
    expect(stderr.match(/^POST imports\.json: No answer from .* retry \d in /gm)).toHaveLength(2)
    expect([server.imports().length, server.bytes()]).toEqual([1, bytes.length])
  })

  it('whose answer was lost takes the receipt that is there, without sending it again', async () => {
    const { report, server, upload } = await set({ fault: first({ status: 0, drop: 'after' }) })
    const { exitCode, stdout } = await upload([report, '--json'])
    expect([exitCode, JSON.parse(stdout).receipt.stored, server.imports().length]).toEqual([0, 3, 1])
  })

  it.each<[string, string[], RegExp]>([
    ['--retries', ['--retries', '0'], /^assay: The server answered 503.*\nNot delivered: given up after 1 attempts/],
    ['--patience', ['--patience', '1'], /Not delivered: given up after \d\.\d s without progress/],
  ])('ends with exit code 2 at the limit of %s, and the summary says so', async (_, given, message) => {
    const { directory, report, upload } = await set({
      fault: (request) => (isImport(request) ? { status: 503 } : undefined),
    })
    const summary = join(directory, 'summary.md')
    const { exitCode, stdout, stderr } = await upload([report, ...given, '--summary-file', summary])
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(readFileSync(summary, 'utf8')).toContain('## Test results: not delivered')
  })

  it('that is too well compressed for the server goes without compression', async () => {
    const { report, server, upload } = await set({
      fault: first({ status: 413, body: { errors: [{ title: 'ratio' }] } }),
    })
    expect(await upload([report])).toMatchObject({ exitCode: 0 })
    expect(server.imports().map(({ headers }) => headers['content-encoding'])).toEqual(['zstd', undefined])
  })

  it('that is refused is refused once', async () => {
    const error = { title: 'shard is wrong', detail: 'say so\n::error::or so' }
    const answer = { status: 422, body: { errors: [error] } }
    const { report, server, upload } = await set({ fault: first(answer, answer) })
    expect(await upload([report])).toMatchObject({
      exitCode: 2,
      stderr: 'assay: the server refused: shard is wrong\n  say so\n  \\x3a:error::or so\n',
    })
    expect(server.imports()).toHaveLength(1)
  })
})

describe('files that the receipt wants', () => {
  it('are sent from below the root alone; the others are named', async () => {
    const directory = folder()
    const secret = join(folder(), 'id_rsa')
    writeFileSync(secret, 'a secret')
    const wanted = ['shot.png', secret, 'link.png', '/etc/passwd', 'gone.png'].map((path) => ({ path, 'run-id': 1 }))
    const { server, upload } = await set({ receipt: { 'wanted-files': wanted } })
    writeFileSync(join(directory, 'r.xml'), REPORT)
    writeFileSync(join(directory, 'shot.png'), 'shot')
    symlinkSync(secret, join(directory, 'link.png'))
    const argv = [join(directory, 'r.xml'), '--attach-root', directory]
    const { exitCode, stdout } = await upload(argv)
    expect(exitCode).toBe(0)
    expect(server.files).toEqual([{ path: 'shot.png', content_encoded: Buffer.from('shot').toString('base64') }])
    for (const path of [secret, 'link.png', '/etc/passwd']) {
      expect(stdout).toContain(`Attachment not sent: ${path}: outside --attach-root\n`)
    }
    expect(stdout).toContain('Attachment not sent: gone.png: no such file\n')
    expect(stdout).toContain('1 attachment sent afterwards')
    await upload([...argv, '--no-attach'])
    expect(server.files).toHaveLength(1)
  })
})

const RESULT = { 'test-name': 'cart › adds', variant: 'firefox', message: 'expected 3\nat x', 'run-id': 9 }

describe('the end', () => {
  it('names new failures, what is flaky and missing, and what was refused', async () => {
    const { report, server, upload } = await set({
      receipt: { state: 'stored', refused: 1, stored: 2, failed: 1, blocked: 1, flaky: 1 },
      meta: { refusals: [{ file: 'r.xml', line: 4, name: 'c', reason: 'no such test' }], notes: ['a note'] },
      build: { 'new-failures': 3, 'still-failing': 7, fixed: 2, flaky: 1, missing: 4, 'missing-shards': ['2/3'] },
      results: [RESULT],
      gates: ['failed'],
    })
    const { exitCode, stdout } = await upload([report])
    expect(exitCode).toBe(2)
    for (const line of [
      'REFUSED: r.xml:4: c: no such test',
      'passed 3, failed 1, blocked 1, skipped 0, flaky 1',
      'Note: a note',
      'New failures: 3',
      '  cart › adds [firefox]\n    expected 3\n',
      `    ${server.url}/api/v2/projects/2/runs/9.json`,
      '… and 2 more',
      'Still failing: 7',
      'Flaky: 1',
      'Missing: 4 tests',
      'Missing shards: 2/3',
      'Gate failed: build 1',
    ]) {
      expect(stdout).toContain(line)
    }
  })

  it.each<[string, object, string[], string[], number]>([
    ['everything passed', {}, [], [], 0],
    ['something failed', { failed: 1 }, [], [], 1],
    ['something is blocked', { blocked: 1 }, [], [], 1],
    ['a report was cut', { state: 'cut' }, [], ['--gate'], 2],
    ['something failed and the gate passed', { failed: 1 }, ['passed'], ['--gate'], 0],
    ['everything passed and the gate failed', {}, ['failed'], ['--gate'], 1],
    ['everything passed and the gate failed, which nobody asked', {}, ['failed'], [], 0],
    ['the gate is pending at first', {}, ['pending', 'passed'], ['--gate'], 0],
    ['the gate stays pending', {}, ['pending'], ['--gate', '--gate-timeout', '1'], 2],
  ])('where %s', { timeout: 20_000 }, async (_, receipt, gates, given, expected) => {
    const { report, upload } = await set({ receipt: { ...receipt }, ...(gates.length > 0 ? { gates } : {}) })
    expect((await upload([report, ...given])).exitCode).toBe(expected)
  })

  it('names every refusal, also those that a receipt has no room for', async () => {
    const refusal = (n: number) => ({ file: 'r.xml', line: n, name: `case ${n}`, reason: 'no such test' })
    const { report, upload } = await set({
      receipt: { stored: 1, refused: 150 },
      meta: { refusals: [refusal(1)], notes: [] },
      refusals: Array.from({ length: 150 }, (_, n) => refusal(n)),
    })
    const { exitCode, stdout } = await upload([report])
    expect([exitCode, stdout.match(/^REFUSED: r\.xml:\d+: case \d+: no such test$/gm)?.length]).toEqual([2, 150])
  })

  it.each<[string, string, string[], number]>([
    ['the build', 'builds/50.json', [], 0],
    ['the gate', 'builds/50/gate.json', [], 0],
    ['the gate that decides', 'builds/50/gate.json', ['--gate', '--gate-timeout', '0'], 2],
    ['the attachments', 'imports/60/files.json', [], 2],
  ])('of a delivery that is stored, while the server has no answer for %s, says so', async (_, path, given, code) => {
    const { directory, report, upload } = await set({
      fault: (request) => (request.path === path ? { status: 503 } : undefined),
      receipt: { 'wanted-files': [{ path: 'shot.png', 'run-id': 1 }] },
    })
    writeFileSync(join(directory, 'shot.png'), 'shot')
    const { exitCode, stdout } = await upload([report, '--attach-root', directory, '--retries', '0', ...given])
    expect([exitCode, stdout], stdout).toEqual([code, expect.stringContaining('3 results read, 3 stored')])
    expect(stdout).toMatch(/^PROBLEM: everything is stored, but .*503/m)
  })

  it('stands in the step summary as Markdown in which nothing of a report is markup', async () => {
    const hostile = '<img src=x> [link](http://x) @everyone #1 `code` |'
    const { directory, report, upload } = await set({
      receipt: { failed: 1 },
      build: { 'new-failures': 1, flaky: 1 },
      results: [{ ...RESULT, 'test-name': hostile, message: `${hostile}\u001b[2J` }],
    })
    const summary = join(directory, 'summary.md')
    await upload([report], { GITHUB_STEP_SUMMARY: summary })
    const text = readFileSync(summary, 'utf8')
    expect(text).toContain('## Test results: failed')
    expect(text).toContain('| failed | 1 |')
    expect(text).toContain('### New failures: 1')
    expect(text).not.toMatch(/<img|\(http:\/\/x\)|@everyone|`code`|\u001b/)
    await upload([report, '--no-summary-file'], { GITHUB_STEP_SUMMARY: summary })
    expect(readFileSync(summary, 'utf8')).toBe(text)
  })

  it('prints what reports, servers and file names say as text, never as commands', async () => {
    const hostile = '\u001b[2J\u009b\u202e\n::set-output name=x::##[error]##vso[task.complete]'
    const directory = folder()
    const report = join(directory, '\u001b]0;.xml')
    writeFileSync(report, REPORT)
    const { upload } = await set({
      receipt: {
        refused: 1,
        failed: 1,
        files: [{ name: hostile, problem: hostile }],
        'wanted-files': [{ path: `${hostile}.png`, 'run-id': 1 }],
      },
      meta: { refusals: [{ file: hostile, line: 1, name: hostile, reason: hostile }], notes: [hostile] },
      build: { 'new-failures': 1, flaky: 1, key: hostile, 'missing-shards': [hostile] },
      results: [{ ...RESULT, 'test-name': hostile, variant: hostile, message: hostile }],
    })
    const lines = await upload([report])
    const json = await upload([report, '--json'])
    const shown = await upload([report, '--branch', hostile, '--print-parameters'])
    expect(lines.stdout).toMatch(/REFUSED: .*::set-output.*\n/)
    for (const text of [lines, json, shown].flatMap(({ stdout, stderr }) => [stdout, stderr])) {
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|##(vso)?\[|^\s*::/m)
    }
    const refusing = await set({ fault: () => ({ status: 401, body: { errors: [{ title: hostile }] } }) })
    const refused = await refusing.upload([report])
    expect(refused.stderr).toMatch(/^assay: the server refused: \\x1b\[2J\\x9b\\u202e\\n::set-output [^\n]+\n$/)
    const mistyped = await upload([report, `--x${hostile}`])
    expect(mistyped.stderr).not.toMatch(/\u001b|^\s*::|##\[/m)
  })

  it('to an https address of an http port says so, at once', async () => {
    const { report, server, upload } = await set()
    const url = server.url.replace('http:', 'https:')
    expect(await upload([report, '--url', url])).toMatchObject({
      exitCode: 2,
      stderr: `assay: ${url} does not speak https: use ${server.url}, or the address of the proxy that adds TLS\n`,
    })
  })
})

describe('upload junit', () => {
  it('is the same, with what its options meant', async () => {
    const { report, server } = await set()
    const env = { ASSAY_URL: server.url, ASSAY_TOKEN: 't' }
    const former = ['--skipped', 'instance', '--repeats', 'retry', '--concurrency', '4', '--attach']
    const { exitCode, stderr } = await run(['upload', 'junit', report, '--project', '2', '--set', 'CI', ...former], {
      env,
    })
    expect([exitCode, stderr]).toEqual([0, '--concurrency has no meaning any more: everything goes in one request\n'])
    const query = Object.fromEntries(server.imports()[0]?.query ?? [])
    expect(query).toMatchObject({ format: 'junit', skipped: 'none', repeats: 'last', 'set-name': 'CI' })
  })
})

describe('gate', () => {
  const ask = (url: string, ...given: string[]) =>
    run(['gate', '--project', '2', ...given], { env: { ASSAY_URL: url, ASSAY_TOKEN: 't' } })

  it.each<[string[], number, string]>([
    [['passed'], 0, 'Gate passed: build 1\n'],
    [['failed'], 1, 'Gate failed: build 1\n'],
    [['pending', 'failed'], 1, 'Gate failed: build 1\n'],
  ])('after %j ends with %i', async (gates, expected, text) => {
    const { server } = await set({ gates })
    expect(await ask(server.url, '--build-key', 'b-1')).toMatchObject({ exitCode: expected, stdout: text })
  })

  it('has no verdict while it is pending, without a build, and without a server', async () => {
    const { server } = await set({ gates: ['pending'] })
    const pending = await ask(server.url, '--build-id', '50', '--timeout', '1')
    expect([pending.exitCode, pending.stderr]).toEqual([2, 'There is no verdict after 1 s.\n'])
    expect(await ask(server.url, '--build-key', 'other')).toMatchObject({ exitCode: 2, stdout: '' })
    expect(await ask('http://127.0.0.1:1', '--build-id', '50', '--timeout', '1')).toMatchObject({
      exitCode: 2,
      stdout: '',
    })
    const away = await set({ fault: ({ path }) => (path.endsWith('gate.json') ? { status: 503 } : undefined) })
    expect(await ask(away.server.url, '--build-id', '50', '--timeout', '1')).toMatchObject({ exitCode: 2, stdout: '' })
  })
})

it('quarantine names prints them line by line, as text', async () => {
  const { server } = await set()
  const env = { ASSAY_URL: server.url, ASSAY_TOKEN: 't' }
  expect(await run(['quarantine', 'names', '--project', '2'], { env })).toEqual({
    exitCode: 0,
    stdout: 'a › b\n\\x3a:c\\x1b[2J\n',
    stderr: '',
  })
})
