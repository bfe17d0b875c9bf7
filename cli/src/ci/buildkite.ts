import { type Ci, fromOne, jobOf } from './ci-parameters.ts'

/** Buildkite: a job that is retried stays in its build and counts `BUILDKITE_RETRY_COUNT`, from 0. */
export const buildkite: Ci = {
  name: 'Buildkite',
  isHere: (env) => env.BUILDKITE === 'true',
  read(env) {
    const job = env.BUILDKITE_STEP_KEY || env.BUILDKITE_LABEL
    const attempt = fromOne(env.BUILDKITE_RETRY_COUNT)
    return {
      'build-key': env.BUILDKITE_BUILD_ID && `buildkite-${env.BUILDKITE_BUILD_ID}`,
      'build-name': env.BUILDKITE_BUILD_NUMBER && `${env.BUILDKITE_PIPELINE_SLUG} #${env.BUILDKITE_BUILD_NUMBER}`,
      'build-url': env.BUILDKITE_BUILD_URL,
      pipeline: env.BUILDKITE_PIPELINE_SLUG,
      branch: env.BUILDKITE_BRANCH,
      commit: env.BUILDKITE_COMMIT !== 'HEAD' && env.BUILDKITE_COMMIT,
      'pull-request': env.BUILDKITE_PULL_REQUEST !== 'false' && env.BUILDKITE_PULL_REQUEST,
      shard: jobOf(job, fromOne(env.BUILDKITE_PARALLEL_JOB), env.BUILDKITE_PARALLEL_JOB_COUNT),
      attempt: attempt?.toString(),
    }
  },
}
