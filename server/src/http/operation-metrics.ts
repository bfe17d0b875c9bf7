import { readFileSync } from 'node:fs'
import { Counter, Gauge, type Registry } from 'prom-client'
import { TALLIES, type Tally, tallied } from '../core/tally.ts'
import type { Database } from '../db/handle.ts'
import { MIGRATIONS } from '../db/migrations/all.ts'
import { sampled } from './sampled.ts'

/** What has happened since the process started. Every series is there from the beginning, so that the first counts. */
function serveTallies(registry: Registry): void {
  for (const name of Object.keys(TALLIES) as Tally[]) {
    const { help, label, values } = TALLIES[name]
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset()
        for (const value of values) this.inc({ [label]: value }, tallied(name, value as never))
      },
    })
  }
}

function serveBuild(registry: Registry, database: Database): void {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const build = { version, node: process.version, database: database.read.dialect.name }
  new Gauge({
    name: 'assay_build_info',
    help: 'Always 1: the version of Assay, its Node, its kind of database, and the last migration it knows',
    labelNames: ['version', 'node', 'database', 'schema'],
    registers: [registry],
  }).set({ ...build, schema: Object.keys(MIGRATIONS).at(-1) ?? '' }, 1)
}

function serveLoad(registry: Registry, database: Database): void {
  new Gauge({
    name: 'assay_database_load',
    help: 'What the database has to do: writes waiting for the one writer of SQLite, long reads',
    labelNames: ['what'],
    registers: [registry],
    collect() {
      for (const [what, value] of Object.entries(database.load())) this.set({ what }, value)
    },
  })
  new Gauge({
    name: 'assay_database_pool',
    help: 'Connections to PostgreSQL in use and idle, and work waiting for one, by pool',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [pool, load] of Object.entries(database.pools())) {
        for (const [state, value] of Object.entries(load)) this.set({ pool, state }, value)
      }
    },
  })
}

/** A gauge without labels that is absent while its value is not known. */
function optionalGauge(registry: Registry, name: string, help: string, read: () => Promise<number | undefined>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      const value = await read()
      if (value === undefined) this.remove()
      else this.set(value)
    },
  })
}

function serveReplica(registry: Registry, database: Database): void {
  const lag = sampled(() => database.replicaLag())
  const of = (name: string, help: string, value: 'bytes' | 'seconds') =>
    optionalGauge(registry, name, help, async () => (await lag())?.[value])
  of(
    'assay_replica_lag_bytes',
    'Written by the primary and not replayed by the replica; absent while it is away',
    'bytes',
  )
  of('assay_replica_lag_seconds', 'Age of the last commit that a replica that is behind has replayed', 'seconds')
}

/** Due webhook messages, and for how many seconds the oldest has been due. */
export type ReadBacklog = () => Promise<{ due: number; seconds: number }>

function serveWebhooks(registry: Registry, readBacklog: ReadBacklog): void {
  const backlog = sampled(readBacklog)
  const of = (name: string, help: string, value: 'due' | 'seconds') =>
    optionalGauge(registry, name, help, async () => (await backlog())?.[value])
  of('assay_webhook_messages_due', 'Webhook messages that are due and not being sent, up to 10,000', 'due')
  of('assay_webhook_oldest_due_seconds', 'How long the oldest of them has been due', 'seconds')
}

/** What an operator wants to know beyond requests. What has to be asked for is asked every 15 seconds at most. */
export function serveOperation(registry: Registry, database: Database, readBacklog: ReadBacklog): void {
  serveBuild(registry, database)
  serveTallies(registry)
  serveLoad(registry, database)
  serveWebhooks(registry, readBacklog)
  if (database.hasReplica) serveReplica(registry, database)
}
