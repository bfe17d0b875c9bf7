/** A group of operations: its name in the document, its title for people, and what it is about. */
type Tag = [name: string, title: string, description: string]

/** Groups of operations in the order in which the reference shows them, in chapters. */
const CHAPTERS: Record<string, readonly Tag[]> = {
  'Tests and results': [
    ['projects', 'Projects', 'Projects hold everything else; a token sees those of its account, or of its user.'],
    ['tests', 'Tests', 'Tests: what is to be tried, by hand or by a program.'],
    ['steps', 'Steps', 'Steps of tests, in order; a step may call another test.'],
    ['sets', 'Test sets', 'Test sets: which tests are run together.'],
    ['instances', 'Instances', 'Instances: a test in a set, with parameters. Runs belong to instances.'],
    ['runs', 'Runs', 'Runs: results. This is where CI uploads.'],
    ['step-runs', 'Step-runs', 'Step-runs: how each step of a run went.'],
    ['attachments', 'Attachments', 'Files attached to entities.'],
  ],
  'Requirements and issues': [
    ['requirements', 'Requirements', 'Requirements, and how far their tests cover them.'],
    ['issues', 'Issues', 'Issues, which move along a workflow.'],
    ['milestones', 'Milestones', 'Milestones, which test sets lead to.'],
  ],
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
