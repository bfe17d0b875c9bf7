import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { Lag } from './dialect.ts'

/**
 * How far the replica is behind what the primary has written by now. Both are asked: a replica that lost its primary
 * believes that it has everything.
 */
export async function replicaLag(primary: Kysely<Schema>, replica: Kysely<Schema>): Promise<Lag> {
  const here = await sql<{ lsn: string }>`select pg_current_wal_lsn()::text as lsn`.execute(primary)
  const { rows } = await sql<{ bytes: number | null; seconds: number | null }>`
    select pg_wal_lsn_diff(${here.rows[0]?.lsn}::pg_lsn, pg_last_wal_replay_lsn()) as bytes,
      extract(epoch from now() - pg_last_xact_replay_timestamp()) as seconds`.execute(replica)
  const bytes = Math.max(0, rows[0]?.bytes ?? 0)
  // The time of the last replayed commit says nothing while there is nothing to replay.
  return { bytes, seconds: bytes === 0 ? 0 : Math.max(0, rows[0]?.seconds ?? 0) }
}
