import { memoize } from '../memoize.ts'
import { FOLDED_TYPES } from '../ptql/condition.ts'
import { type Attribute, attributesOf, isDerived, isNullable, type Resource } from './define-resource.ts'

/**
 * As what an attribute is put in order and compared: `word` by the order of its vocabulary, what names a user, folder,
 * milestone or assignee by the name of that.
 */
export type ComparedAs =
  | 'text'
  | 'word'
  | 'number'
  | 'decimal'
  | 'duration'
  | 'timestamp'
  | 'date'
  | 'flag'
  | 'user'
  | 'assignee'
  | 'folder'
  | 'milestone'

/** An attribute that lists can be sorted and narrowed by (contract §§ 13.1, 13.9). */
export interface Comparable {
  name: string
  column: string
  as: ComparedAs
  /** Of a word: its vocabulary, in order. */
  words?: readonly string[]
  /** Whether a folded copy of its text is kept beside it. */
  folded: boolean
  /** Whether a row may have none; of a text, none is "" too. */
  mayBeEmpty: boolean
}

const BY_KIND: Readonly<Record<string, ComparedAs>> = {
  text: 'text',
  name: 'text',
  integer: 'number',
  id: 'number',
  timestamp: 'timestamp',
  date: 'date',
  duration: 'duration',
  boolean: 'flag',
}

/** The words of an attribute with a fixed vocabulary, in its order. */
export function wordsOf({ words, ptql, kind }: Attribute): readonly string[] | undefined {
  const queried = ptql?.words?.flatMap(({ text }) => text ?? [])
  return words ?? queried ?? (kind.schema.enum as readonly string[] | undefined)
}

function comparedAs(attribute: Attribute): ComparedAs | undefined {
  const { kind, ptql, names } = attribute
  if (isDerived(attribute)) return undefined
  if (wordsOf(attribute) !== undefined) return 'word'
  if (names !== undefined) return names
  if (ptql?.type === 'user' || ptql?.type === 'assignee') return ptql.type
  if (kind.reference !== undefined) return kind.reference
  return BY_KIND[kind.name]
}

/**
 * The attributes of a resource that have a column with one value in it, by wire name: what lists sort and narrow by.
 * Arrays and objects have no order.
 */
export const comparablesOf = memoize((resource: Resource): ReadonlyMap<string, Comparable> => {
  const found = attributesOf(resource).flatMap(([name, attribute]): [string, Comparable][] => {
    const as = comparedAs(attribute)
    if (as === undefined) return []
    const { column, kind, ptql } = attribute
    const folded =
      as === 'text' && (column === 'name' ? kind.name === 'name' : ptql !== undefined && FOLDED_TYPES.has(ptql.type))
    const mayBeEmpty = as === 'text' ? kind.name !== 'name' : isNullable(attribute)
    return [[name, { name, column, as, words: wordsOf(attribute), folded, mayBeEmpty }]]
  })
  return new Map(found)
})
