import { mkdirSync } from 'node:fs'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { buildApp } from './app.ts'
import { bootstrap, readSigningKey } from './bootstrap.ts'
import { type Config, readConfig } from './config.ts'
import { openDatabase } from './db/database.ts'
import { dropOldKeys } from './http/idempotency.ts'
import { sweepAttachments } from './resources/attachments/attachments.store.ts'
import { keepHistory } from './resources/history/keep-journal.ts'
import { createDiskBlobStore } from './storage/disk-blob-store.ts'

const HOUR = 3_600_000

type Environment = Record<string, string | undefined>

/** A query may carry the token (`api_token=…`); logs never do. */
const hideToken = (url: string) => url.replace(/((?:api[-_]token)=)[^&]*/gi, '$1***')

function createLogger(level: string): FastifyBaseLogger {
  return pino({
    level,
    serializers: {
      req: (request) => ({
        id: request.id,
        method: request.method,
        url: hideToken(request.originalUrl ?? request.url),
      }),
      res: (reply) => ({ statusCode: reply.statusCode }),
    },
  }) as unknown as FastifyBaseLogger
}

export interface RunningServer {
  url: string
  stop(): Promise<void>
}

/** Opens the database, brings it up to date, listens. Throws ConfigError, or an error that says what could not open. */
export async function startServer(config: Config, print: (line: string) => void): Promise<RunningServer> {
  const logger = createLogger(config.logLevel)
  try {
    mkdirSync(config.dataDir, { recursive: true })
  } catch (error) {
    throw new Error(`ASSAY_DATA_DIR: cannot create ${config.dataDir}: ${(error as Error).message}`)
  }
  const database = openDatabase(config)
  await database.migrate()
  const now = Date.now()
  const first = await bootstrap(database, { ownerEmail: config.ownerEmail, token: config.bootstrapToken, now })
  const blobs = createDiskBlobStore(`${config.dataDir}/attachments`)
  const signingKey = await readSigningKey(database)
  const services = { database, blobs, signingKey, baseUrl: config.baseUrl, keepJournal: keepHistory }
  const app = buildApp({
    services,
    rateLimit: config.rateLimit,
    maxBodyBytes: config.maxBodyBytes,
    kittens: config.kittens,
    logger,
  })
  const listening = await app.listen({ host: config.host, port: config.port })
  const url = config.baseUrl ?? listening

  const housekeeping = setInterval(async () => {
    try {
      await database.write(0, (tx) => dropOldKeys(tx, Date.now()))
      await sweepAttachments(database.read, blobs, Date.now())
    } catch (error) {
      logger.warn({ err: error }, 'housekeeping failed; it runs again in an hour')
    }
  }, HOUR)
  housekeeping.unref()

  print(`Assay listens on ${url}`)
  if (first) {
    const secret = config.bootstrapToken === undefined ? first.token : '$ASSAY_BOOTSTRAP_TOKEN'
    print(`  base URL   ${url}/api/v2`)
    print(`  project    ${first.projectId} (Demo)`)
    print(`  token      ${secret}   (shown only this once)`)
    print(`  try it     curl -H 'PTToken: ${secret}' ${url}/api/v2/projects/${first.projectId}/tests.json`)
  }
  return {
    url,
    async stop() {
      clearInterval(housekeeping)
      await app.close()
      await database.close()
    },
  }
}

/** Runs the server until SIGTERM or SIGINT, then finishes the requests in flight and closes the database. */
export async function serve(env: Environment): Promise<void> {
  const server = await startServer(readConfig(env), (line) => process.stdout.write(`${line}\n`))
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  await server.stop()
}
