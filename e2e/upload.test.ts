import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { ended, startAssay, upload } from './run-assay.ts'
import { call, callAll, DATABASES, newFolder, onDatabase, ROOT, startServer } from './server-process.ts'

const RESULTS = 20_000

function report(): string {
  const path = join(newFolder(), 'report.xml')
  const cases = Array.from({ length: RESULTS }, (_, i) => {
    const failed = i % 50 === 0 ? '<failure message="2 != 3">at cart.ts:7</failure>' : ''
    return `<testcase classname="shop.Cart${i % 40}" name="counts ${i}" time="0.5">${failed}</testcase>`
  })
  writeFileSync(path, `<testsuites><testsuite name="shop">${cases.join('\n')}</testsuite></testsuites>`)
  return path
}

describe.each(DATABASES)('assay upload against %s', (kind) => {
  it('loses and doubles nothing when the server is killed and comes back in the middle', async () => {
    const port = await freePort()
    const dataDir = newFolder()
    const env = await onDatabase(kind)
    let server = await startServer({ dataDir, env, port })
    const running = upload(server, 'Nightly', [report()])
    const projects = await call(server, 'GET', '/projects.json')
    const runs = `/projects/${projects.data[0].id}/runs.json`
    for (let stored = 0; stored < 1000; await sleep(20)) stored = (await call(server, 'GET', runs)).meta['total-count']
    await server.stop('SIGKILL')
    await sleep(500)
    server = await startServer({ dataDir, env, port })
    const before = (await call(server, 'GET', runs)).meta['total-count']
    expect([before > 0, before < RESULTS], `${before} were stored when it was killed`).toEqual([true, true])
    const { code, summary, stderr } = await running
    const { receipt } = summary
    expect([code, receipt.state, receipt.received, receipt.stored, receipt.refused], stderr).toEqual([
      1,
      'stored',
      RESULTS,
      RESULTS,
      0,
    ])
    expect(receipt).toMatchObject({ failed: RESULTS / 50, passed: RESULTS - RESULTS / 50, runs: RESULTS })
    expect(receipt['created-tests']).toBe(RESULTS)
    expect(summary.retries).toBeGreaterThan(0)
    const stored = await callAll(server, `${runs}?set-ids=${receipt['set-id']}`)
    expect(stored).toHaveLength(RESULTS)
    expect(new Set(stored.map(({ attributes }) => attributes['instance-id'])).size).toBe(RESULTS)
    expect(stored.filter(({ attributes }) => attributes.status === 'FAILED')).toHaveLength(RESULTS / 50)
    const tests = await callAll(server, `/projects/${projects.data[0].id}/tests.json`)
    expect(new Set(tests.map(({ attributes }) => attributes.name)).size).toBe(RESULTS)
    expect(tests).toHaveLength(RESULTS)
    const imports = await callAll(server, `/projects/${projects.data[0].id}/imports.json`)
    expect(imports.map(({ attributes }) => attributes.stored)).toEqual([RESULTS])
    await server.stop()
  }, 180_000)

  it('stores steps, texts and attachments as the report has them, again on a second upload', async () => {
    const server = await startServer({ env: await onDatabase(kind) })
    const folder = newFolder()
    const bytes = Buffer.from([0, 255, 10, 13, 128])
    writeFileSync(join(folder, 'shot.png'), bytes)
    const secret = join(newFolder(), 'secret.txt')
    writeFileSync(secret, 'a secret')
    symlinkSync(secret, join(folder, 'link.txt'))
    const path = join(folder, 'report.xml')
    writeFileSync(
      path,
      `<testsuite name="s"><testcase classname="shop.Cart" name="pays &#x1F600;" time="1,234.5">
        <properties><property name="step:passed" value="open"/><property name="step:failed" value="pay"/></properties>
        <failure message="2 != 3">at cart.ts:7</failure>
        <system-out>\u001b[31mred [[ATTACHMENT|shot.png]] [[ATTACHMENT|link.txt]] [[ATTACHMENT|${secret}]]</system-out>
      </testcase></testsuite>`,
    )
    const first = await upload(server, 'Nightly', [path, '--attach-root', folder])
    expect([first.code, first.summary.attachments.attached], first.stderr).toEqual([1, 1])
    expect(first.summary.attachments.notSent).toEqual([
      { name: 'link.txt', reason: 'outside --attach-root' },
      { name: secret, reason: 'outside --attach-root' },
    ])
    const base = `/projects/${first.summary.project.id}`
    const [run] = await callAll(server, `${base}/runs.json`)
    expect(run.attributes).toMatchObject({ status: 'FAILED', 'run-duration': '00:20:35' })
    const output = run.attributes['automated-execution-output']
    expect(output).toContain('2 != 3')
    expect(output).toContain('at cart.ts:7')
    // The reader makes of a control character that XML forbids what the mend of all damaged reports does.
    expect(output).toContain('\ufffd[31mred')
    const steps = await callAll(server, `${base}/step_runs.json?run-ids=${run.id}`)
    expect(steps.map(({ attributes }) => [attributes.name, attributes.status])).toEqual([
      ['open', 'PASSED'],
      ['pay', 'FAILED'],
    ])
    const files = await callAll(server, `${base}/attachments.json?entity=run&entity-id=${run.id}`)
    const download = await fetch(`${server.url}/api/v2${base}/attachments/${files[0].id}`, {
      headers: { pttoken: server.token },
    })
    const found = files.map(({ attributes }) => attributes.name)
    expect([found, Buffer.from(await download.arrayBuffer())]).toEqual([['shot.png'], bytes])
    const second = await upload(server, 'Nightly', [path])
    expect(second.summary.receipt).toMatchObject({ 'created-tests': 0, 'created-instances': 0, runs: 1 })
    expect(await callAll(server, `${base}/runs.json`)).toHaveLength(2)
    expect(await callAll(server, `${base}/tests.json`)).toHaveLength(1)
    await server.stop()
  })

  it('works with the personal token of a Tester', async () => {
    const dataDir = newFolder()
    const env = await onDatabase(kind)
    const server = await startServer({ dataDir, env })
    const assay = async (...args: string[]) => {
      const child = spawn(process.execPath, ['cli/bin/assay.js', ...args, '--json'], {
        cwd: ROOT,
        env: { ...process.env, ASSAY_DATA_DIR: dataDir, ...env },
      })
      const { code, summary, stderr } = await ended(child)
      expect(code, stderr).toBe(0)
      return summary
    }
    await assay('user', 'create', 'ada@example.org', '--project', 'Demo')
    const { token } = await assay('token', 'create', '--user', 'ada@example.org')
    const report = join(ROOT, 'server/src/intake/readers/junit/fixtures/surefire.xml')
    const { code, summary, stderr } = await upload({ url: server.url, token }, 'Nightly', [report])
    const { receipt } = summary
    expect([code, receipt.received, receipt.stored, receipt.flaky, receipt.runs], stderr).toEqual([1, 6, 6, 1, 9])
    const users = await callAll(server, '/users.json?email=ada@example.org')
    for (const run of await callAll(server, `/projects/${summary.project.id}/runs.json`)) {
      expect(run.attributes['tester-id']).toBe(Number(users[0].id))
    }
    await server.stop()
  })

  it('judges the build of several jobs: pending until all came, then by the gate', async () => {
    const server = await startServer({ env: await onDatabase(kind) })
    const folder = newFolder()
    const write = (name: string, inner: string) => {
      const path = join(folder, name)
      writeFileSync(
        path,
        `<testsuite name="${name}"><testcase classname="${name}" name="runs">${inner}</testcase></testsuite>`,
      )
      return path
    }
    const [one, two] = [write('one.xml', ''), write('two.xml', '')]
    const send = (shard: string, file: string, key: string, more: string[] = []) =>
      upload(server, 'Nightly', [file, '--build-key', key, '--branch', 'main', '--shard', shard, ...more])
    const gate = (key: string, ...more: string[]) =>
      ended(startAssay(server, ['gate', '--project', 'Demo', '--build-key', key, ...more]))
    const first = await send('1/2', one, 'a')
    expect([first.code, first.summary.build.state, first.summary.build['missing-shards']], first.stderr).toEqual([
      0,
      'receiving',
      ['2/2'],
    ])
    const pending = await gate('a', '--timeout', '1')
    expect([pending.code, pending.stdout], pending.stderr).toEqual([2, expect.stringContaining('Gate pending')])
    const waiting = gate('a', '--timeout', '30')
    expect((await send('2/2', two, 'a', ['--gate'])).code).toBe(0)
    const passed = await waiting
    expect([passed.code, passed.stdout], passed.stderr).toEqual([0, expect.stringContaining('Gate passed')])
    const failing = write('two.xml', '<failure message="expected 3&#10;at two.ts:7"/>')
    await send('1/2', one, 'b')
    const failed = await send('2/2', failing, 'b', ['--gate'])
    expect([failed.code, failed.summary.newFailures], failed.stderr).toEqual([
      1,
      [{ test: 'two.xml › runs', variant: '', message: expect.stringMatching(/^expected 3/), url: expect.any(String) }],
    ])
    const run = await fetch(failed.summary.newFailures[0].url, { headers: { pttoken: server.token } })
    expect(run.status).toBe(200)
    expect((await gate('b')).code).toBe(1)
    await server.stop('SIGKILL')
    const away = await gate('b', '--timeout', '1')
    expect([away.code, away.stdout]).toEqual([2, ''])
  }, 60_000)
})

it('a folder is one import with the files that its reports mention, byte for byte', async () => {
  const server = await startServer()
  const folder = newFolder()
  const sums = new Map<string, string>()
  for (const browser of ['chrome', 'firefox']) {
    mkdirSync(join(folder, browser, 'shots'), { recursive: true })
    const bytes = Buffer.from(`a picture of ${browser}`)
    // Both have a file of this name: each goes to the case of its own report.
    writeFileSync(join(folder, browser, 'shots', 'a.png'), bytes)
    sums.set(browser, createHash('sha256').update(bytes).digest('hex'))
    writeFileSync(
      join(folder, browser, 'report.xml'),
      `<testsuite name="s"><testcase classname="${browser}" name="draws"><failure/><system-out>[[ATTACHMENT|shots/a.png]]</system-out></testcase></testsuite>`,
    )
  }
  const { code, summary, stderr } = await upload(server, 'Folder', [folder])
  expect([code, summary.receipt.stored, summary.attachments], stderr).toEqual([1, 2, { attached: 0, notSent: [] }])
  const base = `/projects/${summary.project.id}`
  for (const run of await callAll(server, `${base}/runs.json`)) {
    const [file] = await callAll(server, `${base}/attachments.json?entity=run&entity-id=${run.id}`)
    const download = await fetch(`${server.url}/api/v2${base}/attachments/${file.id}`, {
      headers: { pttoken: server.token },
    })
    const sum = createHash('sha256')
      .update(Buffer.from(await download.arrayBuffer()))
      .digest('hex')
    const instance = await call(server, 'GET', `${base}/instances/${run.attributes['instance-id']}.json`)
    expect(sum).toBe(sums.get(instance.data.attributes.name.split(' › ')[0]))
  }
  await server.stop()
})

it('what is refused, cut or no report is named, with exit code 2, and the rest is stored', async () => {
  const server = await startServer()
  const folder = newFolder()
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const known = write('known.xml', '<testsuite name="s"><testcase classname="a" name="known"/></testsuite>')
  expect((await upload(server, 'Set', [known])).code).toBe(0)
  const cases = Array.from({ length: 150 }, (_, n) => `<testcase classname="a" name="unknown ${n}"/>`).join('\n')
  const refused = write('r.xml', `<testsuite name="s"><testcase classname="a" name="known"/>\n${cases}</testsuite>`)
  const first = await upload(server, 'Set', [refused, '--no-create-tests'])
  expect([first.code, first.summary.receipt.received, first.summary.receipt.stored], first.stderr).toEqual([2, 151, 1])
  const names = first.summary.refusals.map(({ name }: { name: string }) => name)
  expect(new Set(names)).toEqual(new Set(Array.from({ length: 150 }, (_, n) => `a › unknown ${n}`)))
  for (const { line, reason } of first.summary.refusals) {
    expect([line > 1, reason]).toEqual([true, expect.stringContaining('there is no such test')])
  }
  const cut = write('cut.xml', '<testsuite name="s"><testcase classname="a" name="known"/><testcase classname="a" na')
  const second = await upload(server, 'Set', [cut])
  expect([second.code, second.summary.receipt.state, second.summary.receipt.stored], second.stderr).toEqual([
    2,
    'cut',
    1,
  ])
  expect(second.summary.receipt.files).toEqual([expect.objectContaining({ cases: 1, problem: expect.any(String) })])
  const other = write('notes.txt', 'no report')
  const third = await upload(server, 'Set', [known, other])
  expect([third.code, third.summary.notes]).toEqual([0, [expect.stringContaining('notes.txt is no result file')]])
  const fourth = await upload(server, 'Set', [other, write('more.txt', 'none either')])
  expect([fourth.code, fourth.stderr]).toEqual([
    2,
    expect.stringMatching(/notes\.txt: it begins [\s\S]*more\.txt: it begins /),
  ])
  await server.stop()
})
