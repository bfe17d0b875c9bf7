/** Statuses of runs, instances, sets, tests and requirements (contract §1.14). */
export const RUN_STATUSES = ['PASSED', 'FAILED', 'BLOCKED', 'NO RUN', 'NOT COMPLETED'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]
