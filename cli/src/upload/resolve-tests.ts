import { AssayError } from '@assay/sdk'
import { fingerprint, type Identity, identityKey } from './identity.ts'
import { type Outcome, sendIsolating } from './send-isolating.ts'
import type { UploadState } from './upload-state.ts'
import { createdIds } from './upload-target.ts'

export interface ResolvedTests {
  /** Identity key → test id or reason. */
  byKey: Map<string, Outcome<number>>
  /** Tests made just now, which therefore have no instance yet. */
  created: Set<number>
}

/** Finds the tests of at most 100 identities and creates those that are only known by name and do not exist. */
export async function resolveTests(state: UploadState, identities: Identity[]): Promise<ResolvedTests> {
  const byKey = new Map<string, Outcome<number>>()
  const names: string[] = []
  const displayIds: number[] = []
  for (const identity of new Map(identities.map((identity) => [identityKey(identity), identity])).values()) {
    // A system id is taken as it is: creating its instance shows whether it exists.
    if (identity.kind === 'id') byKey.set(identityKey(identity), { value: identity.id })
    else if (identity.kind === 'display-id') displayIds.push(identity.id)
    else if (identity.kind === 'name') names.push(identity.name)
  }
  if (displayIds.length > 0) await findByDisplayId(state, displayIds, byKey)
  const missing = names.length > 0 ? await findByName(state, names, byKey) : []
  const created = await createTests(state, missing, byKey)
  return { byKey, created }
}

async function findByDisplayId(state: UploadState, ids: number[], byKey: Map<string, Outcome<number>>) {
  for (const id of ids) {
    byKey.set(identityKey({ kind: 'display-id', id }), { refused: `there is no test #${id} in this project` })
  }
  const query = { 'display-ids': ids }
  for await (const test of state.project.list('listTests', { query })) {
    const id = Number(test.attributes['display-id'])
    byKey.set(identityKey({ kind: 'display-id', id }), { value: Number(test.id) })
  }
}

async function findByName(state: UploadState, names: string[], byKey: Map<string, Outcome<number>>): Promise<string[]> {
  const answer = await state.project.call('bulkSearchTests', {
    body: { data: names.map((name) => ({ name_exact: name })) },
  })
  return names.filter((name, index) => {
    const found = answer.data[index]?.tests.data ?? []
    if (found.length === 0) return true
    if (found.length > 1) state.ambiguous.add(fingerprint(name))
    byKey.set(identityKey({ kind: 'name', name }), { value: Math.min(...found.map(({ id }) => Number(id))) })
    return false
  })
}

async function createTests(state: UploadState, names: string[], byKey: Map<string, Outcome<number>>) {
  const created = new Set<number>()
  const author = state.target.authorId === null ? {} : { 'author-id': state.target.authorId }
  const send = async (part: string[]) => {
    const data = part.map((name) => ({
      attributes: { name, 'test-type': 'ApiTest' as const, tags: ['imported'], ...author },
    }))
    const answer = await state.project.call('createTests', { query: { 'find-or-create': true }, body: { data } })
    for (const id of createdIds(answer.meta)) created.add(id)
    return answer.data.map(({ id }) => Number(id))
  }
  let outcomes: Outcome<number>[]
  try {
    outcomes = await sendIsolating(names, send)
  } catch (error) {
    // Results of known tests can still be stored.
    if (!(error instanceof AssayError) || error.status !== 403) throw error
    outcomes = names.map(() => ({ refused: 'the test does not exist and this token may not create tests' }))
  }
  names.forEach((name, index) => {
    const outcome = outcomes[index]
    if (outcome && 'refused' in outcome) outcome.refused = `the test could not be created: ${outcome.refused}`
    if (outcome) byKey.set(identityKey({ kind: 'name', name }), outcome)
  })
  state.summary.created.tests += created.size
  return created
}
