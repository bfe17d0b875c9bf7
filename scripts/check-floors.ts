import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

// What `npm run check:floors` prints: imports of the server that go up a floor, circles of files, and packages where
// they have no place. Types count: what a file knows is what it cannot be read without.

/** The floors of server/src from top to bottom: a file imports from its own floor and from those below it. */
export const FLOORS = [
  'app',
  'operator',
  'openapi',
  'http',
  'intake',
  'resources',
  'features',
  'engine',
  'auth',
  'db',
  'storage',
  'core',
] as const

/** Floors that one above them still has no business with: HTTP serves any routes, whatever their nouns. */
const CLOSED: Readonly<Record<string, readonly string[]>> = { http: ['resources', 'features'] }

/** Packages, by the only floors that may import them. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  fastify: ['app', 'http'],
  kysely: ['operator', 'http', 'resources', 'features', 'engine', 'auth', 'db'],
  pg: ['db'],
  'node:sqlite': ['operator', 'db', 'storage'],
}

/** The text of every file, by its path below server/src, with `/`. */
export type Sources = ReadonlyMap<string, string>

const floorOf = (path: string) => path.split('/')[0] as string

/** What a file imports: paths below server/src, and names of packages. */
function importsOf(path: string, text: string): string[] {
  const found = [...text.matchAll(/(?:^|\n)(?:import|export)\b[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)/g)]
  return found.map(([, one, two]) => {
    const name = (one ?? two) as string
    return name.startsWith('.') ? posix.join(dirname(path), name) : name
  })
}

function wrongFloor(from: string, to: string): string | undefined {
  const [above, below] = [floorOf(from), floorOf(to)]
  const [upper, lower] = [FLOORS.indexOf(above as 'app'), FLOORS.indexOf(below as 'app')]
  if (upper === -1) return `${from} is on no floor`
  if (lower === -1) return `${from} imports ${to}, which is on no floor`
  if (upper > lower) return `${from} imports ${to}: ${below} is above ${above}`
  if (CLOSED[above]?.includes(below)) return `${from} imports ${to}: ${above} knows no ${below}`
  return undefined
}

function wrongPackage(from: string, name: string): string | undefined {
  const allowed = PACKAGES[name]
  return allowed === undefined || allowed.includes(floorOf(from)) ? undefined : `${from} imports ${name}`
}

/** The circles among files: each as the files on it, in the order in which they import each other. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const done = new Set<string>()
  const way: string[] = []
  const walk = (path: string) => {
    const at = way.indexOf(path)
    if (at !== -1) circles.push(way.slice(at))
    if (at !== -1 || done.has(path)) return
    way.push(path)
    for (const next of graph.get(path) ?? []) walk(next)
    way.pop()
    done.add(path)
  }
  for (const path of graph.keys()) walk(path)
  return circles
}

/** Everything that is wrong with the imports of these files, one line each. */
export function checkFloors(sources: Sources): string[] {
  const graph = new Map<string, readonly string[]>()
  const wrong: string[] = []
  for (const [path, text] of sources) {
    const imports = importsOf(path, text)
    graph.set(
      path,
      imports.filter((name) => sources.has(name)),
    )
    for (const name of imports) {
      const problem = name.endsWith('.ts') ? wrongFloor(path, name) : wrongPackage(path, name)
      if (problem) wrong.push(problem)
    }
  }
  return [...wrong, ...circlesOf(graph).map((circle) => `a circle: ${[...circle, circle[0]].join(' → ')}`)]
}

/** The server's own files; tests and what they need may import whatever they like. */
function readSources(root: string): Sources {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => path.split(sep).join('/'))
  const own = paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && floorOf(path) !== 'test')
  return new Map(own.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../server/src', import.meta.url))
  const sources = readSources(root)
  const wrong = checkFloors(sources)
  for (const line of wrong) console.error(`${relative(process.cwd(), root)}: ${line}`)
  console.log(`${sources.size} files on ${FLOORS.length} floors, ${wrong.length} imports that have no place`)
  process.exitCode = wrong.length === 0 ? 0 : 1
}
