import { type Ci, fromOne, jobOf } from './ci-parameters.ts'

/** Bitbucket Pipelines: a step that is run again stays in its pipeline and counts `BITBUCKET_STEP_RUN_NUMBER`. */
export const bitbucket: Ci = {
  name: 'Bitbucket Pipelines',
  isHere: (env) => env.BITBUCKET_BUILD_NUMBER !== undefined,
  read: (env) => ({
    'build-key': `bitbucket-${env.BITBUCKET_REPO_FULL_NAME ?? ''}-${env.BITBUCKET_BUILD_NUMBER}`,
    'build-name': `Pipeline #${env.BITBUCKET_BUILD_NUMBER}`,
    'build-url':
      env.BITBUCKET_GIT_HTTP_ORIGIN &&
      `${env.BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/${env.BITBUCKET_BUILD_NUMBER}`,
    branch: env.BITBUCKET_BRANCH || env.BITBUCKET_TAG,
    commit: env.BITBUCKET_COMMIT,
    'base-commit': env.BITBUCKET_PR_DESTINATION_COMMIT,
    'pull-request': env.BITBUCKET_PR_ID,
    shard: jobOf(undefined, fromOne(env.BITBUCKET_PARALLEL_STEP), env.BITBUCKET_PARALLEL_STEP_COUNT),
    attempt: env.BITBUCKET_STEP_RUN_NUMBER,
  }),
}
