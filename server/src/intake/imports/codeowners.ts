import { readFile } from 'node:fs/promises'
import { MAX_CODEOWNERS } from '../../core/limits.ts'
import { withoutTrailing } from '../../core/text.ts'
import type { SentFile } from './unpack.ts'

/** The owners of a file as one text; null where nobody owns it. */
export type Owners = (file: string) => string | null

interface Rule {
  /** Parts of the pattern; `**` stands for any number of folders. */
  parts: string[]
  isAnchored: boolean
  isFolder: boolean
  owners: string | null
}

/** Rules that are looked at: a file of a megabyte could hold many more than anybody writes. */
const MOST_RULES = 10_000

/** A line without what stands behind a `#` that begins it, or follows a space. */
function withoutComment(line: string): string {
  for (let at = line.indexOf('#'); at !== -1; at = line.indexOf('#', at + 1)) {
    if (at === 0 || /\s/.test(line[at - 1] as string)) return line.slice(0, at)
  }
  return line
}

function ruleOf(line: string): Rule | undefined {
  const text = withoutComment(line).trim()
  if (text === '' || text.startsWith('[') || text.startsWith('^[')) return undefined
  const [pattern = '', ...owners] = text.split(/\s+/)
  if (pattern.startsWith('!')) return undefined
  const isFolder = pattern.endsWith('/')
  const plain = withoutTrailing(pattern, '/').replace(/^\/+/, '')
  return {
    parts: plain.split('/'),
    isAnchored: pattern.startsWith('/') || plain.includes('/'),
    isFolder,
    owners: owners.length === 0 ? null : owners.join(' '),
  }
}

/** Whether one part of a path matches one of a pattern, in which `*` and `?` stand for characters. */
function matchesPart(pattern: string, text: string): boolean {
  let [p, t, star, from] = [0, 0, -1, 0]
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      from = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star !== -1) {
      p = star + 1
      t = ++from
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Whether parts of a path, from `at` on, begin with those of a pattern. */
function matchesFrom(parts: readonly string[], path: readonly string[], at = 0): boolean {
  let [p, t, star, from] = [0, at, -1, 0]
  while (p < parts.length) {
    if (parts[p] === '**') {
      star = p++
      from = t
    } else if (t < path.length && matchesPart(parts[p] as string, path[t] as string)) {
      p++
      t++
    } else if (star !== -1 && from < path.length) {
      p = star + 1
      t = ++from
    } else return false
  }
  return true
}

function matches({ parts, isAnchored, isFolder }: Rule, path: readonly string[]): boolean {
  const within = isFolder ? path.slice(0, -1) : path
  if (isAnchored) {
    // `docs/*` owns what lies directly in the folder, and nothing below.
    const isFlat = parts.at(-1) === '*' && !isFolder
    return (!isFlat || path.length === parts.length) && matchesFrom(parts, within)
  }
  return within.some((_, at) => matchesFrom(parts, within, at))
}

/** Reads CODEOWNERS in GitHub's syntax: the last rule that matches a file says who owns it. */
export function parseCodeowners(text: string): Owners {
  const rules = text
    .slice(0, MAX_CODEOWNERS)
    .split('\n')
    .flatMap((line) => ruleOf(line) ?? [])
    .slice(-MOST_RULES)
    .reverse()
  const known = new Map<string, string | null>()
  return (file) => {
    const before = known.get(file)
    if (before !== undefined || known.has(file)) return before ?? null
    const path = file.split('/')
    const owners = rules.find((rule) => matches(rule, path))?.owners ?? null
    if (known.size < 100_000) known.set(file, owners)
    return owners
  }
}

/** The owners of an import: by the file that it holds, else by what the project says. */
export async function ownersIn(sent: SentFile | undefined, ofProject: string | null): Promise<Owners> {
  if (sent && sent.file.size <= MAX_CODEOWNERS) return parseCodeowners(await readFile(sent.file.path, 'utf8'))
  return ofProject === null ? () => null : parseCodeowners(ofProject)
}
