import crypto from 'node:crypto'

/** The longest name that the API takes, in characters. */
const LONGEST_NAME = 1000

/** A name that fits: over 1,000 characters it becomes its first 980, ` ~` and 16 hex digits of its SHA-256. */
export function fitName(name: string): string {
  if (name.length <= LONGEST_NAME) return name
  const characters = Array.from(name)
  if (characters.length <= LONGEST_NAME) return name
  return `${characters.slice(0, 980).join('')} ~${crypto.hash('sha256', name, 'hex').slice(0, 16)}`
}
