import { cleanText } from '../../core/text.ts'
import type { Case } from '../readers/model.ts'

type Members = Record<string, unknown>

/** Cleans all texts in a value, where they stand; answers the value, or a text that takes its place. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value !== 'object' || value === null) return value
  for (const [key, each] of Object.entries(value)) {
    const cleaned = clean(each)
    const name = cleanText(key)
    if (name !== key) delete (value as Members)[key]
    else if (cleaned === each) continue
    ;(value as Members)[name] = cleaned
  }
  return value
}

/** A case that can be stored: what no database takes is replaced in every text of it, as in all texts (contract §1.5). */
export const cleanCase = (found: Case): Case => clean(found) as Case
