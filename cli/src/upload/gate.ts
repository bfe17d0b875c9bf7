import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, AssayError, type ProjectClient } from '@assay/sdk'

export interface GateAnswer {
  verdict: 'passed' | 'failed' | 'pending'
  text: string
  rules: Api.GateVerdict['attributes']['rules']
}

/** Between two questions. */
const EVERY = 3000

/** A gate as it is now. */
export async function askGate(project: ProjectClient, buildId: number | string, gateId?: number): Promise<GateAnswer> {
  const query = gateId === undefined ? {} : { 'gate-id': gateId }
  const { data } = await project.call('showBuildGate', { path: { id: buildId }, query })
  const { verdict, text, rules } = data.attributes
  return { verdict, text, rules }
}

/**
 * Asks for a verdict until there is one, for so many milliseconds. What the server says last is answered, also when it
 * is still pending; a server that stays away is an error, and never a verdict.
 */
export async function waitForGate(
  project: ProjectClient,
  o: { buildId: number | string; gateId?: number | undefined; timeout: number; signal: AbortSignal },
): Promise<GateAnswer> {
  const until = Date.now() + o.timeout
  for (;;) {
    try {
      const answer = await askGate(project, o.buildId, o.gateId)
      if (answer.verdict !== 'pending' || Date.now() >= until) return answer
    } catch (error) {
      const mayCome = error instanceof AssayError && (error.status === 0 || error.status >= 500)
      if (!mayCome || Date.now() >= until) throw error
    }
    await sleep(Math.max(50, Math.min(EVERY, until - Date.now())), undefined, { signal: o.signal })
  }
}
