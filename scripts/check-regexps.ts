import { globSync, readFileSync } from 'node:fs'
import { checkSync } from 'recheck'
import { parseAst } from 'rolldown/parseAst'

// Every regular expression of what we ship takes linear time on any text: an attacker may choose the text. Those made
// while the program runs cannot be checked, so each says `linear: why` in a comment beside it.

const SOURCES = ['server/src/**/*.ts', 'cli/src/**/*.ts', 'sdk/src/**/*.ts']
/** Not shipped, or seen by no text but our own: the guides are pages of this repository. */
const OURS_ALONE = /\.test\.ts$|\/src\/test\/|\/generated\/|\/openapi\/guides\.ts$/

interface Node {
  type: string
  start: number
  regex?: { pattern: string; flags: string }
  callee?: { type: string; name?: string }
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesOf(each)
  else if (typeof value === 'object' && value !== null) {
    if ('type' in value) yield value as Node
    for (const each of Object.values(value)) yield* nodesOf(each)
  }
}

/** What is wrong with a regular expression, or undefined. */
function faultOf({ pattern, flags }: { pattern: string; flags: string }): string | undefined {
  const result = checkSync(pattern, flags, { timeout: 20_000 })
  if (result.status === 'safe') return undefined
  if (result.status === 'unknown') return `it cannot be told whether it is linear (${result.error.kind})`
  return `${result.complexity.summary}, for instance on ${result.attack.pattern}`
}

const faults = new Map<string, string | undefined>()
const complaints: string[] = []
let count = 0
for (const file of SOURCES.flatMap((pattern) => globSync(pattern)).sort()) {
  if (OURS_ALONE.test(file)) continue
  const source = readFileSync(file, 'utf8')
  const lineOf = (offset: number) => source.slice(0, offset).split('\n').length
  const lines = source.split('\n')
  for (const node of nodesOf(parseAst(source, { lang: 'ts' }))) {
    const line = lineOf(node.start)
    if (node.regex) {
      count++
      const { pattern, flags } = node.regex
      const key = `/${pattern}/${flags}`
      if (!faults.has(key)) faults.set(key, faultOf(node.regex))
      const fault = faults.get(key)
      if (fault !== undefined) complaints.push(`${file}:${line}: ${key}: ${fault}`)
    } else if (node.callee?.type === 'Identifier' && node.callee.name === 'RegExp') {
      const near = lines.slice(Math.max(0, line - 2), line).join('\n')
      if (!near.includes('linear: ')) complaints.push(`${file}:${line}: RegExp(…) without a "linear: why" beside it`)
    }
  }
}
for (const complaint of complaints) console.error(complaint)
console.log(`${count} regular expressions, ${complaints.length} that may take more than linear time`)
if (complaints.length > 0) process.exit(1)
