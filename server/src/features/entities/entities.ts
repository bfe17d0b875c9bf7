import { canonicalKey } from '../../core/jsonapi/key-spelling.ts'
import type { Permission } from '../../core/permissions.ts'
import type { ProjectTable } from '../../db/store.ts'

interface EntityKind {
  table: ProjectTable
  /** JSON:API type. */
  type: string
  /** Who may see it and what hangs on it; milestones: every member (contract §3). */
  view: Permission | 'member'
  edit: Permission
}

/** The kinds of entity by the words that parameters name them with (contract §4.7, §9). */
export const ENTITIES = {
  requirement: {
    table: 'requirements',
    type: 'requirements',
    view: 'requirements_view',
    edit: 'requirements_editor',
  },
  test: { table: 'tests', type: 'tests', view: 'tests_view', edit: 'tests_editor' },
  step: { table: 'steps', type: 'steps', view: 'tests_view', edit: 'tests_editor' },
  testset: { table: 'sets', type: 'sets', view: 'tests_view', edit: 'runs' },
  instance: { table: 'instances', type: 'instances', view: 'tests_view', edit: 'runs' },
  run: { table: 'runs', type: 'runs', view: 'tests_view', edit: 'runs' },
  'step-run': { table: 'step_runs', type: 'step-runs', view: 'tests_view', edit: 'runs' },
  issue: { table: 'issues', type: 'issues', view: 'issues_view', edit: 'issues_editor' },
  milestone: { table: 'milestones', type: 'milestones', view: 'member', edit: 'tests_editor' },
} as const satisfies Record<string, EntityKind>

export type EntityWord = keyof typeof ENTITIES

/** `requirement, test or issue`: kinds of entity in one order. */
export function listKinds(allowed: readonly EntityWord[]): string {
  const words = (Object.keys(ENTITIES) as EntityWord[]).filter((word) => allowed.includes(word))
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** An entity word in any of the accepted spellings and among those allowed, or undefined. */
export function readEntityWord<W extends EntityWord>(word: unknown, allowed: readonly W[]): W | undefined {
  if (typeof word !== 'string') return undefined
  const key = canonicalKey(word.trim()).replace(/s$/, '')
  const folded = key === 'set' || key === 'test-set' ? 'testset' : key
  return allowed.find((candidate) => candidate === folded)
}

const WORD_OF = new Map<string, EntityWord>(
  Object.entries(ENTITIES).map(([word, { type }]) => [type, word as EntityWord]),
)

/** The entity word of a JSON:API type: `sets` → `testset`. */
export const wordOf = (type: string): EntityWord => WORD_OF.get(type) as EntityWord
