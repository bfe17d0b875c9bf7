import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { freePort } from '../test-support/free-port.ts'
import { storedRows } from '../test-support/stored-rows.ts'
import { call, DATABASES, type Json, onDatabase, type ServerProcess, startServer } from './server-process.ts'

const ROUNDS = Number(process.env.ASSAY_CRASH_ROUNDS ?? 3)
const CASES = 6_000

/** A report with failures, retries and skipped tests, each case with a name of its own. */
function reportOf(round: number): string {
  const cases = Array.from({ length: CASES }, (_, n) => {
    const inner = ['<failure message="broke"/>', '<flakyFailure message="late"/>', '<skipped/>', ''][n % 4] as string
    return `<testcase classname="Round${round % 2}" name="case ${n}">${inner}</testcase>`
  })
  return `<testsuite name="crash">${cases.join('\n')}</testsuite>`
}

/** Sends a report until its receipt comes, as a client with its key does; kills answer nothing, and are not waited for. */
async function deliver(server: () => ServerProcess, project: number, round: number): Promise<Json> {
  for (;;) {
    const { url, token } = server()
    let answer: Response
    try {
      answer = await fetch(`${url}/api/v2/projects/${project}/imports.json?set-name=crash&build-key=b${round}`, {
        method: 'POST',
        headers: { pttoken: token, 'idempotency-key': `round-${round}` },
        body: reportOf(round),
      })
      const body = (await answer.json()) as Json
      if (answer.status === 200) return body.data.attributes
      expect([409, 503], JSON.stringify(body)).toContain(answer.status)
    } catch (error) {
      if ((error as Error).name === 'AssertionError') throw error
    }
    await sleep(300)
  }
}

describe.each(DATABASES)('a server on %s that is killed while it stores a report', (kind) => {
  it(`has every case once after ${ROUNDS} kills, and receipts over all of it`, {
    timeout: 120_000 + ROUNDS * 60_000,
  }, async () => {
    const env = await onDatabase(kind)
    const port = await freePort()
    let server = await startServer({ env, port })
    const { dataDir } = server
    try {
      const project = Number((await call(server, 'GET', '/projects.json')).data[0].id)
      for (let round = 0; round < ROUNDS; round++) {
        const delivery = deliver(() => server, project, round)
        // Somewhere in the middle: as soon as some of it is stored.
        const stored = async () =>
          Number(
            (
              await storedRows<{ n: number }>(
                { dataDir, databaseUrl: env.DATABASE_URL },
                `select coalesce(max(done), 0) as n from imports where "key" = 'round-${round}'`,
              )
            )[0]?.n,
          )
        while ((await stored()) === 0) await sleep(20)
        await server.stop('SIGKILL')
        server = await startServer({ env, port, dataDir })
        const receipt = await delivery
        expect(receipt).toMatchObject({
          state: 'stored',
          received: CASES,
          stored: CASES,
          refused: 0,
          runs: CASES,
          failed: CASES / 4,
          flaky: CASES / 4,
          skipped: CASES / 4,
        })
        const build = (await call(server, 'GET', `/projects/${project}/builds/${receipt['build-id']}.json`)).data
          .attributes
        expect(build).toMatchObject({ state: 'complete', results: CASES, failed: CASES / 4, 'no-run': CASES / 4 })
        const rows = await storedRows<{ import_id: number; n: number; instances: number }>(
          { dataDir, databaseUrl: env.DATABASE_URL },
          `select count(*) as n, count(distinct instance_id) as instances from runs where build_id = ${receipt['build-id']}`,
        )
        // A flaky case has two runs, a skipped one none.
        expect([Number(rows[0]?.n), Number(rows[0]?.instances)]).toEqual([CASES, (CASES * 3) / 4])
      }
      const tests = await call(server, 'GET', `/projects/${project}/tests.json?page[size]=1`)
      expect(tests.meta['total-count']).toBe(CASES * Math.min(2, ROUNDS))
    } finally {
      await server.stop('SIGKILL')
    }
  })
})
