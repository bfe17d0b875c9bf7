import { branchOf, type Ci, jobOf } from './ci-parameters.ts'

/** Azure Pipelines: a job that is run again stays in its build and counts `SYSTEM_JOBATTEMPT`. */
export const azure: Ci = {
  name: 'Azure Pipelines',
  isHere: (env) => env.TF_BUILD?.toLowerCase() === 'true',
  read(env) {
    const project = env.SYSTEM_TEAMPROJECTID || env.SYSTEM_TEAMPROJECT
    const collection = env.SYSTEM_COLLECTIONURI || env.SYSTEM_TEAMFOUNDATIONCOLLECTIONURI
    const pull = env.SYSTEM_PULLREQUEST_PULLREQUESTNUMBER || env.SYSTEM_PULLREQUEST_PULLREQUESTID
    const job = env.SYSTEM_JOBDISPLAYNAME || env.SYSTEM_JOBNAME
    return {
      'build-key': env.BUILD_BUILDID && `azure-${project ?? ''}-${env.BUILD_BUILDID}`,
      'build-name': env.BUILD_BUILDNUMBER && `${env.BUILD_DEFINITIONNAME ?? ''} ${env.BUILD_BUILDNUMBER}`.trim(),
      'build-url':
        collection &&
        project &&
        `${collection}${encodeURIComponent(project)}/_build/results?buildId=${env.BUILD_BUILDID}`,
      pipeline: env.BUILD_DEFINITIONNAME,
      branch: branchOf(env.SYSTEM_PULLREQUEST_SOURCEBRANCH || env.BUILD_SOURCEBRANCH),
      commit: env.BUILD_SOURCEVERSION,
      'pull-request': pull,
      shard: jobOf(job, env.SYSTEM_JOBPOSITIONINPHASE, env.SYSTEM_TOTALJOBSINPHASE),
      attempt: env.SYSTEM_JOBATTEMPT,
    }
  },
}
