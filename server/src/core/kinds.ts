import { canonicalKey } from './jsonapi/key-spelling.ts'
import type { Permission } from './permissions.ts'

/** A kind of entity: the names it bears and what it has. A trait that it lacks is left out. */
interface EntityKind {
  /** JSON:API type; links and webhooks know it by that too. */
  type: string
  table: string
  /** In messages. */
  noun: string
  /** What PTQL, the `entities` of custom fields and the system fields call it (contract §2, §4.5). */
  title?: string
  /** What webhook events start with (contract §7.12); left out = webhooks are not told of it. */
  event?: string
  /** The relation that leads to it, where that is not called by its type. */
  relation?: string
  /** Who may see it and what hangs on it; milestones: every member (contract §3). */
  view: Permission | 'member'
  edit: Permission
  /** Numbered per project: `display-id` (contract §1.10). */
  displayId?: true
  /** Lies in folders of its own (contract §7.6). */
  folder?: true
  /** Names the milestone that it is in. */
  milestone?: true
  /** Can be assigned to users and groups (contract §1.12). */
  assignee?: true
  /** Carries custom fields (contract §1.13). */
  fields?: true
  /** Queries select it (contract §2). */
  ptql?: true
  /** Saved filters select it (contract §7.5). */
  filters?: true
  attachments?: true
  /** The types that clients link it to, in the order of answers; empty = links only lead to it (contract §5). */
  links?: readonly string[]
  /** Who may link it, where that is not who may edit it. */
  editLinks?: Permission
  /** Its answers and its history tell of its links (contract §1.17, §5). */
  showsLinks?: true
  /** The words of what queries reach with LINKED TO beyond `links`, through instances and milestones (contract §2). */
  reaches?: readonly string[]
}

/**
 * Every kind of entity by the word that parameters name it with (contract §4.7, §9). Every kind has a kept count, a
 * history and comments. The order is that of answers, and of kept counts when they are locked.
 */
export const KINDS = {
  requirement: {
    type: 'requirements',
    table: 'requirements',
    noun: 'requirement',
    title: 'Requirement',
    event: 'requirement',
    view: 'requirements_view',
    edit: 'requirements_editor',
    displayId: true,
    folder: true,
    assignee: true,
    fields: true,
    ptql: true,
    filters: true,
    attachments: true,
    links: ['tests', 'issues', 'milestones'],
    showsLinks: true,
  },
  test: {
    type: 'tests',
    table: 'tests',
    noun: 'test',
    title: 'Test',
    event: 'test',
    view: 'tests_view',
    edit: 'tests_editor',
    displayId: true,
    folder: true,
    assignee: true,
    fields: true,
    ptql: true,
    filters: true,
    attachments: true,
    links: ['requirements', 'issues'],
    showsLinks: true,
    reaches: ['testset', 'milestone'],
  },
  step: {
    type: 'steps',
    table: 'steps',
    noun: 'step',
    view: 'tests_view',
    edit: 'tests_editor',
    attachments: true,
  },
  testset: {
    type: 'sets',
    table: 'sets',
    noun: 'test set',
    title: 'TestSet',
    event: 'set',
    relation: 'suites',
    view: 'tests_view',
    edit: 'runs',
    displayId: true,
    folder: true,
    milestone: true,
    assignee: true,
    fields: true,
    ptql: true,
    filters: true,
    attachments: true,
    links: [],
    reaches: ['test', 'milestone', 'issue'],
  },
  instance: {
    type: 'instances',
    table: 'instances',
    noun: 'instance',
    title: 'Instance',
    event: 'instance',
    view: 'tests_view',
    edit: 'runs',
    assignee: true,
    fields: true,
    attachments: true,
  },
  run: {
    type: 'runs',
    table: 'runs',
    noun: 'run',
    title: 'Run',
    event: 'run',
    view: 'tests_view',
    edit: 'runs',
    fields: true,
    attachments: true,
  },
  'step-run': {
    type: 'step-runs',
    table: 'step_runs',
    noun: 'step-run',
    view: 'tests_view',
    edit: 'runs',
    attachments: true,
    links: ['issues'],
    editLinks: 'tests_editor',
  },
  issue: {
    type: 'issues',
    table: 'issues',
    noun: 'issue',
    title: 'Issue',
    event: 'issue',
    view: 'issues_view',
    edit: 'issues_editor',
    displayId: true,
    folder: true,
    assignee: true,
    fields: true,
    ptql: true,
    filters: true,
    attachments: true,
    links: ['issues', 'requirements', 'tests', 'milestones'],
    showsLinks: true,
  },
  milestone: {
    type: 'milestones',
    table: 'milestones',
    noun: 'milestone',
    title: 'Milestone',
    event: 'milestone',
    view: 'member',
    edit: 'tests_editor',
    displayId: true,
    fields: true,
    ptql: true,
    links: ['requirements', 'issues', 'sets'],
    showsLinks: true,
  },
} as const satisfies Record<string, EntityKind>

type Kinds = typeof KINDS

export type EntityWord = keyof Kinds
export type KindTable = Kinds[EntityWord]['table']
export type KindType = Kinds[EntityWord]['type']

/** What a kind may have or lack. */
type Trait = { [K in keyof EntityKind]-?: undefined extends EntityKind[K] ? K : never }[keyof EntityKind]

/** The kinds that have a trait, by word, table and type: what a feature keeps by these forgets none. */
export type WordWith<T extends Trait> = { [W in EntityWord]: T extends keyof Kinds[W] ? W : never }[EntityWord]
export type TableWith<T extends Trait> = Kinds[WordWith<T>]['table']
export type TypeWith<T extends Trait> = Kinds[WordWith<T>]['type']

/** What queries call the kinds that they select. */
export type EntityName = Kinds[WordWith<'ptql'>]['title']
/** The words for kinds that carry custom fields, as `entities` of a field spells them (contract §4.5). */
export type FieldEntity = Kinds[WordWith<'fields'>]['title']
/** What a link can join, as a JSON:API type. */
export type LinkKind = TypeWith<'links'>

export const ENTITY_WORDS = Object.keys(KINDS) as EntityWord[]

/** A row of KINDS with the traits that it may lack. */
export const kindOf = (word: EntityWord): EntityKind => KINDS[word]

/** The words of the kinds that have a trait. */
export const wordsWith = <T extends Trait>(trait: T): WordWith<T>[] =>
  ENTITY_WORDS.filter((word): word is WordWith<T> => kindOf(word)[trait] !== undefined)

export const tablesWith = <T extends Trait>(trait: T) =>
  wordsWith(trait).map((word) => KINDS[word].table) as TableWith<T>[]

export const typesWith = <T extends Trait>(trait: T) =>
  wordsWith(trait).map((word) => KINDS[word].type) as TypeWith<T>[]

const WORD_OF = new Map<string, EntityWord>(ENTITY_WORDS.map((word) => [KINDS[word].type, word]))

/** The entity word of a JSON:API type: `sets` → `testset`. */
export const wordOf = (type: string): EntityWord => WORD_OF.get(type) as EntityWord

/** The word of the kind that queries call so. */
export const wordOfName = (name: EntityName): WordWith<'ptql'> =>
  wordsWith('ptql').find((word) => KINDS[word].title === name) as WordWith<'ptql'>

/** What queries reach with LINKED TO from a kind (contract §2). */
export function reachedFrom(name: EntityName): EntityName[] {
  const { links = [], reaches = [] } = kindOf(wordOfName(name))
  const words = [...(links as readonly LinkKind[]).map(wordOf), ...(reaches as readonly EntityWord[])]
  return words.map((word) => kindOf(word).title as EntityName)
}

/** The relation that leads to a kind: `sets` → `suites`. */
export const relationTo = (type: LinkKind): string => kindOf(wordOf(type)).relation ?? type

/** What work is assigned to, as `assigned-to-type` says. */
export const ASSIGNEE_TYPES = ['user', 'group'] as const

/** How a declaration names its kind: `...naming('testset')`. */
export function naming<W extends EntityWord>(word: W) {
  const { type, table, noun }: Pick<Kinds[W], 'type' | 'table' | 'noun'> = KINDS[word]
  const { title, fields, links = [], showsLinks } = kindOf(word)
  return {
    type,
    path: type.replaceAll('-', '_'),
    noun,
    table,
    ...(fields && { fieldEntity: title as FieldEntity }),
    ...(showsLinks && { relationships: (links as readonly LinkKind[]).map(relationTo) }),
  }
}

/** An entity word in one of its spellings, without the `s` of the plural. */
const bare = (word: string) => canonicalKey(word.trim()).replace(/s$/, '')

/** The spellings of a kind, bare: its word, its type, its noun. */
const spellingsOf = (word: EntityWord) => [word, bare(KINDS[word].type), KINDS[word].noun.replaceAll(' ', '-')]

/** As `spellingsOf`, and the relation that leads to the kind. */
const linkSpellingsOf = (word: EntityWord) => [...spellingsOf(word), bare(kindOf(word).relation ?? word)]

/** An entity word in any of the accepted spellings and among those allowed, or undefined. */
export function readEntityWord<W extends EntityWord>(word: unknown, allowed: readonly W[]): W | undefined {
  if (typeof word !== 'string') return undefined
  return allowed.find((candidate) => spellingsOf(candidate).includes(bare(word)))
}

/** Whether a word names a JSON:API type, of a kind in any of the accepted spellings. */
export function namesType(word: string, type: string): boolean {
  const kind = WORD_OF.get(type)
  return (kind === undefined ? [bare(type)] : linkSpellingsOf(kind)).includes(bare(word))
}

const withoutSeparators = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, '')

const NAMES = new Map<string, EntityName>(
  wordsWith('ptql').flatMap((word) =>
    linkSpellingsOf(word).map((spelling): [string, EntityName] => [withoutSeparators(spelling), KINDS[word].title]),
  ),
)

/** What a query names as a kind, in any spelling, singular or plural: `Test Sets`, `test_set`. */
export function readEntityName(text: string): EntityName | undefined {
  const key = withoutSeparators(text)
  return NAMES.get(key) ?? NAMES.get(key.replace(/s$/, ''))
}

/** What is no entity of a project but can be changed: words of the audit (contract §7.10). */
export const SETTING_WORDS = [
  'account',
  'user',
  'token',
  'group',
  'project',
  'custom-field',
  'workflow-status',
  'workflow-transition',
  'filter',
  'folder',
  'webhook',
  'import',
  'build',
  'failure',
  'quarantine',
  'gate',
] as const

export type SettingWord = (typeof SETTING_WORDS)[number]

/** `requirement, test or issue`: kinds of entity in one order. */
export function listKinds(allowed: readonly EntityWord[]): string {
  const words = ENTITY_WORDS.filter((word) => allowed.includes(word))
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
