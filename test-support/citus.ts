import pg from 'pg'

/** A PostgreSQL with Citus where tests may create databases; then all tests of the wire run on a cluster (docs/scale.md). */
export const CITUS_URL = process.env.TEST_CITUS_URL

/** Makes a cluster of one node, which holds the shards itself, of an empty database: Citus plans as for many. */
export async function makeCluster(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { hostname, port } = new URL(url)
    await client.query('create extension if not exists citus')
    await client.query('select citus_set_coordinator_host($1, $2)', [hostname, Number(port || 5432)])
    const holds = "select citus_set_node_property($1, $2, 'shouldhaveshards', true)"
    await client.query(holds, [hostname, Number(port || 5432)])
  } finally {
    await client.end()
  }
}
