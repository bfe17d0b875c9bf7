import { branchOf, type Ci, memberOf, textOf } from './ci-parameters.ts'

function eventOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

/** GitHub Actions. A re-run keeps the run's id, and is another attempt in one build: it may be of some jobs only. */
export const github: Ci = {
  name: 'GitHub Actions',
  isHere: (env) => env.GITHUB_ACTIONS === 'true',
  read(env, readFile) {
    const event = eventOf(readFile(env.GITHUB_EVENT_PATH))
    const of = (...path: string[]) => textOf(memberOf(event, ...path))
    const run = memberOf(event, 'workflow_run')
    // Reports of another workflow, which had no secrets: what was tested there counts.
    if (env.GITHUB_EVENT_NAME === 'workflow_run' && run !== undefined) return ofOtherRun(env, run, of)
    const isPullRequest = (env.GITHUB_EVENT_NAME ?? '').startsWith('pull_request')
    const attempt = env.GITHUB_RUN_ATTEMPT || '1'
    return {
      'build-key': env.GITHUB_RUN_ID && `github-${env.GITHUB_RUN_ID}`,
      'build-name': env.GITHUB_WORKFLOW && `${env.GITHUB_WORKFLOW} #${env.GITHUB_RUN_NUMBER ?? '?'}`,
      'build-url':
        env.GITHUB_SERVER_URL &&
        `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}/attempts/${attempt}`,
      pipeline: env.GITHUB_WORKFLOW,
      branch: isPullRequest ? env.GITHUB_HEAD_REF : (branchOf(env.GITHUB_REF) ?? env.GITHUB_REF_NAME),
      // The target's own commit is what runs first there; the change is what was tested.
      commit: env.GITHUB_EVENT_NAME === 'pull_request_target' ? of('pull_request', 'head', 'sha') : env.GITHUB_SHA,
      'base-commit': of('pull_request', 'base', 'sha') ?? of('merge_group', 'base_sha'),
      'pull-request': isPullRequest && (of('pull_request', 'number') ?? numberIn(env.GITHUB_REF)),
      shard: env.GITHUB_JOB,
      attempt,
    }
  },
}

const numberIn = (ref: string | undefined) => /^refs\/pull\/(\d+)\//.exec(ref ?? '')?.[1]

function ofOtherRun(
  env: Parameters<Ci['read']>[0],
  run: unknown,
  of: (...path: string[]) => string | undefined,
): ReturnType<Ci['read']> {
  const attempt = of('workflow_run', 'run_attempt') ?? '1'
  const [pull] = (memberOf(run, 'pull_requests') ?? []) as unknown[]
  const branch = of('workflow_run', 'head_branch')
  const owner = of('workflow_run', 'head_repository', 'owner', 'login')
  // A branch of a fork may be called main, and is none of ours.
  const isFork = of('workflow_run', 'head_repository', 'full_name') !== env.GITHUB_REPOSITORY
  return {
    'build-key': of('workflow_run', 'id') && `github-${of('workflow_run', 'id')}`,
    'build-name': of('workflow_run', 'name') && `${of('workflow_run', 'name')} #${of('workflow_run', 'run_number')}`,
    'build-url': of('workflow_run', 'html_url'),
    pipeline: of('workflow_run', 'name'),
    branch: isFork && owner !== undefined && branch !== undefined ? `${owner}:${branch}` : branch,
    commit: of('workflow_run', 'head_sha'),
    'base-commit': textOf(memberOf(pull, 'base', 'sha')),
    'pull-request': textOf(memberOf(pull, 'number')),
    attempt,
  }
}
