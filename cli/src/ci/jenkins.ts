import type { Ci } from './ci-parameters.ts'

/** The job without the branch that a multibranch job has at its end. */
function pipelineOf(job: string | undefined, branch: string | undefined): string | undefined {
  if (job === undefined || branch === undefined) return job
  const end = `/${encodeURIComponent(branch)}`
  return job.endsWith(end) ? job.slice(0, -end.length) : job
}

/** Jenkins: every build has a number of its own, a rebuilt one too. */
export const jenkins: Ci = {
  name: 'Jenkins',
  isHere: (env) => Boolean(env.JENKINS_URL) && env.BUILD_NUMBER !== undefined,
  read: (env) => ({
    'build-key': env.BUILD_TAG || (env.JOB_NAME && `jenkins-${env.JOB_NAME}-${env.BUILD_NUMBER}`),
    'build-name': env.BUILD_DISPLAY_NAME && `${env.JOB_NAME ?? ''} ${env.BUILD_DISPLAY_NAME}`.trim(),
    'build-url': env.BUILD_URL,
    pipeline: pipelineOf(env.JOB_NAME, env.BRANCH_NAME),
    branch: env.CHANGE_BRANCH || env.BRANCH_NAME || env.GIT_BRANCH?.replace(/^origin\//, ''),
    commit: env.GIT_COMMIT,
    'pull-request': env.CHANGE_ID,
  }),
}
