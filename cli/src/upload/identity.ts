import crypto from 'node:crypto'
import type { ResultCase } from '../formats/results-model.ts'

/** How a report says which test a case is: a system id, a display id, or a name. */
export type Identity =
  | { kind: 'id'; id: number }
  | { kind: 'display-id'; id: number }
  | { kind: 'name'; name: string }
  | { kind: 'invalid'; reason: string }

const SEPARATOR = ' › '

/**
 * A short fingerprint, for maps of a hundred thousand names. 72 bits: no collision in any upload. Not longer, because
 * V8 copies a slice of 12 characters but lets a longer one hold on to its source.
 */
export function fingerprint(text: string): string {
  return crypto.hash('sha256', text, 'base64').slice(0, 12)
}

function firstProperty(result: ResultCase, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = result.properties.get(name)?.find((text) => text.trim() !== '')
    if (value !== undefined) return value.trim()
  }
  return undefined
}

/** The identity that properties of the case give explicitly, if any. */
export function explicitIdentity(result: ResultCase): Identity | null {
  if (result.properties.size === 0) return null
  const id = firstProperty(result, 'assay_test_id', 'test_id')
  if (id !== undefined) {
    if (/^[1-9]\d{0,15}$/.test(id)) return { kind: 'id', id: Number(id) }
    return { kind: 'invalid', reason: `test id "${id}" is not a number` }
  }
  const display = firstProperty(result, 'assay_test')
  if (display === undefined) return null
  if (/^#?[1-9]\d{0,15}$/.test(display)) return { kind: 'display-id', id: Number(display.replace('#', '')) }
  return { kind: 'invalid', reason: `test number "${display}" is neither #12 nor 12` }
}

/** Class (or the last suite) and name. */
export function shortName(result: ResultCase): string {
  const group = result.className ?? result.suitePath.at(-1)
  const name = result.name.trim() === '' ? '(unnamed)' : result.name
  return group === undefined || group.trim() === '' ? name : `${group}${SEPARATOR}${name}`
}

/** The short name with the suites around it in front: for the later of two cases that would share the short one. */
export function longName(result: ResultCase): string {
  const path = [...result.suitePath]
  // The last part is in the short name already, or only repeats the class.
  if (result.className === undefined || path.at(-1) === result.className) path.pop()
  return [...path, shortName(result)].join(SEPARATOR)
}

/** One text per identity, equal for equal identities. */
export function identityKey(identity: Identity): string {
  return identity.kind === 'name'
    ? `n:${identity.name}`
    : identity.kind === 'invalid'
      ? ''
      : `${identity.kind}:${identity.id}`
}
