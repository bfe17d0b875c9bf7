import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { openCurrentDatabase } from '../db/database.ts'
import { shownError, shownTarget } from '../http/hide-secrets.ts'
import { createMetrics } from '../http/metrics.ts'
import { listenForMetrics } from '../http/metrics-listener.ts'
import { createRedisCounter } from '../http/redis-counter.ts'
import { releaseImports } from '../intake/imports/imports.store.ts'
import { bootstrap, readSigningKey } from '../operator/bootstrap.ts'
import { createSmtpMailer } from '../people/mail.ts'
import { createPeople } from '../people/people.ts'
import { welcomeLink } from '../people/welcome-codes.store.ts'
import { createDeliverer } from '../resources/webhooks/deliver-webhooks.ts'
import { readBacklog } from '../resources/webhooks/webhook-messages.store.ts'
import { openBlobStore } from '../storage/open-blob-store.ts'
import { privateFolder } from '../storage/private-files.ts'
import { openSpool } from '../storage/spool.ts'
import { buildApp } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { startHousekeeping } from './housekeeping.ts'
import { keepAuditEntries } from './keep-audit-entries.ts'

type Environment = Record<string, string | undefined>

function createLogger(level: string): FastifyBaseLogger {
  return pino({
    level,
    serializers: {
      req: (request) => ({
        id: request.id,
        method: request.method,
        url: shownTarget(request.originalUrl ?? request.url),
      }),
      res: (reply) => ({ statusCode: reply.statusCode }),
      err: shownError,
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
    if (!privateFolder(config.dataDir)) {
      logger.warn(`others may read ${config.dataDir}: its owner should run chmod 700 on it`)
    }
  } catch (error) {
    throw new Error(`ASSAY_DATA_DIR: cannot create ${config.dataDir}: ${(error as Error).message}`)
  }
  const database = await openCurrentDatabase({ ...config, warn: (message) => logger.warn(message) })
  const now = Date.now()
  const first = await bootstrap(database, { ownerEmail: config.ownerEmail, token: config.bootstrapToken, now })
  const blobs = openBlobStore(config)
  const signingKey = await readSigningKey(database)
  // The embedded database has one process: what another was storing is nobody's any more.
  if (database.read.dialect.name === 'sqlite') await database.write(0, releaseImports)
  const deliverer = createDeliverer({
    database,
    allowPrivate: config.webhookPrivate,
    warn: (message) => logger.warn(message),
  })
  const services = {
    database,
    blobs,
    signingKey,
    baseUrl: config.baseUrl,
    maxFileBytes: config.maxFileBytes,
    keepAuditEntries,
    deliverSoon: deliverer.wake,
  }
  const metrics = createMetrics(database, () => readBacklog(database, Date.now()))
  const spool = openSpool(`${config.dataDir}/spool`)
  const counter =
    config.redisUrl === undefined
      ? undefined
      : await createRedisCounter({
          url: config.redisUrl,
          installation: signingKey,
          warn: (message) => logger.warn(message),
        })
  const mailer = config.mail && (await createSmtpMailer(config.mail))
  const { singleSignOn, passwordLogin } = config
  const people = createPeople({ counter, mailer, singleSignOn, passwordLogin, warn: (message) => logger.warn(message) })
  const app = buildApp({
    services,
    rateLimit: config.rateLimit,
    counter,
    connections: config.connections,
    trustProxy: config.trustProxy,
    corsOrigins: config.corsOrigins,
    maxBodyBytes: config.maxBodyBytes,
    limits: {
      agentTimeout: config.agentTimeout,
      maxImportBytes: config.maxImportBytes,
      shardTimeout: config.shardTimeout,
      people,
    },
    spool: spool.forRequest,
    kittens: config.kittens,
    metrics,
    metricsToken: config.metricsToken,
    logger,
  })
  const listening = await app.listen({ host: config.host, port: config.port })
  const url = config.baseUrl ?? listening
  const scraped = config.metricsListen && (await listenForMetrics(metrics, config.metricsListen))
  deliverer.start()

  const housekeeping = startHousekeeping({ database, blobs, logger, shardTimeout: config.shardTimeout })

  print(`Assay listens on ${listening}`)
  if (url !== listening) print(`  known as   ${url}`)
  print(`  reference  ${url}/docs`)
  if (first) {
    // In double quotes, so that a shell puts the token there where only its variable is named.
    const [secret, note] =
      config.bootstrapToken === undefined
        ? [first.token, '(shown only this once)']
        : ['$ASSAY_BOOTSTRAP_TOKEN', '(as you set it)']
    print(`  base URL   ${url}/api/v2`)
    print(`  project    ${first.projectId} (Demo)`)
    print(`  token      ${secret}   ${note}`)
    print(`  welcome    ${welcomeLink(url, first.welcomeCode)}   (sets the password of ${config.ownerEmail}, once)`)
    print(`  try it     curl -H "PTToken: ${secret}" ${url}/api/v2/projects/${first.projectId}/tests.json`)
  }
  return {
    url,
    async stop() {
      const overdue = setTimeout(() => {
        logger.warn('requests in flight did not finish in time: their connections are closed')
        app.server.closeAllConnections()
      }, config.drainTimeout)
      await app.close()
      clearTimeout(overdue)
      await scraped?.close()
      await people.settled()
      mailer?.close()
      counter?.close()
      await housekeeping.stop()
      await deliverer.stop()
      spool.close()
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
