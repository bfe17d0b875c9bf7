import type { KindType } from '../core/kinds.ts'

/** A group of operations: its name in the document, its title for people, and what it is about. */
type Tag = [name: string, title: string, description: string]

type Chapter = 'Tests and results' | 'Requirements and issues'

/** The chapter of each kind of entity, its title and what it is about. */
const OF_KINDS: Record<KindType, [chapter: Chapter, title: string, description: string]> = {
  requirements: ['Requirements and issues', 'Requirements', 'Requirements, and how far their tests cover them.'],
  tests: ['Tests and results', 'Tests', 'Tests: what is to be tried, by hand or by a program.'],
  steps: ['Tests and results', 'Steps', 'Steps of tests, in order; a step may call another test.'],
  sets: ['Tests and results', 'Test sets', 'Test sets: which tests are run together.'],
  instances: [
    'Tests and results',
    'Instances',
    'Instances: a test in a set, with parameters. Runs belong to instances.',
  ],
  runs: ['Tests and results', 'Runs', 'Runs: results. This is where CI uploads.'],
  'step-runs': ['Tests and results', 'Step-runs', 'Step-runs: how each step of a run went.'],
  issues: ['Requirements and issues', 'Issues', 'Issues, which move along a workflow.'],
  milestones: ['Requirements and issues', 'Milestones', 'Milestones, which test sets lead to.'],
}

const kindsIn = (chapter: Chapter): Tag[] =>
  Object.entries(OF_KINDS).flatMap(([type, [of, title, description]]): Tag[] =>
    of === chapter ? [[type, title, description]] : [],
  )

/** Groups of operations in the order in which the reference shows them, in chapters. */
const CHAPTERS: Record<string, readonly Tag[]> = {
  'Tests and results': [
    ['projects', 'Projects', 'Projects hold everything else; a token sees those of its account, or of its user.'],
    ...kindsIn('Tests and results'),
    ['attachments', 'Attachments', 'Files attached to entities.'],
  ],
  'Reports and builds': [
    ['imports', 'Imports', 'Imports: reports of any format, stored whole in one request.'],
    ['builds', 'Builds', 'Builds: everything that one execution of a pipeline sent, and what is new in it.'],
    ['results', 'Results', 'Results: the verdict of each test in a build.'],
    ['renames', 'Renames', 'Renames: tests of a build that are new under another name.'],
    ['failures', 'Failures', 'Failures: what went wrong in the same way, in whatever test and build.'],
    ['flaky-tests', 'Flaky tests', 'Tests whose verdict says little.'],
    ['quarantines', 'Quarantines', 'Tests whose failures are known, and fail no gate, for a while.'],
    ['gates', 'Gates', 'Gates: what a build must keep to pass.'],
  ],
  'Requirements and issues': kindsIn('Requirements and issues'),
  'Finding and following': [
    ['folders', 'Folders', 'Folders, in which requirements, tests, sets and issues are sorted.'],
    ['filters', 'Filters', 'Filters: saved PTQL queries, and groupings by a field.'],
    ['comments', 'Comments', 'Comments on entities.'],
    ['history-events', 'History', 'Who changed what, and when.'],
  ],
  'Settings of a project': [
    ['custom-fields', 'Custom fields', 'Fields that a project adds to its entities.'],
    ['fields', 'All fields', 'All fields of a project, system and custom.'],
    ['workflow-statuses', 'Workflow statuses', 'The statuses of issues.'],
    ['workflow-transitions', 'Workflow transitions', 'Which status leads to which, and who may go there.'],
    ['workflow', 'Workflow', 'The workflow of issues as a whole.'],
    ['webhooks', 'Webhooks', 'Webhooks: Assay calls you when something happens.'],
    ['webhook-deliveries', 'Webhook deliveries', 'What became of each call.'],
  ],
  'People and tokens': [
    ['users', 'Users', 'Users of the account, and their access to projects.'],
    ['groups', 'Groups', 'Groups of a project and their permissions.'],
    ['sessions', 'Signing in', 'Sessions, passwords and second factors of people.'],
    ['account', 'The account', 'What holds for everybody in the account.'],
    ['tokens', 'Account tokens', 'Tokens that belong to the account and to nobody in it.'],
    ['personal-tokens', 'Personal tokens', 'The personal token of each user.'],
  ],
  Tutorial: [['kittens', 'Kittens', 'The tutorial of the first documents: kittens, in plain JSON.']],
}

/** The `tags` and `x-tagGroups` of a document whose operations have these tags. */
export function tagsOf(used: ReadonlySet<string>) {
  const known = new Set(Object.values(CHAPTERS).flatMap((tags) => tags.map(([tag]) => tag)))
  const unknown = [...used].filter((tag) => !known.has(tag))
  if (unknown.length > 0) throw new Error(`no chapter of the reference has the tag ${unknown.join(', ')}`)
  const chapters = Object.entries(CHAPTERS)
    .map(([name, tags]) => ({ name, tags: tags.filter(([tag]) => used.has(tag)) }))
    .filter(({ tags }) => tags.length > 0)
  return {
    tags: chapters.flatMap(({ tags }) =>
      tags.map(([name, title, description]) => ({ name, 'x-displayName': title, description })),
    ),
    'x-tagGroups': chapters.map(({ name, tags }) => ({ name, tags: tags.map(([tag]) => tag) })),
  }
}
