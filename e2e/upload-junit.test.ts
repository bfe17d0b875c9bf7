import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { call, callAll, DATABASES, type Json, newFolder, onDatabase, ROOT, startServer } from './server-process.ts'

const RESULTS = 6000

function report(): string {
  const path = join(newFolder(), 'report.xml')
  const cases = Array.from({ length: RESULTS }, (_, i) => {
    const failed = i % 50 === 0 ? '<failure message="2 != 3">at cart.ts:7</failure>' : ''
    return `<testcase classname="shop.Cart${i % 40}" name="counts ${i}" time="0.5">${failed}</testcase>`
  })
  writeFileSync(path, `<testsuites><testsuite name="shop">${cases.join('\n')}</testsuite></testsuites>`)
  return path
}

function upload(url: string, token: string, files: string[], options: string[] = []): ChildProcess {
  const args = ['cli/bin/assay.js', 'upload', 'junit', ...files, '--project', 'Demo', '--set', 'Nightly', '--json']
  const env = { ...process.env, ASSAY_URL: url, ASSAY_TOKEN: token }
  return spawn(process.execPath, [...args, ...options], { cwd: ROOT, env })
}

async function outcome(child: ChildProcess): Promise<{ code: number; summary: Json; stderr: string }> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const [code] = await once(child, 'close')
  return { code, summary: stdout === '' ? undefined : JSON.parse(stdout), stderr }
}

describe.each(DATABASES)('assay upload junit against %s', (kind) => {
  it('loses and doubles nothing when the server is killed and comes back in the middle', async () => {
    const port = await freePort()
    const dataDir = newFolder()
    const env = await onDatabase(kind)
    let server = await startServer({ dataDir, env, port })
    const running = outcome(upload(server.url, server.token, [report()], ['--concurrency', '2', '--retries', '20']))
    const projects = await call(server, 'GET', '/projects.json')
    const runs = `/projects/${projects.data[0].id}/runs.json`
    for (let stored = 0; stored < 300; await sleep(20)) stored = (await call(server, 'GET', runs)).meta['total-count']
    await server.stop('SIGKILL')
    await sleep(500)
    server = await startServer({ dataDir, env, port })
    const { code, summary, stderr } = await running
    expect([code, summary.read, summary.stored, summary.refused], stderr).toEqual([1, RESULTS, RESULTS, []])
    expect(summary).toMatchObject({ failed: RESULTS / 50, passed: RESULTS - RESULTS / 50, runs: RESULTS })
    expect(summary.retries).toBeGreaterThan(0)
    const stored = await callAll(server, `${runs}?set-ids=${summary.set.id}`)
    expect(stored).toHaveLength(RESULTS)
    expect(new Set(stored.map(({ attributes }) => attributes['instance-id'])).size).toBe(RESULTS)
    expect(stored.filter(({ attributes }) => attributes.status === 'FAILED')).toHaveLength(RESULTS / 50)
    const tests = await callAll(server, `/projects/${projects.data[0].id}/tests.json`)
    expect(new Set(tests.map(({ attributes }) => attributes.name)).size).toBe(RESULTS)
    expect(tests).toHaveLength(RESULTS)
    await server.stop()
  }, 120_000)

  it('stores steps, texts and attachments as the report has them, again on a second upload', async () => {
    const server = await startServer({ env: await onDatabase(kind) })
    const folder = newFolder()
    const bytes = Buffer.from([0, 255, 10, 13, 128])
    writeFileSync(join(folder, 'shot.png'), bytes)
    const path = join(folder, 'report.xml')
    writeFileSync(
      path,
      `<testsuite name="s"><testcase classname="shop.Cart" name="pays &#x1F600;" time="1,234.5">
        <properties><property name="step:passed" value="open"/><property name="step:failed" value="pay"/></properties>
        <failure message="2 != 3">at cart.ts:7</failure><system-out>\u001b[31mred [[ATTACHMENT|shot.png]]</system-out>
      </testcase></testsuite>`,
    )
    const first = await outcome(upload(server.url, server.token, [path], ['--attach-root', folder]))
    expect([first.code, first.summary.attachments.sent], first.stderr).toEqual([1, 1])
    const base = `/projects/${first.summary.project.id}`
    const [run] = await callAll(server, `${base}/runs.json`)
    expect(run.attributes).toMatchObject({ status: 'FAILED', 'run-duration': '00:20:35' })
    expect(run.attributes['automated-execution-output']).toContain('2 != 3\n\nat cart.ts:7\n\n\ufffd[31mred')
    const steps = await callAll(server, `${base}/step_runs.json?run-ids=${run.id}`)
    expect(steps.map(({ attributes }) => [attributes.name, attributes.status])).toEqual([
      ['open', 'PASSED'],
      ['pay', 'FAILED'],
    ])
    const [file] = await callAll(server, `${base}/attachments.json?entity=run&entity-id=${run.id}`)
    const download = await fetch(`${server.url}/api/v2${base}/attachments/${file.id}`, {
      headers: { pttoken: server.token },
    })
    expect([file.attributes.name, Buffer.from(await download.arrayBuffer())]).toEqual(['shot.png', bytes])
    const second = await outcome(upload(server.url, server.token, [path]))
    expect(second.summary).toMatchObject({ created: { tests: 0, instances: 0 }, runs: 1, set: { created: false } })
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
      const { code, summary, stderr } = await outcome(child)
      expect(code, stderr).toBe(0)
      return summary
    }
    await assay('user', 'create', 'ada@example.org', '--project', 'Demo')
    const { token } = await assay('token', 'create', '--user', 'ada@example.org')
    const report = join(ROOT, 'cli/src/formats/corpus/surefire.xml')
    const { code, summary, stderr } = await outcome(upload(server.url, token, [report]))
    expect([code, summary.read, summary.stored, summary.flaky, summary.runs], stderr).toEqual([1, 6, 6, 1, 9])
    const users = await callAll(server, '/users.json?email=ada@example.org')
    for (const run of await callAll(server, `/projects/${summary.project.id}/runs.json`)) {
      expect(run.attributes['tester-id']).toBe(Number(users[0].id))
    }
    await server.stop()
  })
})
