import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type CuttingProxy, PIECE, startCuttingProxy } from '../test-support/cutting-proxy.ts'
import { upload } from './run-assay.ts'
import {
  call,
  DATABASES,
  type Json,
  newFolder,
  onDatabase,
  type ServerProcess,
  startForTest,
} from './server-process.ts'

// A connection may be cut after any piece of a request, and in the answer: whoever sends again under the same key loses
// nothing and stores nothing twice.

const CASES = 40

const IMPORTS = /^POST \S*\/imports\.json/

/** A report that packs badly, so that it takes as many pieces when it is packed. */
function report(): string {
  const cases = Array.from({ length: CASES }, (_, n) => {
    const noise = createHash('sha512').update(String(n)).digest('base64')
    return `<testcase classname="Cut" name="case ${n}"><failure message="broke">${noise}${noise.slice(0, 40)}</failure></testcase>`
  })
  return `<testsuite name="cut">${cases.join('\n')}</testsuite>`
}

/** More pieces than the request has: the last ones cut the answer. */
const CUTS = Math.ceil(report().length / PIECE) + 3

async function proxied(server: ServerProcess, after: readonly number[]): Promise<CuttingProxy> {
  const proxy = await startCuttingProxy(Number(new URL(server.url).port), { after, isCut: IMPORTS })
  onTestFinished(() => proxy.close())
  return proxy
}

/** Sends a report once, on a connection of its own; undefined where that was cut. */
const send = (url: string, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number; body: Json } | undefined>((resolve) => {
    const request = http.request(`${url}/api/v2${path}`, { method: 'POST', headers, agent: false }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => (text += chunk))
      answer.on('error', () => resolve(undefined))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }))
    })
    request.on('error', () => resolve(undefined))
    request.end(report())
  })

describe.each(DATABASES)('a connection that is cut, to a server on %s', (kind) => {
  it('after any piece of a report loses and doubles nothing when that is sent again', {
    timeout: 120_000,
  }, async () => {
    const server = await startForTest({ env: await onDatabase(kind) })
    const project = Number((await call(server, 'GET', '/projects.json')).data[0].id)
    const at = (path: string) => `/projects/${project}${path}`
    for (let pieces = 1; pieces <= CUTS; pieces++) {
      const proxy = await proxied(server, [pieces])
      const path = at(`/imports.json?set-name=cut&build-key=b${pieces}`)
      const headers = { pttoken: server.token, 'idempotency-key': `piece-${pieces}` }
      expect(await send(proxy.url, path, headers)).toBeUndefined()
      expect(proxy.cuts()).toBe(1)
      let answer = await send(proxy.url, path, headers)
      // What was cut in the answer may still be stored.
      while (answer?.status === 409) {
        await sleep(50)
        answer = await send(server.url, path, headers)
      }
      expect([answer?.status, answer?.body.errors]).toEqual([200, undefined])
      const { data } = (answer as { body: Json }).body
      expect(data.attributes).toMatchObject({
        state: 'stored',
        received: CASES,
        stored: CASES,
        refused: 0,
        runs: CASES,
      })
      const build = data.attributes['build-id']
      const runs = await call(server, 'GET', at(`/runs.json?build-ids=${build}&page[size]=250`))
      expect(new Set(runs.data.map(({ attributes }: Json) => attributes['instance-id'])).size).toBe(CASES)
      expect(runs.data).toHaveLength(CASES)
    }
    const total = async (path: string) => (await call(server, 'GET', at(path))).meta['total-count']
    const totals = await Promise.all(['/tests.json', '/instances.json', '/runs.json', '/imports.json'].map(total))
    expect(totals).toEqual([CASES, CASES, CUTS * CASES, CUTS])
  })

  it('is taken up again by the command line itself', { timeout: 120_000 }, async () => {
    const server = await startForTest({ env: await onDatabase(kind) })
    const path = join(newFolder(), 'report.xml')
    writeFileSync(path, report())
    // One upload each for the beginning, the middle, the end and the answer, cut again and again.
    const plans = [
      { after: [1, 2, 3], least: 3 },
      { after: [4, 5, 6], least: 3 },
      // It asks what became of what it has sent, and need not send that again.
      { after: [CUTS, CUTS, CUTS], least: 1 },
    ]
    const ends = await Promise.all(
      plans.map(async ({ after, least }) => {
        const proxy = await proxied(server, after)
        const ended = await upload({ url: proxy.url, token: server.token }, 'Cut', [path])
        return { ...ended, cuts: proxy.cuts(), least }
      }),
    )
    for (const { code, summary, stderr, cuts, least } of ends) {
      expect([code, cuts >= least], stderr).toEqual([1, true])
      expect(summary.receipt).toMatchObject({
        state: 'stored',
        received: CASES,
        stored: CASES,
        refused: 0,
        runs: CASES,
      })
      expect(summary.retries).toBeGreaterThan(0)
    }
    const { data } = await call(server, 'GET', '/projects.json')
    const total = async (list: string) =>
      (await call(server, 'GET', `/projects/${data[0].id}/${list}.json`)).meta['total-count']
    expect(await Promise.all(['tests', 'instances', 'runs', 'imports'].map(total))).toEqual([
      CASES,
      CASES,
      plans.length * CASES,
      plans.length,
    ])
  })
})
