import type { Ci } from './ci-parameters.ts'

/** Drone: a build that is restarted has a new number. */
export const drone: Ci = {
  name: 'Drone',
  isHere: (env) => env.DRONE === 'true',
  read: (env) => ({
    'build-key': env.DRONE_BUILD_NUMBER && `drone-${env.DRONE_REPO ?? ''}-${env.DRONE_BUILD_NUMBER}`,
    'build-name': env.DRONE_BUILD_NUMBER && `Build #${env.DRONE_BUILD_NUMBER}`,
    'build-url': env.DRONE_BUILD_LINK,
    branch: env.DRONE_SOURCE_BRANCH || env.DRONE_BRANCH,
    commit: env.DRONE_COMMIT_SHA,
    'pull-request': env.DRONE_PULL_REQUEST,
    shard: env.DRONE_STAGE_NAME,
  }),
}

/** Woodpecker: a pipeline that is restarted has a new number; of a pull request `CI_COMMIT_BRANCH` is the target. */
export const woodpecker: Ci = {
  name: 'Woodpecker',
  isHere: (env) => env.CI === 'woodpecker' || env.CI_SYSTEM_NAME === 'woodpecker',
  read: (env) => ({
    'build-key': env.CI_PIPELINE_NUMBER && `woodpecker-${env.CI_REPO ?? ''}-${env.CI_PIPELINE_NUMBER}`,
    'build-name': env.CI_PIPELINE_NUMBER && `Pipeline #${env.CI_PIPELINE_NUMBER}`,
    'build-url': env.CI_PIPELINE_URL,
    branch: env.CI_COMMIT_SOURCE_BRANCH || env.CI_COMMIT_BRANCH,
    commit: env.CI_COMMIT_SHA,
    'pull-request': env.CI_COMMIT_PULL_REQUEST,
    shard: env.CI_WORKFLOW_NAME,
  }),
}
