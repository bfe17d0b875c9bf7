import { quantile } from './load.ts'
import type { Measured } from './processes.ts'
import type { Seeded } from './seed.ts'

async function loopDelay(url: string, token: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: { pttoken: token } })).text()
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]) * 1000
}

/**
 * What other requests notice of queries that visit every test: the delay of the server's event loop and the time of
 * shows meanwhile, in milliseconds, and how many of those queries were answered.
 */
export async function measureLongReads(server: Measured, { projectId, token, first }: Seeded, seconds: number) {
  const headers = { pttoken: token }
  const tests = `${server.url}/api/v2/projects/${projectId}/tests`
  const everyRow = `${tests}.json?ptql=${encodeURIComponent('Description CONTAINS "no test says this"')}`
  const end = performance.now() + seconds * 1000
  // The gauge starts anew whenever it is read.
  await loopDelay(server.url, token)
  let queries = 0
  const times: number[] = []
  async function query(): Promise<void> {
    while (performance.now() < end) {
      const answer = await fetch(everyRow, { headers })
      if (!answer.ok) throw new Error(`a long query was answered ${answer.status}: ${await answer.text()}`)
      await answer.arrayBuffer()
      queries++
    }
  }
  async function show(): Promise<void> {
    while (performance.now() < end) {
      const started = performance.now()
      await (await fetch(`${tests}/${first.tests}.json`, { headers })).arrayBuffer()
      times.push(performance.now() - started)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  await Promise.all([query(), query(), show()])
  times.sort((a, b) => a - b)
  return { queries, delay: await loopDelay(server.url, token), p99: quantile(times, 0.99) }
}
