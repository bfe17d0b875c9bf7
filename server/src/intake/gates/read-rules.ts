import { canonicalKey, isObject } from '../../core/jsonapi/key-spelling.ts'
import { inside, type Pointer, type Problems } from '../../core/problems.ts'
import { RULES } from './gates.resource.ts'
import type { GateRule, GateRules } from './gates.rules.ts'

const isCount = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1
const isFlag = (value: unknown) => typeof value === 'boolean'

function problemOf(rule: string, value: unknown): string | undefined {
  if (rule === 'requirements') {
    if (!isObject(value)) return 'must be an object with ptql and must'
    if (typeof value.ptql !== 'string' || value.ptql.trim() === '') return 'needs ptql, a query of requirements'
    return value.must === 'covered' || value.must === 'passed' ? undefined : 'needs must: covered or passed'
  }
  if (rule === 'min-pass-rate') return isShare(value) ? undefined : 'must be a number from 0 to 1'
  if (rule === 'all-shards' || rule === 'no-new-cause') return isFlag(value) ? undefined : 'must be true or false'
  return isCount(value) ? undefined : 'must be a whole number, 0 or more'
}

/** The rules of a gate as a body brings them; every problem is named. Empty for none. */
export function readRules(value: unknown, place: Pointer, problems: Problems): GateRules {
  if (!isObject(value)) {
    problems.at(place, 'Rules must be an object')
    return {}
  }
  const rules: Record<string, unknown> = {}
  for (const [key, limit] of Object.entries(value)) {
    const rule = canonicalKey(key)
    if (limit === null) continue
    if (!Object.hasOwn(RULES, rule)) {
      problems.at(inside(place, key), `There is no rule ${key}; use any of: ${Object.keys(RULES).join(', ')}`)
      continue
    }
    const problem = problemOf(rule, limit)
    if (problem === undefined) rules[rule] = limit
    else problems.at(inside(place, key), `${rule} ${problem}`, limit)
  }
  if (Object.keys(rules).length === 0 && problems.list.length === 0) {
    problems.at(place, `Rules must hold at least one of: ${Object.keys(RULES).join(', ')}`)
  }
  return rules as { [R in GateRule]?: never }
}

/** An array of short texts; problems are collected. */
export function readTexts(value: unknown, place: Pointer, problems: Problems, allowed?: readonly string[]): string[] {
  if (value === null || value === undefined) return []
  if (!Array.isArray(value) || value.length > 100) {
    problems.at(place, 'This must be an array of at most 100 texts')
    return []
  }
  return value.flatMap((text, index) => {
    if (typeof text !== 'string' || text.trim() === '' || text.length > 255) {
      problems.at(inside(place, index), 'This must be a text of 1 to 255 characters', text)
      return []
    }
    if (allowed && !allowed.includes(text)) {
      problems.at(inside(place, index), `This must be one of: ${allowed.join(', ')}`, text)
      return []
    }
    return [text.trim()]
  })
}

/** An array of ids; problems are collected. */
export function readIds(value: unknown, place: Pointer, problems: Problems): number[] {
  if (value === null || value === undefined) return []
  if (!Array.isArray(value) || value.length > 1000) {
    problems.at(place, 'This must be an array of at most 1000 ids')
    return []
  }
  return value.flatMap((id, index) => {
    const number = Number(id)
    if (Number.isSafeInteger(number) && number > 0) return [number]
    problems.at(inside(place, index), 'This must be an id', id)
    return []
  })
}
