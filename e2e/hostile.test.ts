import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORMATS, importsOf } from './hostile/imports.ts'
import { type HostileInput, type Ids, INPUTS } from './hostile/inputs.ts'
import type { Cost } from './hostile/probe.ts'
import { type ProbedServer, startProbed } from './hostile/probed-server.ts'

// Every input costs linear time, holds the event loop for a tenth of a second at most, and takes memory of twice its
// size at most. Figures are processor time of the server, in proportion to this machine's speed, the best of several
// tries: what an input does to the server it does each time, what other programs do to it is different each time.

const MIB = 1024 * 1024

/** The largest bodies; `npm run test:hostile` goes up to the limit, `npm test` not so far. */
const LARGEST = Number(process.env.ASSAY_HOSTILE_MB ?? 4) * MIB

/** Of the machine whose tenth of a second is meant the yardstick takes so many milliseconds. */
const YARDSTICK = 14

/** The event loop may be held so long, in milliseconds on that machine. */
const STALL = 100

/** Four times the input may cost so many times as much: sixteen is what a square costs. */
const GROWTH = 8

/** Less than this is not compared, in milliseconds: starting up costs more. */
const CHEAP = 60

/**
 * What is allowed besides twice the input, in bytes: what two million JSON values are made of, which may be two bytes
 * each in a body (§1.19), and what the garbage collector leaves for later.
 */
const BESIDES = 160 * MIB

const TRIES = 3

/** The long form gives every text to every reader. */
const IMPORTS = importsOf({ all: process.env.ASSAY_HOSTILE_MB !== undefined })

/** What the readers of the server are called. */
function namesOfReaders(): string[] {
  const folder = new URL('../server/src/intake/readers/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.format.ts'))
  return files.flatMap(
    (file) => /\bname: '([a-z0-9-]+)',\n\s+title:/.exec(readFileSync(new URL(file, folder), 'utf8'))?.[1] ?? [],
  )
}

describe('hostile inputs', () => {
  let server: ProbedServer
  let ids: Ids
  const table: string[] = []
  let before: Cost

  beforeAll(async () => {
    server = await startProbed()
    const { project } = server
    const make = async (path: string, attributes: object) => {
      const { status, body } = await server.call('POST', `/projects/${project}/${path}.json`, { data: { attributes } })
      expect([path, status, body]).toEqual([path, 200, expect.anything()])
      return Number((body as { data: { id: string } }).data.id)
    }
    const users = (await server.call('GET', '/users.json')).body as { data: { id: string }[] }
    const author = Number(users.data[0]?.id)
    const test = await make('tests', { name: 'a test', 'author-id': author })
    const set = await make('sets', { name: 'a set' })
    ids = {
      project,
      author,
      instance: await make('instances', { 'set-id': set, 'test-id': test }),
      requirement: await make('requirements', { name: 'a requirement', 'author-id': author }),
      numberField: await make('custom_fields', { name: 'Number', 'field-format': 'number', entities: ['Test'] }),
    }
    before = await server.measure({ method: 'GET', target: '/healthz' })
  })
  afterAll(async () => {
    await server?.stop()
    process.stdout.write(`${table.join('\n')}\n`)
  })

  type Measured = Cost & { status: number; size: number }

  async function measure(input: HostileInput, size: number): Promise<Measured> {
    const request = input.make(Math.floor(size), ids)
    const sent = Buffer.byteLength(request.body ?? '') + request.target.length
    return { ...(await server.measure(request)), size: sent }
  }

  /** The least that each of several tries cost. */
  async function best(input: HostileInput, size: number, isGood: (cost: Measured) => boolean): Promise<Measured> {
    let least = await measure(input, size)
    for (let n = 1; n < TRIES && !isGood(least); n++) {
      const again = await measure(input, size)
      least = {
        ...again,
        cpu: Math.min(least.cpu, again.cpu),
        stall: Math.min(least.stall, again.stall),
        memory: Math.min(least.memory, again.memory),
      }
    }
    return least
  }

  // As a text of its own the name is whole: two that begin alike are two tests.
  it.each([...INPUTS, ...IMPORTS].map((input) => [input.name, input] as const))(
    '%s',
    { timeout: 600_000 },
    async (_, input) => {
      const largest = Math.min(LARGEST, input.limit)
      const slowness = Math.max(1, server.slowness / YARDSTICK)
      const costs: Measured[] = []
      for (const size of [largest / 4, largest / 2, largest]) {
        const first = costs[0]
        const isGood = ({ cpu, stall, memory, size }: Measured) =>
          stall <= STALL * slowness &&
          memory <= 2 * size + BESIDES &&
          (first === undefined || cpu <= CHEAP * slowness || cpu / first.cpu <= GROWTH)
        const cost = await best(input, size, isGood)
        costs.push(cost)
        expect([input.status].flat()).toContain(cost.status)
        expect(
          isGood(cost),
          `${input.name} at ${size} bytes: ${JSON.stringify(cost)}, at first ${JSON.stringify(first)}`,
        ).toBe(true)
      }
      const figures = costs.map(
        ({ size, cpu, stall, memory }) =>
          `${(size / MIB).toFixed(1)} MiB ${cpu.toFixed(0)}/${stall.toFixed(0)} ms ${(memory / MIB).toFixed(0)} MiB`,
      )
      table.push(`${input.name}: ${figures.join(' · ')}`)
    },
  )

  it('are there for every reader', () => {
    expect([...FORMATS].sort()).toEqual(namesOfReaders().sort())
  })

  // The allocator of the system keeps pieces of its own to use again.
  const isGivenBack = ({ held, rss }: Cost) => held - before.held < 64 * MIB && rss - before.rss < LARGEST + BESIDES

  it('leave no memory behind', async () => {
    // What large requests took is given back once there were none for a while.
    let after = before
    for (let n = 0; n < 60; n++) {
      await sleep(1_000)
      after = await server.measure({ method: 'GET', target: '/healthz' })
      if (isGivenBack(after)) break
    }
    const mib = (bytes: number) => (bytes / MIB).toFixed(0)
    table.push(
      `held before ${mib(before.held)} MiB, after ${mib(after.held)} MiB; of the process ${mib(before.rss)} and ${mib(after.rss)} MiB`,
    )
    expect(isGivenBack(after), table.at(-1)).toBe(true)
  })
})
