/** What is counted: its help for Prometheus, its one label, and every value that the label can have. */
interface Described {
  help: string
  label: string
  values: readonly string[]
}

const ABORTS = ['deadlock', 'serialization'] as const
const WAYS = ['single', 'bulk', 'auto_create', 'v1', 'import'] as const
const S3_OPERATIONS = ['store', 'read', 'remove', 'list'] as const
const PASSING = ['locked', 'full', 'unwritable', 'away'] as const

/** Everything that happens in this process and is counted for `/metrics`. No value is ever taken from outside. */
export const TALLIES = {
  assay_transaction_aborts_total: {
    help: 'Transactions that PostgreSQL ended for the sake of another one',
    label: 'cause',
    values: ABORTS,
  },
  assay_transaction_retries_total: {
    help: 'Transactions that were run again: after an abort, or because more ids were needed than reserved',
    label: 'cause',
    values: [...ABORTS, 'ids'],
  },
  assay_database_errors_total: {
    help: 'Errors of the database that ended a request or a piece of background work',
    label: 'cause',
    values: [...PASSING, 'too_long', 'other'],
  },
  assay_unavailable_total: {
    help: 'Requests that were answered with 503',
    label: 'cause',
    values: [...PASSING, 'storage', 'internal', 'other'],
  },
  assay_replica_choices_total: {
    help: 'Reads that the replica could answer, by whether it did, was behind, or was away',
    label: 'outcome',
    values: ['replica', 'behind', 'away'],
  },
  assay_redis_failures_total: {
    help: 'Failures of the Redis that counts calls for all nodes',
    label: 'during',
    values: ['connection', 'count'],
  },
  assay_s3_failures_total: {
    help: 'Operations on the S3 storage that failed for good',
    label: 'operation',
    values: S3_OPERATIONS,
  },
  assay_s3_retries_total: {
    help: 'Operations on the S3 storage that were tried again',
    label: 'operation',
    values: S3_OPERATIONS,
  },
  assay_webhook_attempts_total: {
    help: 'Attempts to deliver a webhook message',
    label: 'outcome',
    values: ['delivered', 'failed'],
  },
  assay_result_uploads_total: {
    help: 'Requests that stored results, by their way in',
    label: 'way',
    values: WAYS,
  },
  assay_runs_stored_total: {
    help: 'Runs that were stored, by their way in',
    label: 'way',
    values: WAYS,
  },
} as const satisfies Record<string, Described>

export type Tally = keyof typeof TALLIES
export type TallyValue<Name extends Tally> = (typeof TALLIES)[Name]['values'][number]

const counts = new Map<string, number>()
const keyOf = (name: string, value: string) => `${name} ${value}`

/** Counts something that happened, once or several times. */
export function tally<Name extends Tally>(name: Name, value: TallyValue<Name>, times = 1): void {
  const key = keyOf(name, value)
  counts.set(key, (counts.get(key) ?? 0) + times)
}

/** How often something happened since the process started. */
export const tallied = <Name extends Tally>(name: Name, value: TallyValue<Name>): number =>
  counts.get(keyOf(name, value)) ?? 0
