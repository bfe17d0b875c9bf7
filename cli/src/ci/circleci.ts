import { type Ci, fromOne, jobOf } from './ci-parameters.ts'

/** CircleCI: a workflow that runs again has a new id. */
export const circleci: Ci = {
  name: 'CircleCI',
  isHere: (env) => env.CIRCLECI === 'true',
  read: (env) => ({
    'build-key': env.CIRCLE_WORKFLOW_ID && `circleci-${env.CIRCLE_WORKFLOW_ID}`,
    'build-url': env.CIRCLE_BUILD_URL,
    branch: env.CIRCLE_BRANCH || env.CIRCLE_TAG,
    commit: env.CIRCLE_SHA1,
    'pull-request': env.CIRCLE_PR_NUMBER || /\/(\d+)$/.exec(env.CIRCLE_PULL_REQUEST ?? '')?.[1],
    shard: jobOf(env.CIRCLE_JOB, fromOne(env.CIRCLE_NODE_INDEX), env.CIRCLE_NODE_TOTAL),
  }),
}
