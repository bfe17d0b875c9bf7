import { CITUS_URL, makeCluster } from '../../../test-support/citus.ts'
import type { Database } from '../db/handle.ts'

/** Brings a database of a test up to date, spread over the cluster where there is one. */
export async function prepareDatabase(database: Database, url: string | undefined): Promise<void> {
  const spreads = CITUS_URL !== undefined && url !== undefined
  if (spreads) await makeCluster(url)
  await database.migrate()
  if (spreads) await database.distribute()
}
