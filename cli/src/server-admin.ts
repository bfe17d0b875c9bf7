import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'

type AdminModule = typeof import('@assay/server/admin')
export type Admin = Awaited<ReturnType<AdminModule['openAdmin']>>

type MaintenanceModule = typeof import('@assay/server/maintenance')
export type Maintenance = ReturnType<MaintenanceModule['openMaintenance']>

/** The server explains itself in messages written for operators; a stack would only hide them. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof Error ? new CliError(error.message, { cause: error }) : error
  }
}

async function settingsOf(context: Context) {
  const { readConfig } = await import('@assay/server/config')
  return readConfig(context.env)
}

/**
 * Runs operator work on the server's own database and closes it, whatever happens. The server is loaded only here:
 * uploading must not pay for it.
 */
export function withAdmin<T>(context: Context, work: (admin: Admin) => Promise<T>): Promise<T> {
  return explained(async () => {
    const { openAdmin } = await import('@assay/server/admin')
    const admin = await openAdmin(await settingsOf(context))
    try {
      return await work(admin)
    } finally {
      await admin.close()
    }
  })
}

/** As `withAdmin`, for work on all of the data; the database is taken as it is, not brought up to date. */
export function withMaintenance<T>(context: Context, work: (maintenance: Maintenance) => Promise<T>): Promise<T> {
  return explained(async () => {
    const { openMaintenance } = await import('@assay/server/maintenance')
    const maintenance = openMaintenance(await settingsOf(context), context.signal)
    try {
      return await work(maintenance)
    } finally {
      await maintenance.close()
    }
  })
}

/** Spreads the tables over a Citus cluster; answers the statements that were run, or with `dryRun` would be. */
export function distributeTables(context: Context, options: { dryRun: boolean }): Promise<string[]> {
  return explained(async () => {
    const { distribute } = await import('@assay/server/admin')
    return distribute(await settingsOf(context), options)
  })
}

/** Runs the server until it is told to stop. */
export function runServer(context: Context): Promise<void> {
  return explained(async () => {
    const { serve } = await import('@assay/server/serve')
    await serve(context.env)
  })
}
