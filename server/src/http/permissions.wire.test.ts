import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createEverything } from '../../../test-support/one-of-everything.ts'
import { onEveryDatabase } from '../test/build-app.ts'
import { type Endpoint as Called, type CallGround, callEndpoint } from '../test/call-endpoint.ts'

/** The contract's table of permissions (§3): who of A(dministrators), T(esters), D(evelopers), C(ommenters) has each. */
const GRANTED: Record<string, string> = {
  requirements_view: 'ATDC',
  requirements_editor: 'AT',
  requirements_admin: 'AT',
  tests_view: 'ATDC',
  runs: 'AT',
  runs_admin: 'AT',
  tests_editor: 'AT',
  tests_admin: 'AT',
  issues_view: 'ATDC',
  issues_status_modifier: 'ATD',
  issues_editor: 'ATD',
  issues_admin: 'A',
  customization: 'A',
  custom_views: 'A',
  workflow: 'A',
  project_settings: 'A',
}

/** What the permissions of an entity are called (contract §4.7, §7.6, §7.11). */
const ENTITIES: Record<string, { view: string; edit: string }> = {
  issue: { view: 'issues_view', edit: 'issues_editor' },
  requirement: { view: 'requirements_view', edit: 'requirements_editor' },
  test: { view: 'tests_view', edit: 'tests_editor' },
  testset: { view: 'tests_view', edit: 'runs' },
}

interface Endpoint extends Called {
  permission: string
}

const table = readFileSync(new URL('../../../docs/endpoints.tsv', import.meta.url), 'utf8')
const ENDPOINTS: Endpoint[] = table
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))
  .flatMap(([method = '', path = '', , , permission = '']): Endpoint[] =>
    permission.includes('entity:')
      ? Object.keys(ENTITIES).map((entity) => ({ method, path, permission, entity }))
      : [{ method, path, permission }],
  )

type Group = 'Administrators' | 'Testers' | 'Developers' | 'Commenters'
const GROUPS: Group[] = ['Administrators', 'Testers', 'Developers', 'Commenters']

/** Whether members of a group may call an endpoint, read off the contract's words. */
function mayCall({ permission, entity }: Endpoint, group: Group): boolean {
  const words = permission.replace(/ \(.*$/, '')
  if (['any', 'user', 'member', 'none'].includes(words)) return true
  if (words.startsWith('account')) return false
  const right = /entity:(view|edit)/.exec(words)?.[1] as 'view' | 'edit' | undefined
  const key = right && entity ? (ENTITIES[entity]?.[right] as string) : words
  const granted = GRANTED[key]
  if (granted === undefined) throw new Error(`the table of permissions has no ${key}`)
  return granted.includes(group.charAt(0))
}

interface Ground extends CallGround {
  tokens: Record<Group | 'outsider' | 'disabled', string>
}

const inProject = ({ path }: Endpoint) => path.includes(':project_id') || path.includes('/projects/:id')
/** Endpoints of no project's path that find it by what they name. */
const namesProject = ({ path }: Endpoint) => /\/issues\.json|upload_test_result|integration_issues/.test(path)

/** What somebody gets who is in no project: 404 for what lies in one, 403 for the account's own business. */
function statusForOutsider(endpoint: Endpoint): number {
  const { path, permission } = endpoint
  if (permission.startsWith('none')) return 200
  if (inProject(endpoint) || namesProject(endpoint)) return 404
  if (permission.startsWith('account') || path.includes('next_test')) return 403
  // A user whom one shares no project with does not exist.
  return path === '/api/v2/users/:id.json' ? 404 : 200
}

const label = ({ method, path, entity }: Endpoint) => `${method} ${path}${entity ? ` of ${entity}` : ''}`

onEveryDatabase(
  'permissions',
  (get) => {
    let g: Ground
    let deletedProject: number
    beforeAll(async () => {
      const app = get()
      const victim = await app.person('victim@example.org', 'Testers')
      const options = { userId: victim.id, token: app.token }
      const have = await createEverything(app, { ...options, projectId: app.projectId, prefix: 'own' })
      const tokens = {} as Ground['tokens']
      for (const group of GROUPS) tokens[group] = (await app.person(`${group}@example.org`, group)).token
      tokens.outsider = (await app.person('outsider@example.org', null)).token
      const disabled = await app.person('disabled@example.org', 'Administrators')
      const off = await app.put(`/users/${disabled.id}/personal_token.json`, {
        data: { attributes: { enabled: false } },
      })
      expect(off.status, off.text).toBe(200)
      tokens.disabled = disabled.token
      g = { app, have, project: app.projectId, prefix: 'own', tokens }
      const made = await app.post('/projects.json', { data: { attributes: { name: 'Gone' } } })
      deletedProject = Number(made.body.data.id)
      await createEverything(app, { ...options, projectId: deletedProject, prefix: 'gone' })
      const gone = await app.del(`/projects/${deletedProject}.json?confirm=Gone`)
      expect(gone.status, gone.text).toBe(200)
    })

    describe('are as the contract says', () => {
      it.each(ENDPOINTS.map((endpoint) => [label(endpoint), endpoint] as const))('%s', async (_, endpoint) => {
        const open = endpoint.permission.startsWith('none')
        const account = endpoint.permission === 'user' ? 403 : 200
        const expected: Record<string, number> = { account, outsider: statusForOutsider(endpoint) }
        for (const caller of ['no token', 'wrong token', 'disabled token']) expected[caller] = open ? 200 : 401
        for (const group of GROUPS) expected[group] = open || mayCall(endpoint, group) ? 200 : 403
        const seen: Record<string, number> = {}
        const texts: string[] = []
        const note = (caller: string, { status, text }: { status: number; text: string }) => {
          // The download is the one redirect of the API.
          seen[caller] = status === 302 ? 200 : status
          if (seen[caller] !== expected[caller]) texts.push(`${caller}: ${status} ${text.slice(0, 300)}`)
        }
        note('no token', await callEndpoint(g, endpoint, null))
        note('wrong token', await callEndpoint(g, endpoint, 'f'.repeat(40)))
        note('disabled token', await callEndpoint(g, endpoint, g.tokens.disabled))
        note('outsider', await callEndpoint(g, endpoint, g.tokens.outsider))
        for (const group of GROUPS) {
          note(group, await callEndpoint(g, endpoint, g.tokens[group], { fresh: expected[group] === 200 }))
        }
        note('account', await callEndpoint(g, endpoint, g.app.token, { fresh: true }))
        expect(seen, texts.join('\n')).toEqual(expected)
        if (inProject(endpoint)) {
          const gone = await callEndpoint(g, endpoint, g.app.token, { project: deletedProject })
          expect(gone.status, gone.text).toBe(404)
        }
      })
    })
  },
  { record: false },
)
