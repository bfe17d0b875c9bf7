import { type Ci, jobOf } from './ci-parameters.ts'

/** GitLab CI. A retried job stays in its pipeline and gets a new id; a pipeline that runs anew has a new id. */
export const gitlab: Ci = {
  name: 'GitLab CI',
  isHere: (env) => env.GITLAB_CI === 'true',
  read(env) {
    const isTrain = env.CI_MERGE_REQUEST_EVENT_TYPE === 'merge_train'
    const { CI_NODE_INDEX: index, CI_NODE_TOTAL: total, CI_JOB_NAME: job } = env
    // The name of a parallel job ends with its place already.
    const hasPlace = job?.endsWith(` ${index}/${total}`) === true || job?.endsWith(']') === true
    return {
      'build-key': env.CI_PIPELINE_ID && `gitlab-${env.CI_PIPELINE_ID}`,
      'build-name': env.CI_PIPELINE_IID && `${env.CI_PIPELINE_NAME || 'Pipeline'} #${env.CI_PIPELINE_IID}`,
      'build-url': env.CI_PIPELINE_URL,
      pipeline: env.CI_PIPELINE_NAME,
      branch: isTrain
        ? `gitlab-merge-train/${env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME}`
        : env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME || env.CI_COMMIT_BRANCH || env.CI_COMMIT_REF_NAME,
      commit: env.CI_COMMIT_SHA,
      // Merged results are tested on the tip of the target, everything else on what the branch began with.
      'base-commit': env.CI_MERGE_REQUEST_TARGET_BRANCH_SHA || env.CI_MERGE_REQUEST_DIFF_BASE_SHA,
      'pull-request': env.CI_MERGE_REQUEST_IID,
      shard: hasPlace ? job : jobOf(job, index, total),
    }
  },
}
