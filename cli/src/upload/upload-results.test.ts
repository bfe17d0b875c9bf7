import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeAnswer, type FakeRequest, startFakeServer } from '../test/fake-server.ts'
import { run } from '../test/run.ts'
import type { UploadSummary } from './upload-summary.ts'

type Fake = Awaited<ReturnType<typeof startFakeServer>>
const started: Fake[] = []
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
})

async function fake(fault?: (request: FakeRequest) => FakeAnswer | undefined) {
  const server = await startFakeServer(fault)
  started.push(server)
  return server
}

const folder = () => mkdtempSync(join(tmpdir(), 'assay-cli-'))

function report(inside: string, directory = folder()): string {
  const path = join(directory, 'report.xml')
  writeFileSync(path, `<testsuites>${inside}</testsuites>`)
  return path
}

const cases = (n: number, inside = '') =>
  `<testsuite name="s">${Array.from({ length: n }, (_, i) => `<testcase classname="c" name="t${i}">${inside}</testcase>`).join('')}</testsuite>`

async function upload(server: Fake, files: string[], options: string[] = [], stdin = '') {
  const argv = ['upload', 'junit', ...files, '--project', 'Demo', '--set', 'CI', '--json', ...options]
  const env = { ASSAY_URL: server.url, ASSAY_TOKEN: 'secret' }
  const { exitCode, stdout, stderr } = await run(argv, { env, stdin })
  const summary = (stdout === '' ? {} : JSON.parse(stdout)) as UploadSummary
  return { exitCode, summary, stderr }
}

const sent = (server: Fake) => server.store.runs.map(({ attributes }) => attributes)

describe('verdicts', () => {
  it('stores runs, instances and tests, and counts what was stored', async () => {
    const server = await fake()
    const inside =
      '<testcase name="a"/><testcase name="b"><failure message="2 != 3"/></testcase><testcase name="c"><skipped/></testcase>'
    const { exitCode, summary } = await upload(server, [report(`<testsuite name="s">${inside}</testsuite>`)])
    expect(exitCode).toBe(1)
    expect(summary).toMatchObject({ read: 3, stored: 3, passed: 1, failed: 1, skipped: 1, runs: 2, refused: [] })
    expect(summary.created).toEqual({ tests: 3, instances: 3 })
    expect(sent(server).map((run) => [run['exit-code'], run['automated-execution-output']])).toEqual([
      [0, undefined],
      [1, '2 != 3'],
    ])
    expect(server.store.tests.map(({ attributes }) => attributes)).toMatchObject([
      { name: 's › a', 'test-type': 'ApiTest', tags: ['imported'] },
      { name: 's › b' },
      { name: 's › c' },
    ])
  })

  it('makes a NO RUN run of a skipped case when asked to', async () => {
    const server = await fake()
    const { summary, exitCode } = await upload(server, [report(cases(1, '<skipped/>'))], ['--skipped', 'no-run'])
    expect([exitCode, summary.runs, sent(server)[0]?.['exit-code']]).toEqual([0, 1, undefined])
  })

  it('sends each marked attempt as a run, the verdict last, and counts a flaky pass', async () => {
    const server = await fake()
    const flaky = '<flakyFailure message="one"/><flakyError message="two"/>'
    const { summary, exitCode } = await upload(server, [report(cases(1, flaky))])
    expect([exitCode, summary.runs, summary.flaky, summary.passed]).toEqual([0, 3, 1, 1])
    expect(sent(server).map((run) => run['exit-code'])).toEqual([1, 1, 0])
  })

  const repeated =
    '<testsuite name="s"><testcase name="a"/><testcase name="a"><failure/></testcase><testcase name="a"/></testsuite>'

  it('lets a failure win among unmarked repeats', async () => {
    const server = await fake()
    const { exitCode, summary } = await upload(server, [report(repeated)])
    expect([exitCode, summary.runs, summary.failed]).toEqual([1, 3, 1])
    expect(sent(server).map((run) => run['exit-code'])).toEqual([0, 0, 1])
    expect(server.store.instances).toHaveLength(1)
  })

  it('lets the last repeat win with --repeats retry', async () => {
    const server = await fake()
    const { exitCode, summary } = await upload(server, [report(repeated)], ['--repeats', 'retry'])
    expect([exitCode, summary]).toMatchObject([0, { passed: 1, superseded: 2, flaky: 1, read: 3, stored: 3 }])
    expect(sent(server).map((run) => run['exit-code'])).toEqual([0, 1, 0])
  })

  it('never turns a failed case green by its steps', async () => {
    const steps = '<properties><property name="step:passed" value="open"/></properties><failure message="broke"/>'
    const server = await fake()
    await upload(server, [report(cases(1, steps))])
    expect(server.store.runs[0]?.steps).toEqual({
      data: [
        { name: 'open', status: 'N/A', 'actual-results': 'PASSED' },
        { name: 'Result', status: 'FAILED', 'actual-results': 'broke' },
      ],
    })
  })

  it('sends steps as they are where they agree with the verdict', async () => {
    const steps = '<properties><property name="step" value="open"/><property name="step:n/a" value="pay"/></properties>'
    const server = await fake()
    await upload(server, [report(cases(1, steps))])
    expect(server.store.runs[0]?.steps).toEqual({
      data: [
        { name: 'open', status: 'PASSED' },
        { name: 'pay', status: 'N/A' },
      ],
    })
  })
})

describe('identity', () => {
  it('puts suites in front only of the later of two cases that share a name', async () => {
    const server = await fake()
    const suites = ['one', 'two', 'three'].map(
      (n) => `<testsuite name="${n}"><testcase classname="c" name="t"/></testsuite>`,
    )
    await upload(server, [report(suites.join(''))])
    expect(server.store.tests.map(({ attributes }) => attributes.name)).toEqual([
      'c › t',
      'two › c › t',
      'three › c › t',
    ])
  })

  it('takes a test by id or number, and refuses one that does not exist', async () => {
    const server = await fake()
    const known = server.add('tests', { name: 'known', 'display-id': 7 })
    const test = (property: string) => `<testcase name="x"><properties>${property}</properties></testcase>`
    const inside = [
      `<property name="test_id" value="${known.id}"/>`,
      '<property name="assay_test" value="#7"/>',
      '<property name="assay_test_id" value="999999"/>',
      '<property name="assay_test" value="#8"/>',
      '<property name="assay_test" value="seven"/>',
    ].map(test)
    const { exitCode, summary } = await upload(server, [report(`<testsuite name="s">${inside.join('')}</testsuite>`)])
    expect([exitCode, summary.read, summary.stored, server.store.tests.length]).toEqual([2, 5, 2, 1])
    expect(summary.refused.map(({ reason }) => reason)).toEqual([
      'test number "seven" is neither #12 nor 12',
      'there is no test #8 in this project',
      expect.stringContaining('no instance for test 999999'),
    ])
  })

  it('takes the oldest of several tests with one name, and says so', async () => {
    const server = await fake()
    const oldest = server.add('tests', { name: 'c › t0' })
    server.add('tests', { name: 'c › t0' })
    const { summary } = await upload(server, [report(cases(1))])
    expect(summary.ambiguousNames).toBe(1)
    expect(server.store.instances[0]?.attributes['test-id']).toBe(oldest.id)
  })

  it('shortens a name over 1,000 characters with a hash of the whole', async () => {
    const server = await fake()
    const name = (end: string) => `${'😀'.repeat(1200)}${end}`
    await upload(server, [
      report(`<testsuite><testcase name="${name('a')}"/><testcase name="${name('b')}"/></testsuite>`),
    ])
    const names = server.store.tests.map(({ attributes }) => String(attributes.name))
    expect(new Set(names).size).toBe(2)
    for (const made of names) {
      expect(Array.from(made)).toHaveLength(998)
      expect(made).toMatch(/ ~[0-9a-f]{16}$/)
    }
  })
})

describe('attachments', () => {
  const mention = (path: string) => cases(1, `<system-out>[[ATTACHMENT|${path}]]</system-out>`)
  const files = (server: Fake) =>
    (server.store.runs[0]?.files as { data: { filename: string }[] } | undefined)?.data ?? []

  it('finds them beside the report and keeps two of one name', async () => {
    const directory = folder()
    for (const sub of ['x', 'y']) {
      mkdirSync(join(directory, sub))
      writeFileSync(join(directory, sub, 'shot.png'), sub)
    }
    const server = await fake()
    const both = cases(
      1,
      '<system-out>[[ATTACHMENT|x/shot.png]]\n[[ATTACHMENT|y/shot.png]]\n[[ATTACHMENT|gone.png]]</system-out>',
    )
    const { summary, exitCode } = await upload(server, [report(both, directory)], ['--attach-root', directory])
    expect(files(server)).toEqual([
      { filename: 'shot.png', content_encoded: Buffer.from('x').toString('base64') },
      { filename: 'shot.png', content_encoded: Buffer.from('y').toString('base64') },
    ])
    expect(exitCode).toBe(0)
    expect(summary.attachments).toMatchObject({ sent: 2, missing: [{ path: 'gone.png', reason: 'no such file' }] })
  })

  it('finds the end of a foreign absolute path under --attach-root', async () => {
    const root = folder()
    mkdirSync(join(root, 'shots'))
    writeFileSync(join(root, 'shots', 'a.png'), 'a')
    const server = await fake()
    await upload(server, [report(mention('C:\\agent\\work\\shots\\a.png'))], ['--attach-root', root])
    expect(files(server)).toHaveLength(1)
  })

  it('sends nothing from outside --attach-root, not through a link either', async () => {
    const root = folder()
    const secret = join(folder(), 'secret.txt')
    writeFileSync(secret, 'secret')
    symlinkSync(secret, join(root, 'link.txt'))
    const server = await fake()
    const inside = `<system-out>[[ATTACHMENT|${secret}]] [[ATTACHMENT|link.txt]]</system-out>`
    const { summary } = await upload(server, [report(cases(1, inside), root)], ['--attach-root', root])
    expect(files(server)).toEqual([])
    expect(summary.attachments.missing.map(({ reason }) => reason)).toEqual([
      'outside --attach-root',
      'outside --attach-root',
    ])
  })

  it('sends nothing from outside the working directory without --attach-root, and no secret of the process', async () => {
    const directory = folder()
    writeFileSync(join(directory, 'shot.png'), 'shot')
    const server = await fake()
    const inside = ['shot.png', '/proc/self/environ', 'x'.repeat(5000), '../../../../../etc/passwd']
      .map((path) => `[[ATTACHMENT|${path}]]`)
      .join('\n')
    const path = report(cases(1, `<system-out>${inside}</system-out>`), directory)
    const { exitCode, summary } = await upload(server, [path], ['--attach'])
    expect([exitCode, files(server)]).toEqual([0, []])
    expect(summary.attachments.missing.map(({ reason }) => reason.split(';')[0])).toEqual([
      'outside the working directory',
      'outside the working directory',
      'no path is that long',
      expect.stringMatching(/no such file|outside the working directory/),
    ])
  })

  it('resolves links of --attach-root itself', async () => {
    const root = folder()
    writeFileSync(join(root, 'a.png'), 'a')
    const link = join(folder(), 'link')
    symlinkSync(root, link)
    const server = await fake()
    await upload(server, [report(mention('a.png'), root)], ['--attach-root', link])
    expect(files(server)).toHaveLength(1)
    const none = await upload(server, [report(mention('a.png'))], ['--attach-root', join(link, 'none')])
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('--attach-root: there is no folder')])
  })

  it('are counted, not sent, without --attach', async () => {
    const server = await fake()
    const { summary } = await upload(server, [report(mention('a.png'))])
    expect([summary.attachments.notRequested, files(server)]).toEqual([1, []])
  })
})

describe('trouble on the way', () => {
  /** Answers the first `n` uploads of runs in the server's place. */
  const first = (n: number, answer: FakeAnswer) => {
    let left = n
    return (request: FakeRequest) => (request.path === 'runs.json' && left-- > 0 ? answer : undefined)
  }

  it.each<[string, FakeAnswer]>([
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['500', { status: 500 }],
    ['503', { status: 503, headers: { 'retry-after': '0' } }],
    ['409', { status: 409, headers: { 'retry-after': '0' } }],
    ['a connection cut before the effect', { status: 0, drop: 'before' }],
    ['a connection cut after the effect', { status: 0, drop: 'after' }],
  ])('%s: sends the same request with the same key again, and stores every result once', async (_, answer) => {
    const server = await fake(first(2, answer))
    const { exitCode, summary } = await upload(server, [report(cases(3))])
    expect([exitCode, summary.stored, summary.retries, server.store.runs.length]).toEqual([0, 3, 2, 3])
    const keys = server.requests.filter(({ path }) => path === 'runs.json').map(({ key }) => key)
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^[\x21-\x7e]{16,}$/)
  })

  it('a refused result is named with file, line and reason, and costs no other', async () => {
    const server = await fake()
    const inside = Array.from({ length: 150 }, (_, i) => {
      const text = i === 7 || i === 120 ? '<failure message="REFUSE"/>' : ''
      return `\n<testcase classname="c" name="t${i}">${text}</testcase>`
    })
    const path = report(`<testsuite name="s">${inside.join('')}</testsuite>`)
    const { exitCode, summary } = await upload(server, [path])
    expect([exitCode, summary.read, summary.stored, server.store.runs.length]).toEqual([2, 150, 148, 148])
    expect(summary.refused).toEqual([
      { file: path, line: 9, name: 'c › t7', reason: 'it does not suit' },
      { file: path, line: 122, name: 'c › t120', reason: 'it does not suit' },
    ])
  })

  it('a server that stays away ends the upload, and every result that was not stored is named', async () => {
    let answered = 0
    const server = await fake(({ path }) =>
      path === 'runs.json' && answered++ >= 2 ? { status: 0, drop: 'before' } : undefined,
    )
    const { exitCode, summary } = await upload(server, [report(cases(1000))], ['--retries', '1', '--concurrency', '1'])
    expect([exitCode, summary.read, summary.stored]).toEqual([2, 1000, 200])
    expect(summary.refused).toHaveLength(800)
    expect(server.store.runs).toHaveLength(200)
  })

  it('a cut report goes up as far as it goes, a foreign file is named, the others go on', async () => {
    const server = await fake()
    const directory = folder()
    const cut = join(directory, 'cut.xml')
    writeFileSync(cut, '<testsuite name="cut"><testcase name="a"/><testcase name="b">')
    const foreign = join(directory, 'page.xml')
    writeFileSync(foreign, '<html/>')
    const { exitCode, summary } = await upload(server, [cut, foreign, join(directory, 'none.xml'), report(cases(1))])
    expect([exitCode, summary.read, summary.stored]).toEqual([2, 2, 2])
    expect(summary.files.map(({ state, results }) => [state, results])).toEqual([
      ['cut', 1],
      ['unreadable', 0],
      ['read', 1],
      ['unreadable', 0],
    ])
  })

  it('a wrong token ends it at once with what the server said', async () => {
    const server = await fake(() => ({ status: 401, body: { errors: [{ status: '401', title: 'Unknown token' }] } }))
    const { exitCode, stderr } = await upload(server, [report(cases(1))])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Unknown token')
    expect(server.requests.length).toBeLessThan(3)
  })
})

describe('input', () => {
  it('reads standard input, and globs, each file once', async () => {
    const server = await fake()
    const directory = folder()
    const path = report(cases(2), directory)
    const { summary } = await upload(server, ['-', path, `${directory}/*.xml`], [], cases(3).replaceAll('"t', '"u'))
    expect(summary.files.map(({ file, results }) => [file, results])).toEqual([
      ['standard input', 3],
      [path, 2],
    ])
    expect(summary.stored).toBe(5)
  })

  it('sets custom fields of runs and of the set by name', async () => {
    const server = await fake()
    const build = server.add('custom_fields', { name: 'Build', entities: ['Run'] })
    const branch = server.add('custom_fields', { name: 'Branch', entities: ['TestSet'] })
    await upload(server, [report(cases(1))], ['--field', 'build=12=34', '--field', 'Branch=main'])
    expect(sent(server)[0]?.['custom-fields']).toEqual({ [`---f-${build.id}`]: '12=34' })
    expect(server.store.sets[0]?.attributes['custom-fields']).toEqual({ [`---f-${branch.id}`]: 'main' })
    const unknown = await upload(server, [report(cases(1))], ['--field', 'Bild=1'])
    expect(unknown.exitCode).toBe(2)
    expect(unknown.stderr).toContain('There is no custom field "Bild"; existing: Build (Run), Branch (TestSet)')
  })

  it('says which projects there are when the name is wrong', async () => {
    const server = await fake()
    const { exitCode, stderr } = await upload(server, [report(cases(1))], ['--project', 'Dmo'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('There is no project "Dmo"; known: Demo (2)')
  })
})
