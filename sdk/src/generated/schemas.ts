// Written by "npm run generate:sdk" from openapi.json. Change the declarations of the server instead.

export interface Identifier {
  id: string
  type: string
}

export interface Related {
  data: Identifier[]
}

/** Absolute URLs that repeat the whole query; next is absent on the last page */
export interface Links {
  self?: string | null
  first?: string | null
  prev?: string | null
  next?: string | null
  last?: string | null
}

export interface Meta {
  'current-page': number
  'next-page': number | null
  'prev-page': number | null
  'total-pages': number
  'total-count': number
}

export interface IdentifierList {
  data: Identifier[]
  links: Links
  meta: Meta
}

export interface Deleted {
  data: Identifier
}

export interface Errors {
  errors: {
    /** Request id, on server errors */
    id?: string
    status: string
    /** A sentence that says what is wrong */
    title: string
    detail?: string
    source?: {
      /** Where in the body */
      pointer?: string
      /** Which query parameter */
      parameter?: string
    }
    /** Of PTQL and JSON errors: position, line, column */
    meta?: Record<string, unknown>
  }[]
  /** The first title again, on v1 endpoints */
  error?: string
}

export interface Identifiers {
  data: {
    id: number | string
    type?: string
  }[]
}

export interface Project {
  /** System id, as text */
  id: string
  type: 'projects'
  attributes: {
    /** Name */
    name: string
    /** When it was made */
    'created-at': string
    /** Informational: the project is used with automated tests */
    'automation-support': boolean
    /** Whether issues of the project may be deleted */
    'enable-delete-issues': boolean
    /** Informational: the project keeps durations */
    'time-management-support': boolean
    /** Whether work may be assigned to groups, not only to users */
    'assign-to-group': boolean
    /** Branches whose builds others are compared with; null = main, master, trunk, develop, release/* */
    'mainline-branches': string | null
    /** Branches of merge queues; null = those of GitHub, GitLab, Trunk and bors */
    'queue-branches': string | null
    /** Who owns which files, in the syntax of CODEOWNERS */
    codeowners: string | null
  }
}

export interface ProjectCreate {
  /** Name */
  name: string
  /** Informational: the project is used with automated tests */
  'automation-support'?: boolean | null
  /** Whether issues of the project may be deleted */
  'enable-delete-issues'?: boolean | null
  /** Informational: the project keeps durations */
  'time-management-support'?: boolean | null
  /** Whether work may be assigned to groups, not only to users */
  'assign-to-group'?: boolean | null
  /** Branches whose builds others are compared with; null = main, master, trunk, develop, release/* */
  'mainline-branches'?: string | null
  /** Branches of merge queues; null = those of GitHub, GitLab, Trunk and bors */
  'queue-branches'?: string | null
  /** Who owns which files, in the syntax of CODEOWNERS */
  codeowners?: string | null
}

export interface ProjectUpdate {
  /** Name */
  name?: string
  /** Informational: the project is used with automated tests */
  'automation-support'?: boolean | null
  /** Whether issues of the project may be deleted */
  'enable-delete-issues'?: boolean | null
  /** Informational: the project keeps durations */
  'time-management-support'?: boolean | null
  /** Whether work may be assigned to groups, not only to users */
  'assign-to-group'?: boolean | null
  /** Branches whose builds others are compared with; null = main, master, trunk, develop, release/* */
  'mainline-branches'?: string | null
  /** Branches of merge queues; null = those of GitHub, GitLab, Trunk and bors */
  'queue-branches'?: string | null
  /** Who owns which files, in the syntax of CODEOWNERS */
  codeowners?: string | null
}

export interface ProjectAnswer {
  data: Project
  meta?: Record<string, unknown>
}

export interface User {
  /** System id, as text */
  id: string
  type: 'users'
  attributes: {
    /** First name */
    'first-name': string | null
    /** Last name */
    'last-name': string | null
    /** How the user is shown; the e-mail unless chosen */
    'display-name': string
    /** E-mail address, in lower case, unique in the account */
    email: string
    /** Time zone of the user */
    'time-zone': string | null
    /** Whether the user may sign in, and use the personal token */
    active: boolean
    /** When it was made */
    'created-at': string
    /** Day of the last request with a token of the user */
    'last-activity'?: string | null
  }
}

export interface UserCreate {
  /** First name */
  'first-name'?: string | null
  /** Last name */
  'last-name'?: string | null
  /** How the user is shown; the e-mail unless chosen */
  'display-name'?: string | null
  /** E-mail address, in lower case, unique in the account */
  email: string
  /** Time zone of the user */
  'time-zone'?: string | null
}

export interface UserUpdate {
  /** First name */
  'first-name'?: string | null
  /** Last name */
  'last-name'?: string | null
  /** How the user is shown; the e-mail unless chosen */
  'display-name'?: string | null
  /** Time zone of the user */
  'time-zone'?: string | null
  /** Whether the user may sign in, and use the personal token */
  active?: boolean | null
}

export interface UserAnswer {
  data: User
  meta?: Record<string, unknown>
}

export interface Session {
  /** System id, as text */
  id: string
  type: 'sessions'
  attributes: {
    /** What the browser calls itself */
    device: string
    /** Address that it was last used from */
    address: string
    /** Whether it outlives the browser, and 12 hours without a request */
    remember: boolean
    /** Whether the request belongs to it */
    current: boolean
    /** When it was made */
    'created-at': string
    /** When a request last came with it, to the minute */
    'last-seen-at': string
    /** When it ends in any case */
    'expires-at': string
  }
}

export interface Token {
  /** System id, as text */
  id: string
  type: 'tokens'
  attributes: {
    /** Name */
    name: string
    /** Whether it works */
    enabled: boolean
    /** When a request last used the token, to the minute */
    'last-used-at': string | null
    /** When it was made */
    'created-at': string
  }
}

export interface TokenCreate {
  /** Name */
  name: string
}

export interface TokenUpdate {
  /** Name */
  name?: string
  /** Whether it works */
  enabled?: boolean | null
}

export interface TokenAnswer {
  data: Token
  meta?: Record<string, unknown>
}

export interface PersonalToken {
  /** System id, as text */
  id: string
  type: 'personal-tokens'
  attributes: {
    /** Whether it works */
    enabled: boolean
    /** Whether the token may record other users as authors and testers */
    impersonation: boolean
    /** When a request last used the token, to the minute */
    'last-used-at': string | null
    /** When it was made */
    'created-at': string
  }
}

export interface PersonalTokenUpdate {
  /** Whether it works */
  enabled?: boolean | null
  /** Whether the token may record other users as authors and testers */
  impersonation?: boolean | null
}

export interface PersonalTokenAnswer {
  data: PersonalToken
  meta?: Record<string, unknown>
}

export interface Group {
  /** System id, as text */
  id: string
  type: 'groups'
  attributes: {
    /** Name */
    name: string
    /** When it was made */
    'created-at': string
  }
}

export interface GroupCreate {
  /** Name */
  name: string
  /** Permissions by key, or as a single group shows them; what is left out stays, or is not granted */
  permissions?: Record<string, boolean> | Record<string, unknown>[] | null
}

export interface GroupUpdate {
  /** Name */
  name?: string
  /** Permissions by key, or as a single group shows them; what is left out stays, or is not granted */
  permissions?: Record<string, boolean> | Record<string, unknown>[] | null
}

export interface WorkflowStatus {
  /** System id, as text */
  id: string
  type: 'workflow-statuses'
  attributes: {
    /** Name */
    name: string
    /** Resolution of an issue in this status */
    resolution: string | null
    /** Whether new issues start in this status */
    initial: boolean
    /** Whether an issue in this status counts as closed */
    closed: boolean
    /** Place in the order, from 1 */
    position: number
  }
}

export interface WorkflowStatusCreate {
  /** Name */
  name: string
  /** Resolution of an issue in this status */
  resolution?: string | null
  /** Whether new issues start in this status */
  initial?: boolean | null
  /** Whether an issue in this status counts as closed */
  closed?: boolean | null
  /** Place in the order, from 1 */
  position?: number | null
}

export interface WorkflowStatusUpdate {
  /** Name */
  name?: string
  /** Resolution of an issue in this status */
  resolution?: string | null
  /** Whether new issues start in this status */
  initial?: boolean | null
  /** Whether an issue in this status counts as closed */
  closed?: boolean | null
  /** Place in the order, from 1 */
  position?: number | null
}

export interface WorkflowStatusAnswer {
  data: WorkflowStatus
  meta?: Record<string, unknown>
}

export interface WorkflowTransition {
  /** System id, as text */
  id: string
  type: 'workflow-transitions'
  attributes: {
    /** Status that the transition leaves */
    'from-id': number
    /** Status that the transition leads to */
    'to-id': number
    /** Groups whose members may make the transition; empty = everybody */
    'group-ids': number[]
  }
}

export interface WorkflowTransitionCreate {
  /** Status that the transition leaves */
  'from-id': number | string
  /** Status that the transition leads to */
  'to-id': number | string
  /** Groups whose members may make the transition; empty = everybody */
  'group-ids'?: number[] | null
}

export interface WorkflowTransitionUpdate {
  /** Status that the transition leaves */
  'from-id'?: number | string
  /** Status that the transition leads to */
  'to-id'?: number | string
  /** Groups whose members may make the transition; empty = everybody */
  'group-ids'?: number[] | null
}

export interface WorkflowTransitionAnswer {
  data: WorkflowTransition
  meta?: Record<string, unknown>
}

export interface CustomField {
  /** System id, as text */
  id: string
  type: 'custom-fields'
  attributes: {
    /** Name */
    name: string
    /** Format of the values */
    'field-format':
      | 'text'
      | 'memo'
      | 'number'
      | 'checkbox'
      | 'date'
      | 'user'
      | 'url'
      | 'list'
      | 'multilist'
      | 'linkedlist'
    /** System id of the project */
    'project-id': number
    /** Values of a list; of a linkedlist by value of its parent */
    'possible-values': string[] | Record<string, string[]> | null
    /** The list that a linkedlist depends on */
    'parent-list-id': number | null
    /** The field whose values this one borrows */
    'possible-values-parent-cf-id': number | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
    /** Kinds of entity that the field is bound to */
    entities: string[]
    /** Whether a value must be given when a client makes an entity */
    mandatory: boolean
    /** Whether values outside the list are refused */
    strict: boolean
    /** Value of new entities for which none is sent */
    'default-value': string | string[] | null
  }
}

export interface CustomFieldCreate {
  /** Name */
  name: string
  /** Format of the values */
  'field-format':
    | 'text'
    | 'memo'
    | 'number'
    | 'checkbox'
    | 'date'
    | 'user'
    | 'url'
    | 'list'
    | 'multilist'
    | 'linkedlist'
  /** Values of a list; of a linkedlist by value of its parent */
  'possible-values'?: string[] | Record<string, string[]> | null
  /** The list that a linkedlist depends on */
  'parent-list-id'?: number | string | null
  /** The field whose values this one borrows */
  'possible-values-parent-cf-id'?: number | string | null
  /** Kinds of entity that the field is bound to */
  entities: string[]
  /** Whether a value must be given when a client makes an entity */
  mandatory?: boolean | null
  /** Whether values outside the list are refused */
  strict?: boolean | null
  /** Value of new entities for which none is sent */
  'default-value'?: string | number | boolean | unknown[] | null
}

export interface CustomFieldUpdate {
  /** Name */
  name?: string
  /** Values of a list; of a linkedlist by value of its parent */
  'possible-values'?: string[] | Record<string, string[]> | null
  /** The list that a linkedlist depends on */
  'parent-list-id'?: number | string | null
  /** The field whose values this one borrows */
  'possible-values-parent-cf-id'?: number | string | null
  /** Kinds of entity that the field is bound to */
  entities?: string[]
  /** Whether a value must be given when a client makes an entity */
  mandatory?: boolean | null
  /** Whether values outside the list are refused */
  strict?: boolean | null
  /** Value of new entities for which none is sent */
  'default-value'?: string | number | boolean | unknown[] | null
}

export interface CustomFieldAnswer {
  data: CustomField
  meta?: Record<string, unknown>
}

export interface Requirement {
  /** System id, as text */
  id: string
  type: 'requirements'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Number within the project and kind, as people see it */
    'display-id': number
    /** Name */
    name: string
    /** Text; HTML is stored and returned verbatim */
    description: string | null
    /** How many instances there are */
    'instances-count': number
    /** Status rolled up from runs */
    'run-status': string
    /** Date of the latest run */
    'last-run': string | null
    /** User who made it; named by the body when an account token makes it */
    'author-id': number | null
    /** User or group that it is assigned to; null = nobody */
    'assigned-to-id': number | null
    /** What assigned-to-id names: user or group */
    'assigned-to-type': string | null
    /** Always null */
    'planned-execution': null
    /** Version; any text */
    version: string | null
    /** Priority; any text */
    priority: string | null
    /** Values of custom fields, by ---f-<id of the field> */
    'custom-fields': Record<`---f-${number}`, string | string[]>
    /** What it hangs below; null = at the root */
    'parent-id': number | null
    /** Tags, without duplicates */
    tags: string[]
    /** Folder that it lies in */
    'folder-id': number | null
    /** System id of what it was cloned from */
    'cloned-from-id': number | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
  /** Only with relationships=true */
  relationships?: {
    tests: Related
    issues: Related
    milestones: Related
  }
}

export interface RequirementCreate {
  /** Name */
  name: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** What it hangs below; null = at the root */
  'parent-id'?: number | string | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
}

export interface RequirementUpdate {
  /** Name */
  name?: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** What it hangs below; null = at the root */
  'parent-id'?: number | string | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
  /** User whom the history names; with account tokens and impersonation */
  'updated-by-user-id'?: number | string | null
}

export interface RequirementAnswer {
  data: Requirement
  meta?: Record<string, unknown>
}

export interface Test {
  /** System id, as text */
  id: string
  type: 'tests'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Number within the project and kind, as people see it */
    'display-id': number
    /** Name */
    name: string
    /** Text; HTML is stored and returned verbatim */
    description: string | null
    /** What must hold before the test is run; copied onto runs */
    preconditions: string | null
    /** Number of its steps; 0 for BDD tests */
    'steps-count': number
    /** Status; any text */
    status: string
    /** Status rolled up from runs */
    'run-status': string
    /** Date of the latest run */
    'last-run': string | null
    /** User who made it; named by the body when an account token makes it */
    'author-id': number | null
    /** User or group that it is assigned to; null = nobody */
    'assigned-to-id': number | null
    /** What assigned-to-id names: user or group */
    'assigned-to-type': string | null
    /** System id of what it was cloned from */
    'cloned-from-id': number | null
    /** When it is to be run */
    'planned-execution': string | null
    /** Version; any text */
    version: string | null
    /** Priority; any text */
    priority: string | null
    /** Expected duration */
    'duration-estimate': string
    /** Type of the test */
    'test-type':
      | 'ScriptedTest'
      | 'ApiTest'
      | 'FireCracker'
      | 'xBotTest'
      | 'EggplantTest'
      | 'BDDTest'
      | 'ExploratoryTest'
    /** Gherkin text of a BDD test, stored verbatim */
    scenario: string | null
    /** What an agent needs to run the test */
    'automated-fields': Record<string, string | number>
    /** Values of custom fields, by ---f-<id of the field> */
    'custom-fields': Record<`---f-${number}`, string | string[]>
    /** Tags, without duplicates */
    tags: string[]
    /** Folder that it lies in */
    'folder-id': number | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
    /** Its source file, where a report says so */
    file: string | null
    /** Whether only a change has made it, and no build of mainline had it yet */
    provisional: boolean
  }
  /** Only with relationships=true */
  relationships?: {
    requirements: Related
    issues: Related
  }
}

export interface TestCreate {
  /** Name */
  name: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** What must hold before the test is run; copied onto runs */
  preconditions?: string | null
  /** Status; any text */
  status?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Expected duration */
  'duration-estimate'?: string | number | null
  /** Type of the test */
  'test-type'?:
    | 'ScriptedTest'
    | 'ApiTest'
    | 'FireCracker'
    | 'xBotTest'
    | 'EggplantTest'
    | 'BDDTest'
    | 'ExploratoryTest'
    | null
  /** Gherkin text of a BDD test, stored verbatim */
  scenario?: string | null
  /** What an agent needs to run the test */
  'automated-fields'?: Record<string, string | number> | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
}

export interface TestUpdate {
  /** Name */
  name?: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** What must hold before the test is run; copied onto runs */
  preconditions?: string | null
  /** Status; any text */
  status?: string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Expected duration */
  'duration-estimate'?: string | number | null
  /** Type of the test */
  'test-type'?:
    | 'ScriptedTest'
    | 'ApiTest'
    | 'FireCracker'
    | 'xBotTest'
    | 'EggplantTest'
    | 'BDDTest'
    | 'ExploratoryTest'
    | null
  /** Gherkin text of a BDD test, stored verbatim */
  scenario?: string | null
  /** What an agent needs to run the test */
  'automated-fields'?: Record<string, string | number> | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
  /** User whom the history names; with account tokens and impersonation */
  'updated-by-user-id'?: number | string | null
}

export interface TestAnswer {
  data: Test
  meta?: Record<string, unknown>
}

export interface Step {
  /** System id, as text */
  id: string
  type: 'steps'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** ManualStep, or CallToTest: the steps of another test */
    kind: 'ManualStep' | 'CallToTest'
    /** System id of the test */
    'test-id': number
    /** Test whose steps a CallToTest step stands for */
    'test-to-call-id': number | null
    /** Name */
    name: string
    /** Text; HTML is stored and returned verbatim */
    description: string
    /** What should happen */
    'expected-results': string
    /** Place in the order, from 1 */
    position: number
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface StepUpdate {
  /** Test whose steps a CallToTest step stands for */
  'test-to-call-id'?: number | string | null
  /** Name */
  name?: string | null
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** What should happen */
  'expected-results'?: string | null
  /** Place in the order, from 1 */
  position?: number | null
}

export interface StepAnswer {
  data: Step
  meta?: Record<string, unknown>
}

export interface Set {
  /** System id, as text */
  id: string
  type: 'sets'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Number within the project and kind, as people see it */
    'display-id': number
    /** Name */
    name: string
    /** Text; HTML is stored and returned verbatim */
    description: string | null
    /** How many instances there are */
    'instances-count': number
    /** Status; any text */
    status: string | null
    /** Status rolled up from runs */
    'run-status': string
    /** Date of the latest run */
    'last-run': string | null
    /** User who made it; named by the body when an account token makes it */
    'author-id': number | null
    /** User or group that it is assigned to; null = nobody */
    'assigned-to-id': number | null
    /** What assigned-to-id names: user or group */
    'assigned-to-type': string | null
    /** When it is to be run */
    'planned-execution': string | null
    /** Version; any text */
    version: string | null
    /** Priority; any text */
    priority: string | null
    /** Values of custom fields, by ---f-<id of the field> */
    'custom-fields': Record<`---f-${number}`, string | string[]>
    /** Tags, without duplicates */
    tags: string[]
    /** Folder that it lies in */
    'folder-id': number | null
    /** System id of the milestone that the set belongs to */
    'milestone-id': number | null
    /** System id of what it was cloned from */
    'cloned-from-id': number | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
    /** Expected duration */
    'duration-estimate'?: string
    /** Sum of the durations of the latest runs of its instances */
    'actual-duration'?: string
  }
}

export interface SetCreate {
  /** Name */
  name: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** Status; any text */
  status?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
  /** System id of the milestone that the set belongs to */
  'milestone-id'?: number | string | null
}

export interface SetUpdate {
  /** Name */
  name?: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** Status; any text */
  status?: string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
  /** System id of the milestone that the set belongs to */
  'milestone-id'?: number | string | null
  /** User whom the history names; with account tokens and impersonation */
  'updated-by-user-id'?: number | string | null
}

export interface SetAnswer {
  data: Set
  meta?: Record<string, unknown>
}

export interface Instance {
  /** System id, as text */
  id: string
  type: 'instances'
  attributes: {
    /** Name */
    name: string
    /** System id of the project */
    'project-id': number
    /** System id of its test set */
    'set-id': number
    /** Display-id of its set */
    'set-display-id': number
    /** System id of the test */
    'test-id': number
    /** Display-id of its test */
    'test-display-id': number
    /** Values of custom fields, by ---f-<id of the field> */
    'custom-fields': Record<`---f-${number}`, string | string[]>
    /** Display-id of the set and number within it */
    'display-id': string
    /** User who ran it */
    'tester-id': number | null
    /** Priority; any text */
    priority: string | null
    /** Version; any text */
    version: string | null
    /** Duration of the latest run */
    'last-run-duration': string
    /** Date of the latest run */
    'last-run': string | null
    /** Status rolled up from runs */
    'run-status': string
    /** When it is to be run */
    'planned-execution': string | null
    /** User or group that it is assigned to; null = nobody */
    'assigned-to-id': number | null
    /** What assigned-to-id names: user or group */
    'assigned-to-type': string | null
    /** Parameters of the instance */
    parameters: Record<string, string>
    /** The parameters of an instance of a BDD test; {} for others */
    'bdd-parameters': Record<string, string>
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
    /** Environment that its tests ran in, where reports tell several apart */
    variant: string | null
  }
}

export interface InstanceCreate {
  /** System id of its test set */
  'set-id': number | string
  /** System id of the test */
  'test-id': number | string
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Priority; any text */
  priority?: string | null
  /** Version; any text */
  version?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** Parameters of the instance */
  parameters?: Record<string, string | number | boolean | null> | (string | number | boolean | null)[] | null
  /** Another name for the parameters, of BDD tests only */
  'bdd-parameters'?: Record<string, string | number | boolean | null> | (string | number | boolean | null)[] | null
}

export interface InstanceUpdate {
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Priority; any text */
  priority?: string | null
  /** Version; any text */
  version?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** Parameters of the instance */
  parameters?: Record<string, string | number | boolean | null> | (string | number | boolean | null)[] | null
  /** Another name for the parameters, of BDD tests only */
  'bdd-parameters'?: Record<string, string | number | boolean | null> | (string | number | boolean | null)[] | null
  /** User whom the history names; with account tokens and impersonation */
  'updated-by-user-id'?: number | string | null
}

export interface InstanceAnswer {
  data: Instance
  meta?: Record<string, unknown>
}

export interface Run {
  /** System id, as text */
  id: string
  type: 'runs'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Status, from its steps or exit-code */
    status: string
    /** User who ran it */
    'tester-id': number | null
    /** System id of the instance that was run */
    'instance-id': number
    /** What must hold before the test is run; copied onto runs */
    preconditions: string | null
    /** Version; any text */
    version: string | null
    /** System id of the test */
    'test-id': number
    /** AutomatedRun or ManualRun */
    'run-type': 'AutomatedRun' | 'ManualRun'
    /** Values of custom fields, by ---f-<id of the field> */
    'custom-fields': Record<`---f-${number}`, string | string[]>
    /** Output of the tool that ran the test */
    'automated-execution-output': string | null
    /** How long it took; HH:MM:SS or seconds */
    'run-duration': string
    /** When it was run; sent for manual runs only */
    'run-date': string
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
    /** The build that it came with; null for runs that no report brought */
    'build-id': number | null
    /** The import that brought it */
    'import-id': number | null
    /** Which attempt of its test it was, within one report */
    attempt: number | null
    /** The failure that it is an occurrence of */
    'failure-id': number | null
    /** Its duration in milliseconds, where a report says so */
    'duration-ms': number | null
  }
}

export interface RunCreate {
  /** User who ran it */
  'tester-id'?: number | string | null
  /** System id of the instance that was run */
  'instance-id': number | string
  /** Version; any text */
  version?: string | null
  /** AutomatedRun or ManualRun */
  'run-type'?: 'AutomatedRun' | 'ManualRun' | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Output of the tool that ran the test */
  'automated-execution-output'?: string | null
  /** How long it took; HH:MM:SS or seconds */
  'run-duration'?: string | number | null
  /** When it was run; sent for manual runs only */
  'run-date'?: string | null
  /** 0 = PASSED, anything else = FAILED; steps decide when there are any */
  'exit-code'?: number | string | null
}

export interface RunUpdate {
  /** Version; any text */
  version?: string | null
  /** How long it took; HH:MM:SS or seconds */
  'run-duration'?: string | number | null
  /** User who ran it */
  'tester-id'?: number | string | null
  /** When it was run; of manual runs only */
  'run-date'?: string | null
}

export interface RunAnswer {
  data: Run
  meta?: Record<string, unknown>
}

export interface StepRun {
  /** System id, as text */
  id: string
  type: 'step-runs'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** System id of the run */
    'run-id': number
    /** Name */
    name: string
    /** Text; HTML is stored and returned verbatim */
    description: string | null
    /** What should happen */
    'expected-results': string | null
    /** What was seen when the step was executed */
    'actual-results': string | null
    /** PASSED, FAILED, BLOCKED, NO RUN or N/A */
    status: string
    /** Place in the order, from 1 */
    position: number
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface StepRunUpdate {
  /** Name */
  name?: string | null
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** What should happen */
  'expected-results'?: string | null
  /** What was seen when the step was executed */
  'actual-results'?: string | null
  /** PASSED, FAILED, BLOCKED, NO RUN or N/A */
  status?: string | null
}

export interface StepRunAnswer {
  data: StepRun
  meta?: Record<string, unknown>
}

export interface Attachment {
  /** System id, as text */
  id: string
  type: 'attachments'
  attributes: {
    /** File name */
    name: string
    /** Size in bytes */
    size: number
    /** Media type, guessed from the name */
    'content-type': string
    /** Kind of entity that carries it */
    entity: string
    /** System id of the entity */
    'entity-id': number
    /** When it was made */
    'created-at': string
  }
}

export interface AttachmentAnswer {
  data: Attachment
  meta?: Record<string, unknown>
}

export interface Issue {
  /** System id, as text */
  id: string
  type: 'issues'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Number within the project and kind, as people see it */
    'display-id': number
    /** Title */
    title: string
    /** Type of the issue; any text */
    'issue-type': string
    /** Text; HTML is stored and returned verbatim */
    description: string | null
    /** Status in the workflow; moved by update_status only */
    'status-name': string
    /** Resolution of the status */
    'status-resolution': string | null
    /** User who made it; named by the body when an account token makes it */
    'author-id': number | null
    /** User or group that it is assigned to; null = nobody */
    'assigned-to-id': number | null
    /** What assigned-to-id names: user or group */
    'assigned-to-type': string | null
    /** Version; any text */
    version: string | null
    /** Priority; any text */
    priority: string | null
    /** When the issue entered a closed status */
    'closed-at': string | null
    /** User who closed the issue */
    'closed-by-id': number | null
    /** System id of what it was cloned from */
    'cloned-from-id': number | null
    /** Id in a foreign tracker */
    'external-id': string | null
    /** What a foreign tracker called its state last */
    'external-status': string | null
    /** Always 0 */
    'instances-count': 0
    /** Always NO RUN */
    'run-status': 'NO RUN'
    /** Always null */
    'last-run': null
    /** Always null */
    'planned-execution': null
    /** Values of custom fields, by ---f-<id of the field> */
    'custom-fields': Record<`---f-${number}`, string | string[]>
    /** Tags, without duplicates */
    tags: string[]
    /** Folder that it lies in */
    'folder-id': number | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
  /** Only with relationships=true */
  relationships?: {
    issues: Related
    requirements: Related
    tests: Related
    milestones: Related
  }
}

export interface IssueCreate {
  /** Title */
  title: string
  /** Type of the issue; any text */
  'issue-type'?: string | null
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Id in a foreign tracker */
  'external-id'?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
}

export interface IssueUpdate {
  /** Title */
  title?: string
  /** Type of the issue; any text */
  'issue-type'?: string | null
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Id in a foreign tracker */
  'external-id'?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
  /** User whom the history names; with account tokens and impersonation */
  'updated-by-user-id'?: number | string | null
}

export interface IssueAnswer {
  data: Issue
  meta?: Record<string, unknown>
}

export interface Milestone {
  /** System id, as text */
  id: string
  type: 'milestones'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Number within the project and kind, as people see it */
    'display-id': number
    /** Name */
    name: string
    /** Text; HTML is stored and returned verbatim */
    description: string | null
    /** Planned, Active, Completed, Cancelled, or any other text */
    'milestone-status': string
    /** Type of the milestone; any text */
    'milestone-type': string | null
    /** First day */
    'start-date': string | null
    /** Last day */
    'end-date': string | null
    /** User who made it; named by the body when an account token makes it */
    'author-id': number | null
    /** Values of custom fields, by ---f-<id of the field> */
    'custom-fields': Record<`---f-${number}`, string | string[]>
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
  /** Only with relationships=true */
  relationships?: {
    requirements: Related
    issues: Related
    suites: Related
  }
}

export interface MilestoneCreate {
  /** Name */
  name: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** Planned, Active, Completed, Cancelled, or any other text */
  'milestone-status'?: string | null
  /** Type of the milestone; any text */
  'milestone-type'?: string | null
  /** First day */
  'start-date'?: string | null
  /** Last day */
  'end-date'?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
}

export interface MilestoneUpdate {
  /** Name */
  name?: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** Planned, Active, Completed, Cancelled, or any other text */
  'milestone-status'?: string | null
  /** Type of the milestone; any text */
  'milestone-type'?: string | null
  /** First day */
  'start-date'?: string | null
  /** Last day */
  'end-date'?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
}

export interface MilestoneAnswer {
  data: Milestone
  meta?: Record<string, unknown>
}

export interface Folder {
  /** System id, as text */
  id: string
  type: 'folders'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Kind of entity: requirement, test, testset, issue, … */
    entity: string
    /** Name */
    name: string
    /** What it hangs below; null = at the root */
    'parent-id': number | null
    /** Place in the order, from 1 */
    position: number
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface FolderCreate {
  /** Kind of entity: requirement, test, testset, issue, … */
  entity: string
  /** Name */
  name: string
  /** What it hangs below; null = at the root */
  'parent-id'?: number | string | null
  /** Place in the order, from 1 */
  position?: number | null
}

export interface FolderUpdate {
  /** Name */
  name?: string
  /** What it hangs below; null = at the root */
  'parent-id'?: number | string | null
  /** Place in the order, from 1 */
  position?: number | null
}

export interface FolderAnswer {
  data: Folder
  meta?: Record<string, unknown>
}

export interface Filter {
  /** System id, as text */
  id: string
  type: 'filters'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Name */
    name: string
    /** Kind of entity: requirement, test, testset, issue, … */
    entity: string
    /** What it hangs below; null = at the root */
    'parent-id': number | null
    /** Criteria, a PTQL query; null = everything */
    ptql: string | null
    /** One or two fields whose values group the entities; null = a plain filter */
    'autofilter-fields': string[] | null
    /** Whether only its owner sees the filter */
    private: boolean
    /** User who owns the filter */
    'owner-id': number | null
    /** Place in the order, from 1 */
    position: number
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface FilterCreate {
  /** Name */
  name: string
  /** Kind of entity: requirement, test, testset, issue, … */
  entity: string
  /** What it hangs below; null = at the root */
  'parent-id'?: number | string | null
  /** Criteria, a PTQL query; null = everything */
  ptql?: string | null
  /** One or two fields whose values group the entities; null = a plain filter */
  'autofilter-fields'?: string[] | null
  /** Whether only its owner sees the filter */
  private?: boolean | null
  /** Place in the order, from 1 */
  position?: number | null
}

export interface FilterUpdate {
  /** Name */
  name?: string
  /** What it hangs below; null = at the root */
  'parent-id'?: number | string | null
  /** Criteria, a PTQL query; null = everything */
  ptql?: string | null
  /** One or two fields whose values group the entities; null = a plain filter */
  'autofilter-fields'?: string[] | null
  /** Whether only its owner sees the filter */
  private?: boolean | null
  /** Place in the order, from 1 */
  position?: number | null
}

export interface FilterAnswer {
  data: Filter
  meta?: Record<string, unknown>
}

export interface Comment {
  /** System id, as text */
  id: string
  type: 'comments'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Kind of the entity: requirement, test, step, testset, instance, run, step-run, issue or milestone */
    entity: string
    /** System id of the entity */
    'entity-id': number
    /** The comment */
    body: string
    /** User who made it; named by the body when an account token makes it */
    'author-id': number | null
    /** When it was made */
    'created-at': string
  }
}

export interface CommentCreate {
  /** Kind of the entity: requirement, test, step, testset, instance, run, step-run, issue or milestone */
  entity: string
  /** System id of the entity */
  'entity-id': number | string
  /** The comment */
  body: string
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
}

export interface CommentAnswer {
  data: Comment
  meta?: Record<string, unknown>
}

export interface HistoryEvent {
  /** System id, as text */
  id: string
  type: 'history-events'
  attributes: {
    /** Kind of entity: requirement, test, testset, issue, … */
    entity: string
    /** System id of the entity */
    'entity-id': number
    /** Display-id of the entity, a number or set:number */
    'entity-display-id': number | string | null
    /** What was done: create, update, delete, status, link, unlink, run, sign-in, sign-in-failure or sign-out */
    action: string
    /** User who did it */
    'user-id': number | null
    /** Whose token did it: personal, account, or none where nobody was signed in */
    'token-kind': string
    /** What was changed: field, old and new value */
    changes: {
      field: string
      from: unknown
      to: unknown
    }[]
    /** When it was made */
    'created-at': string
  }
}

export interface Webhook {
  /** System id, as text */
  id: string
  type: 'webhooks'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Name */
    name: string
    /** Address that is called */
    url: string
    /** Events that are sent; * = all */
    events: string[]
    /** Whether it works */
    enabled: boolean
    /** Why Assay switched the webhook off; null while it works */
    'disabled-reason': string | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface WebhookCreate {
  /** Name */
  name: string
  /** Address that is called */
  url: string
  /** Events that are sent; * = all */
  events?: string[] | null
  /** Whether it works */
  enabled?: boolean | null
  /** whsec_ and base64 of 24 to 64 bytes; made by the server when left out */
  secret?: string | null
}

export interface WebhookUpdate {
  /** Name */
  name?: string
  /** Address that is called */
  url?: string
  /** Events that are sent; * = all */
  events?: string[] | null
  /** Whether it works */
  enabled?: boolean | null
  /** whsec_ and base64 of 24 to 64 bytes; made by the server when left out */
  secret?: string | null
}

export interface WebhookAnswer {
  data: Webhook
  meta?: Record<string, unknown>
}

export interface WebhookDelivery {
  /** System id, as text */
  id: string
  type: 'webhook-deliveries'
  attributes: {
    /** System id of the webhook */
    'webhook-id': number
    /** What the message tells of */
    event: string
    /** How many times the message had been tried, this time included */
    attempt: number
    /** How it stands: pending, delivered or failed */
    state: string
    /** HTTP status of the answer */
    'response-code': number | null
    /** Why the attempt failed */
    error: string | null
    /** When it was made */
    'created-at': string
  }
}

export interface WebhookDeliveryAnswer {
  data: WebhookDelivery
  meta?: Record<string, unknown>
}

export interface Import {
  /** System id, as text */
  id: string
  type: 'imports'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** The build that it belongs to */
    'build-id': number | null
    /** The test set that its results are stored in */
    'set-id': number | null
    /** Environment that its tests ran in; "" = none is named */
    variant: string
    /** Which part of the tests of the build it is */
    shard: string | null
    /** Attempt of the CI job */
    attempt: number
    /** full, or partial when only some tests were chosen */
    scope: string
    /** receiving, stored, cut or refused */
    state: string
    /** Every file of the body, and what became of it */
    files: {
      name: string
      format: string | null
      cases: number
      stored: number
      refused: number
      problem: string | null
    }[]
    /** Cases that were read; those stored and those refused together */
    received: number
    /** Cases that were stored */
    stored: number
    /** Cases that were not stored, each with its reason in the list of refusals */
    refused: number
    /** Runs that were stored, every attempt of every case */
    runs: number
    /** Cases that passed */
    passed: number
    /** Cases that failed */
    failed: number
    /** Cases that were blocked */
    blocked: number
    /** Cases that were skipped */
    skipped: number
    /** Cases that passed after an attempt that failed */
    flaky: number
    /** Tests that were made */
    'created-tests': number
    /** Instances that were made */
    'created-instances': number
    /** Tests whose file changed */
    'moved-tests': number
    /** Whether it is set aside because not the tests but something around them failed */
    infrastructure: boolean
    /** Files that the reports name and the body lacks, the first 1,000 */
    'wanted-files': {
      path: string
      'run-id': number
    }[]
    /** Bytes of its files, unpacked */
    bytes: number
    /** Who sent it; null for an account token */
    'user-id': number | null
    /** What sent it: the User-Agent */
    source: string | null
    /** When it began to arrive */
    'started-at': string
    /** When it was stored; null while it is */
    'finished-at': string | null
    /** When it was made */
    'created-at': string
  }
}

export interface ImportUpdate {
  /** Whether it is set aside because not the tests but something around them failed */
  infrastructure?: boolean | null
}

export interface ImportAnswer {
  data: Import
  meta?: Record<string, unknown>
}

export interface Build {
  /** System id, as text */
  id: string
  type: 'builds'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Number within the project and kind, as people see it */
    'display-id': number
    /** What names it: everything sent under one key is one build */
    key: string
    /** Name for people */
    name: string | null
    /** What runs again and again under one name */
    pipeline: string
    /** mainline, queue or change */
    kind: string
    /** Branch that was tested */
    branch: string | null
    /** Commit that was tested */
    commit: string | null
    /** Commit that the change started from */
    'base-commit': string | null
    /** Number of the pull request */
    'pull-request': string | null
    /** Page of the CI system */
    url: string | null
    /** Where it ran */
    environment: Record<string, string>
    /** receiving, incomplete, complete or cut */
    state: string
    /** full, or partial when only some tests were chosen */
    scope: string
    /** How many shards it waits for, or their names; null = as the last complete one */
    'expected-shards': number | string[] | null
    /** The shards that came, each with its newest attempt */
    shards: {
      variant: string
      shard: string | null
      attempt: number
      state: string
    }[]
    /** Shards that did not come */
    'missing-shards': string[]
    /** Environments that its tests ran in */
    variants: string[]
    /** Test sets that hold its results */
    'set-ids': number[]
    /** Verdicts that it has */
    results: number
    /** Verdicts that passed */
    passed: number
    /** Verdicts that failed */
    failed: number
    /** Verdicts that are blocked */
    blocked: number
    /** Tests that were skipped */
    'no-run': number
    /** Tests that passed after an attempt that failed */
    flaky: number
    /** Failures that were not there before */
    'new-failures': number
    /** Failures that were there before */
    'still-failing': number
    /** Tests that failed before and pass now */
    fixed: number
    /** Tests that it made */
    'new-tests': number
    /** Tests that moved or were renamed */
    'moved-tests': number
    /** Tests that the build before had and it has not */
    missing: number
    /** Failures in quarantine */
    quarantined: number
    /** Failures that are not in quarantine, not known and have no open issue */
    unexplained: number
    /** Milliseconds of its verdicts together */
    duration: number
    /** Milliseconds from start to end */
    elapsed: number | null
    /** Whether an import of it is set aside because not the tests but something around them failed */
    infrastructure: boolean
    /** passed, failed or pending */
    gate: string
    /** When its first import began */
    'started-at': string
    /** When its last import was stored */
    'finished-at': string | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface BuildCreate {
  /** What names it: everything sent under one key is one build */
  key?: string | null
  /** Name for people */
  name?: string | null
  /** What runs again and again under one name */
  pipeline?: string | null
  /** Branch that was tested */
  branch?: string | null
  /** Commit that was tested */
  commit?: string | null
  /** Commit that the change started from */
  'base-commit'?: string | null
  /** Number of the pull request */
  'pull-request'?: string | null
  /** Page of the CI system */
  url?: string | null
  /** Where it ran */
  environment?: Record<string, string> | null
  /** How many shards it waits for, or their names; null = as the last complete one */
  'expected-shards'?: number | string[] | null
}

export interface BuildUpdate {
  /** Name for people */
  name?: string | null
  /** What runs again and again under one name */
  pipeline?: string | null
  /** Branch that was tested */
  branch?: string | null
  /** Commit that was tested */
  commit?: string | null
  /** Commit that the change started from */
  'base-commit'?: string | null
  /** Number of the pull request */
  'pull-request'?: string | null
  /** Page of the CI system */
  url?: string | null
  /** Where it ran */
  environment?: Record<string, string> | null
  /** receiving, incomplete, complete or cut */
  state?: string | null
  /** How many shards it waits for, or their names; null = as the last complete one */
  'expected-shards'?: number | string[] | null
}

export interface BuildAnswer {
  data: Build
  meta?: Record<string, unknown>
}

export interface Rename {
  /** System id, as text */
  id: string
  type: 'renames'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** The build that has the one and lacks the other */
    'build-id': number
    /** The test that is missing in the build, and goes on when they are joined */
    'from-test-id': number
    /** What it was called */
    'from-name': string
    /** The test that is new in the build; while they are joined there is none with this id */
    'to-test-id': number
    /** What the new one was called */
    'to-name': string
    /** What they agree in: name and class, name and file, file and words; or by hand */
    reason: string
    /** proposed or joined */
    state: string
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface RenameAnswer {
  data: Rename
  meta?: Record<string, unknown>
}

export interface Failure {
  /** System id, as text */
  id: string
  type: 'failures'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Number within the project and kind, as people see it */
    'display-id': number
    /** What its occurrences have in common */
    signature: string
    /** What failures of one cause have in common */
    cause: string
    /** Type of the exception */
    kind: string | null
    /** First telling line */
    title: string
    /** How it was reported first */
    sample: string
    /** open, known or fixed */
    state: string
    /** The issue about it */
    'issue-id': number | null
    /** User who looks after it */
    'assigned-to-id': number | null
    /** What people should know of it */
    note: string | null
    /** Runs that failed so */
    occurrences: number
    /** Tests that failed so */
    'tests-count': number
    /** Builds that it was seen in */
    'builds-count': number
    /** When it was seen first */
    'first-seen-at': string
    /** When it was seen last */
    'last-seen-at': string
    /** The build that it was seen in first */
    'first-build-id': number
    /** The build that it was seen in last */
    'last-build-id': number
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface FailureUpdate {
  /** open, known or fixed */
  state?: string | null
  /** The issue about it */
  'issue-id'?: number | string | null
  /** User who looks after it */
  'assigned-to-id'?: number | string | null
  /** What people should know of it */
  note?: string | null
}

export interface FailureAnswer {
  data: Failure
  meta?: Record<string, unknown>
}

export interface FlakyTest {
  /** System id, as text */
  id: string
  type: 'flaky-tests'
  attributes: {
    /** System id of the instance that was run */
    'instance-id': number
    /** System id of the test */
    'test-id': number
    /** Name of the test */
    'test-name': string
    /** System id of its test set */
    'set-id': number
    /** Environment that it ran in; "" = none is named */
    variant: string
    /** Who owns the test, by CODEOWNERS */
    owner: string | null
    /** healthy, flaky or broken */
    state: string
    /** Share of the builds of the window with a signal */
    score: number
    /** Builds of the window */
    builds: number
    /** Signals in the window */
    signals: number
    /** Pull requests it failed in while mainline passed */
    'changes-hit': number
    /** When a build with a signal started last */
    'last-signal-at': string | null
    /** The first build of the failures in a row on mainline */
    'failing-since': number | null
    /** The quarantine that holds for it */
    quarantine: number | null
    /** Verdicts on mainline, newest first: P, F, B or N */
    previous: string
  }
}

export interface Quarantine {
  /** System id, as text */
  id: string
  type: 'quarantines'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** The instance; null = every instance of the test */
    'instance-id': number | null
    /** The test */
    'test-id': number
    /** Why its failures are no news */
    reason: string
    /** When it ends; 30 days from now unless it is said, 180 at most */
    until: string
    /** User who looks after it */
    'owner-id': number | null
    /** Causes that it holds for; * = all. Left out: those seen in the last 30 days */
    causes: string[]
    /** User who made it */
    'created-by-id': number | null
    /** When it ended; null while it holds */
    'ended-at': string | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface QuarantineCreate {
  /** The instance; null = every instance of the test */
  'instance-id'?: number | string | null
  /** The test */
  'test-id'?: number | string | null
  /** Why its failures are no news */
  reason: string
  /** When it ends; 30 days from now unless it is said, 180 at most */
  until?: string | null
  /** User who looks after it */
  'owner-id'?: number | string | null
  /** Causes that it holds for; * = all. Left out: those seen in the last 30 days */
  causes?: string[] | null
}

export interface QuarantineUpdate {
  /** Why its failures are no news */
  reason?: string
  /** When it ends; 30 days from now unless it is said, 180 at most */
  until?: string | null
  /** User who looks after it */
  'owner-id'?: number | string | null
  /** Causes that it holds for; * = all. Left out: those seen in the last 30 days */
  causes?: string[] | null
}

export interface QuarantineAnswer {
  data: Quarantine
  meta?: Record<string, unknown>
}

export interface Gate {
  /** System id, as text */
  id: string
  type: 'gates'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Name */
    name: string
    /** Pipelines that it applies to, * in them stands for any characters; empty = all */
    pipelines: string[]
    /** Kinds of builds that it applies to; empty = all */
    kinds: string[]
    /** Test sets that it applies to; empty = all */
    'set-ids': number[]
    /** Branches that it applies to, as pipelines; empty = all */
    branches: string[]
    /** What a build must keep to pass */
    rules: {
      /** At most so many new failures */
      'max-new-failures'?: number
      /** At most so many failures that nothing explains */
      'max-unexplained'?: number
      /** At most so many failed tests */
      'max-failed'?: number
      /** At most so many tests that the build before had and this one has not */
      'max-missing'?: number
      /** At most so many blocked tests */
      'max-blocked'?: number
      /** At most so many flaky tests */
      'max-flaky'?: number
      /** At most so many skipped tests */
      'max-no-run'?: number
      /** At least so many results */
      'min-results'?: number
      /** At least this share passed */
      'min-pass-rate'?: number
      /** At most so many seconds from start to end */
      'max-elapsed'?: number
      /** Every expected shard came, whole */
      'all-shards'?: boolean
      /** No failure of a cause that was never seen before */
      'no-new-cause'?: boolean
      requirements?: {
        ptql: string
        must: 'covered' | 'passed'
      }
    }
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
  }
}

export interface GateCreate {
  /** Name */
  name: string
  /** Pipelines that it applies to, * in them stands for any characters; empty = all */
  pipelines?: string[] | null
  /** Kinds of builds that it applies to; empty = all */
  kinds?: string[] | null
  /** Test sets that it applies to; empty = all */
  'set-ids'?: number[] | null
  /** Branches that it applies to, as pipelines; empty = all */
  branches?: string[] | null
  /** What a build must keep to pass */
  rules: {
    /** At most so many new failures */
    'max-new-failures'?: number
    /** At most so many failures that nothing explains */
    'max-unexplained'?: number
    /** At most so many failed tests */
    'max-failed'?: number
    /** At most so many tests that the build before had and this one has not */
    'max-missing'?: number
    /** At most so many blocked tests */
    'max-blocked'?: number
    /** At most so many flaky tests */
    'max-flaky'?: number
    /** At most so many skipped tests */
    'max-no-run'?: number
    /** At least so many results */
    'min-results'?: number
    /** At least this share passed */
    'min-pass-rate'?: number
    /** At most so many seconds from start to end */
    'max-elapsed'?: number
    /** Every expected shard came, whole */
    'all-shards'?: boolean
    /** No failure of a cause that was never seen before */
    'no-new-cause'?: boolean
    requirements?: {
      ptql: string
      must: 'covered' | 'passed'
    }
  }
}

export interface GateUpdate {
  /** Name */
  name?: string
  /** Pipelines that it applies to, * in them stands for any characters; empty = all */
  pipelines?: string[] | null
  /** Kinds of builds that it applies to; empty = all */
  kinds?: string[] | null
  /** Test sets that it applies to; empty = all */
  'set-ids'?: number[] | null
  /** Branches that it applies to, as pipelines; empty = all */
  branches?: string[] | null
  /** What a build must keep to pass */
  rules?: {
    /** At most so many new failures */
    'max-new-failures'?: number
    /** At most so many failures that nothing explains */
    'max-unexplained'?: number
    /** At most so many failed tests */
    'max-failed'?: number
    /** At most so many tests that the build before had and this one has not */
    'max-missing'?: number
    /** At most so many blocked tests */
    'max-blocked'?: number
    /** At most so many flaky tests */
    'max-flaky'?: number
    /** At most so many skipped tests */
    'max-no-run'?: number
    /** At least so many results */
    'min-results'?: number
    /** At least this share passed */
    'min-pass-rate'?: number
    /** At most so many seconds from start to end */
    'max-elapsed'?: number
    /** Every expected shard came, whole */
    'all-shards'?: boolean
    /** No failure of a cause that was never seen before */
    'no-new-cause'?: boolean
    requirements?: {
      ptql: string
      must: 'covered' | 'passed'
    }
  }
}

export interface GateAnswer {
  data: Gate
  meta?: Record<string, unknown>
}

export interface UserProject {
  /** System id, as text */
  id: string
  type: 'projects'
  attributes: {
    /** Name */
    name: string
    /** When it was made */
    'created-at': string
    /** Informational: the project is used with automated tests */
    'automation-support': boolean
    /** Whether issues of the project may be deleted */
    'enable-delete-issues': boolean
    /** Informational: the project keeps durations */
    'time-management-support': boolean
    /** Whether work may be assigned to groups, not only to users */
    'assign-to-group': boolean
    /** Branches whose builds others are compared with; null = main, master, trunk, develop, release/* */
    'mainline-branches': string | null
    /** Branches of merge queues; null = those of GitHub, GitLab, Trunk and bors */
    'queue-branches': string | null
    /** Who owns which files, in the syntax of CODEOWNERS */
    codeowners: string | null
    /** Groups of the user in the project */
    groups: {
      id: number
      name: string
    }[]
  }
}

export interface MeAnswer {
  data: {
    id: string
    type: 'me'
    attributes: {
      'token-kind': 'personal' | 'account'
      impersonation: boolean
      owner: boolean
      user: null | Record<string, unknown>
    }
  }
}

export interface NewToken {
  /** System id, as text */
  id: string
  type: 'tokens'
  attributes: {
    /** Name */
    name: string
    /** Whether it works */
    enabled: boolean
    /** When a request last used the token, to the minute */
    'last-used-at': string | null
    /** When it was made */
    'created-at': string
    /** Shown in this answer only */
    token: string
  }
}

export interface NewTokenAnswer {
  data: NewToken
}

export interface NewPersonalToken {
  /** System id, as text */
  id: string
  type: 'personal-tokens'
  attributes: {
    /** Whether it works */
    enabled: boolean
    /** Whether the token may record other users as authors and testers */
    impersonation: boolean
    /** When a request last used the token, to the minute */
    'last-used-at': string | null
    /** When it was made */
    'created-at': string
    /** Shown in this answer only */
    token: string
  }
}

export interface NewPersonalTokenAnswer {
  data: NewPersonalToken
}

export interface GroupWithPermissions {
  /** System id, as text */
  id: string
  type: 'groups'
  attributes: {
    /** Name */
    name: string
    /** When it was made */
    'created-at': string
    /** The 20 permissions and whether the group has each */
    permissions: {
      key: string
      title: string
      description: string
      allowed: boolean
    }[]
  }
}

export interface Workflow {
  id: string
  type: 'workflows'
  attributes: {
    statuses: {
      id: number
      name: string
      resolution: string | null
      initial: boolean
      closed: boolean
      position: number
    }[]
    transitions: {
      id: number
      'from-id': number
      'to-id': number
      'group-ids': number[]
    }[]
  }
}

export interface TestOverrides {
  /** Name */
  name?: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** What must hold before the test is run; copied onto runs */
  preconditions?: string | null
  /** Status; any text */
  status?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Expected duration */
  'duration-estimate'?: string | number | null
  /** Type of the test */
  'test-type'?:
    | 'ScriptedTest'
    | 'ApiTest'
    | 'FireCracker'
    | 'xBotTest'
    | 'EggplantTest'
    | 'BDDTest'
    | 'ExploratoryTest'
    | null
  /** Gherkin text of a BDD test, stored verbatim */
  scenario?: string | null
  /** What an agent needs to run the test */
  'automated-fields'?: Record<string, string | number> | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
}

export interface NewStep {
  name?: string
  description?: string
  'expected-results'?: string
  kind?: 'ManualStep' | 'CallToTest'
  'test-to-call-id'?: number | string
}

export interface SetOverrides {
  /** Name */
  name?: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** Status; any text */
  status?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
  /** System id of the milestone that the set belongs to */
  'milestone-id'?: number | string | null
}

export interface NewStepRun {
  name?: string
  description?: string
  'expected-results'?: string
  'actual-results'?: string
  status?: 'PASSED' | 'FAILED' | 'BLOCKED' | 'NO RUN' | 'N/A'
  files?: Files
}

export interface NewStepRuns {
  data?: NewStepRun[]
}

export interface PlacedStep {
  name?: string
  description?: string
  'expected-results'?: string
  kind?: 'ManualStep' | 'CallToTest'
  'test-to-call-id'?: number | string
  /** Steps are made in the order of their positions */
  position?: number | string | null
}

export interface TestAttributes {
  /** Name */
  name?: string
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** What must hold before the test is run; copied onto runs */
  preconditions?: string | null
  /** Status; any text */
  status?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** When it is to be run */
  'planned-execution'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Expected duration */
  'duration-estimate'?: string | number | null
  /** Type of the test */
  'test-type'?:
    | 'ScriptedTest'
    | 'ApiTest'
    | 'FireCracker'
    | 'xBotTest'
    | 'EggplantTest'
    | 'BDDTest'
    | 'ExploratoryTest'
    | null
  /** Gherkin text of a BDD test, stored verbatim */
  scenario?: string | null
  /** What an agent needs to run the test */
  'automated-fields'?: Record<string, string | number> | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
  steps?:
    | PlacedStep[]
    | {
        data?: PlacedStep[]
      }
}

/** Empty when there is nothing to run */
export interface AgentTask {
  instance?: {
    id: number
    timeout_in_seconds: number
  }
  test?: {
    id: number
    path_to_application: string
    path_to_results: string
    num_of_files_to_upload: number
  }
  testSet?: {
    id: number
    name: string
  }
}

export interface File {
  filename?: string
  /** The bytes as base64 */
  content_encoded: string
}

export interface Files {
  data?: File[]
}

export interface IssueOverrides {
  /** Title */
  title?: string
  /** Type of the issue; any text */
  'issue-type'?: string | null
  /** Text; HTML is stored and returned verbatim */
  description?: string | null
  /** User who made it; named by the body when an account token makes it */
  'author-id'?: number | string | null
  /** User or group that it is assigned to; null = nobody */
  'assigned-to-id'?: number | string | null
  /** What assigned-to-id names: user or group */
  'assigned-to-type'?: string | null
  /** Version; any text */
  version?: string | null
  /** Priority; any text */
  priority?: string | null
  /** Id in a foreign tracker */
  'external-id'?: string | null
  /** Values of custom fields, by ---f-<id of the field> */
  'custom-fields'?: Record<
    `---f-${number}`,
    string | number | boolean | unknown[] | Record<string, unknown> | null
  > | null
  /** Tags, without duplicates */
  tags?: string[] | string | null
  /** Folder that it lies in */
  'folder-id'?: number | string | null
}

export interface WebhookWithSecret {
  /** System id, as text */
  id: string
  type: 'webhooks'
  attributes: {
    /** System id of the project */
    'project-id': number
    /** Name */
    name: string
    /** Address that is called */
    url: string
    /** Events that are sent; * = all */
    events: string[]
    /** Whether it works */
    enabled: boolean
    /** Why Assay switched the webhook off; null while it works */
    'disabled-reason': string | null
    /** When it was made */
    'created-at': string
    /** When it last changed */
    'updated-at': string
    /** Shown in this answer only */
    secret?: string
  }
}

export interface WebhookWithSecretAnswer {
  data: WebhookWithSecret
}

export interface Refusal {
  file: string
  line: number
  name: string
  reason: string
}

export interface Result {
  /** System id, as text */
  id: string
  type: 'results'
  attributes: {
    /** The run that is the verdict; null for a skipped test */
    'run-id': number | null
    /** System id of the instance that was run */
    'instance-id': number
    /** System id of its test set */
    'set-id': number
    /** Name of the set */
    'set-name': string
    /** System id of the test */
    'test-id': number
    /** Display-id of its test */
    'test-display-id': number
    /** Name of the test */
    'test-name': string
    /** Environment that it ran in; "" = none is named */
    variant: string
    /** PASSED, FAILED, BLOCKED or NO RUN */
    status: string
    /** new-failure, still-failing, fixed or new-test, against its base */
    change: string | null
    /** Whether it passed after an attempt that failed */
    flaky: boolean
    /** Whether it is in quarantine */
    quarantined: boolean
    /** Why its failure is no news: quarantine, known or issue */
    'explained-by': string | null
    /** Runs of it in the build */
    attempts: number
    /** Duration of its last run */
    'run-duration': string
    /** The same in milliseconds */
    'duration-ms': number
    /** When it was run; sent for manual runs only */
    'run-date': string
    /** First characters of what it says of its failure */
    message: string | null
    /** The failure that it is an occurrence of */
    'failure-id': number | null
    /** What failures of one cause have in common */
    cause: string | null
    /** Who owns the test, by CODEOWNERS */
    owner: string | null
    /** Files of its runs */
    'attachments-count': number
    /** Earlier verdicts on mainline, newest first: P, F, B or N */
    previous: string
    /** The first build of the failures in a row */
    'failing-since': number | null
  }
}

export interface Difference {
  'instance-id': number
  'test-id': number
  'test-name': string
  variant: string
  from: string | null
  to: string | null
}

export interface GateVerdict {
  id: string
  type: 'gate-verdicts'
  attributes: {
    verdict: 'passed' | 'failed' | 'pending'
    'build-id': number
    'gate-id': number | null
    'as-of': string
    rules: {
      rule: string
      limit: unknown
      actual: unknown
      verdict: 'passed' | 'failed' | 'pending'
      explanation: string
      examples: {
        'test-id': number
        'test-name': string
        'run-id': number | null
      }[]
    }[]
    text: string
  }
}

export interface AccountAnswer {
  data: {
    id: string
    type: 'accounts'
    attributes: {
      name: string
      /** Whether people must have a second factor to sign in */
      'require-second-factor': boolean
    }
  }
}

export interface Field {
  id: number
  type: 'SystemField' | 'CustomField'
  name: string
  field_format: string
  possible_values: string[] | Record<string, string[]> | null
  uniq_name: string
  entities: string[]
}

export interface Kitten {
  id: number
  name: string
  breed: string
  fluffiness: number
  cuteness: number
}
