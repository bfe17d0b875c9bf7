import { type Api, AssayError, type ProjectClient, serverRoot } from '@assay/sdk'
import type { Receipt } from './deliver.ts'
import type { NotSent } from './find-files.ts'
import type { Parameters } from './import-parameters.ts'
import type { SentAttachments } from './wanted-files.ts'

/** A verdict of the build, as a log shows it. */
export interface ShownResult {
  test: string
  variant: string
  message: string | null
  /** The run in the API. */
  url: string | null
}

/** All that an upload ends with. */
export interface Outcome {
  project: { id: number; name: string }
  ci: string | null
  parameters: Parameters
  importId: string | null
  receipt: Api.Import['attributes']
  refusals: Api.Refusal[]
  notes: string[]
  /** Files that were named on the command line and not sent. */
  notSent: NotSent[]
  attachments: SentAttachments
  build: (Api.Build['attributes'] & { id: string; apiUrl: string }) | null
  newFailures: ShownResult[]
  flaky: ShownResult[]
  gate: { verdict: string; text: string } | null
  /** Whether the exit code is the gate's. */
  gateDecides: boolean
  /** What could not be asked or done after everything was stored. */
  problems: string[]
  /** Whether the files that the reports mention were sent, as far as they are to be. */
  attachmentsDone: boolean
  retries: number
  seconds: number
}

/** So many of a kind are named; the rest is counted. */
export const MOST_NAMED = 50

/** 0: everything stored and passed, or the gate passed; 1: stored, with failures; 2: something is not, or no verdict. */
export function exitCodeOf(outcome: Outcome): 0 | 1 | 2 {
  const { receipt, notSent, attachmentsDone, gate, gateDecides } = outcome
  const isWhole = receipt.state === 'stored' && receipt.refused === 0 && notSent.length === 0 && attachmentsDone
  if (!isWhole) return 2
  if (!gateDecides) return receipt.failed + receipt.blocked > 0 ? 1 : 0
  return gate?.verdict === 'passed' ? 0 : gate?.verdict === 'failed' ? 1 : 2
}

/** So many refusals are named one by one. */
const MOST_REFUSALS = 10_000

/** What was refused, by name: a receipt holds the first of it. */
export async function askRefusals(project: ProjectClient, { data, meta }: Receipt): Promise<Api.Refusal[]> {
  const id = importIdOf({ data })
  if (id === null || data.attributes.refused <= meta.refusals.length) return meta.refusals
  const found: Api.Refusal[] = []
  const rows = project.list('listImportRefusals', { path: { id }, query: { 'page[size]': 100 } })
  for await (const refusal of rows) if (found.push(refusal) >= MOST_REFUSALS) break
  return found
}

/** The import that a receipt is of; null for a dry run, whose receipt has the id 0. */
export const importIdOf = ({ data }: Pick<Receipt, 'data'>): string | null => (data.id === '0' ? null : data.id)

/** What the build of an import is like, as far as it goes; `null` where this token may not ask. */
export async function askBuild(
  project: ProjectClient,
  o: { baseUrl: string; projectId: number; receipt: Receipt },
): Promise<Pick<Outcome, 'build' | 'newFailures' | 'flaky'>> {
  const id = o.receipt.data.attributes['build-id']
  const nothing = { build: null, newFailures: [], flaky: [] }
  if (id === null || importIdOf(o.receipt) === null) return nothing
  const api = `${serverRoot(o.baseUrl)}/api/v2/projects/${o.projectId}`
  const shown = ({ attributes }: Api.Result): ShownResult => ({
    test: attributes['test-name'],
    variant: attributes.variant,
    message: attributes.message,
    url: attributes['run-id'] === null ? null : `${api}/runs/${attributes['run-id']}.json`,
  })
  try {
    const path = { id }
    const { data } = await project.call('showBuild', { path })
    const build = { ...data.attributes, id: data.id, apiUrl: `${api}/builds/${data.id}.json` }
    const query = { 'page[size]': MOST_NAMED }
    const failing = { ...query, change: 'new-failure,new-test', status: 'FAILED,BLOCKED' }
    const newFailures =
      build['new-failures'] === 0 ? [] : (await project.call('listBuildResults', { path, query: failing })).data
    const flaky =
      build.flaky === 0 ? [] : (await project.call('listBuildResults', { path, query: { ...query, flaky: true } })).data
    return { build, newFailures: newFailures.map(shown), flaky: flaky.map(shown) }
  } catch (error) {
    // A token that may only store runs has stored them.
    if (error instanceof AssayError && error.status === 403) return nothing
    throw error
  }
}
