import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

// What `npm run check:floors` prints: imports of the server that go up a floor, or up the roles of a resource, circles of
// files, and packages and SQL where they have no place; and, outside of the server, imports of its source. Types count:
// what a file knows is what it cannot be read without.

/** The floors of server/src from top to bottom: a file imports from its own floor and from those below it. */
export const FLOORS = [
  'app',
  'operator',
  'openapi',
  'http',
  'intake',
  'resources',
  'people',
  'features',
  'engine',
  'auth',
  'db',
  'storage',
  'core',
] as const

/** Floors that one above them still has no business with: HTTP serves any routes, whatever their nouns. */
const CLOSED: Readonly<Record<string, readonly string[]>> = { http: ['intake', 'resources', 'people', 'features'] }

/** Packages, by the only floors that may import them. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  fastify: ['app', 'http'],
  kysely: ['operator', 'http', 'intake', 'resources', 'people', 'features', 'engine', 'auth', 'db'],
  pg: ['db'],
  'node:sqlite': ['operator', 'db', 'storage'],
}

/**
 * The roles of a resource's files, `<noun>.<role>.ts`, from bottom to top: in one folder a file imports its own role and
 * those below it. Files without a role may know any of them.
 */
const ROLES: Readonly<Record<string, number>> = { resource: 0, rules: 0, list: 1, store: 2, actions: 3, routes: 4 }

/** The floors whose files have roles. */
const OF_RESOURCES = ['resources', 'intake', 'people']

/** Roles that only their own folder knows, and the registry. */
const OWN = ['actions', 'routes']

/** Roles that are made of SQL; the rest of the resources asks them. */
const SQL = ['list', 'store']

/** Folders that know the server by the wire and by its commands, and nothing of its source. */
const OUTSIDE = ['bench', 'cli', 'e2e', 'scripts', 'sdk', 'test-support']

/** The only files there that know the source: each says why. */
const INSIDERS: Readonly<Record<string, string>> = {
  'bench/seed.ts': 'a million rows over the wire would take an hour',
  'cli/src/server-admin.ts': 'the commands of operators work on the database without a server',
  'scripts/build-cli.ts': 'the server builds the same bundle when it is asked for one',
  'scripts/check-contract.ts': 'names what the tests of the server tolerate',
  'scripts/check-docs.ts': 'holds documents against declarations and settings',
  'scripts/check-queries.ts': 'reads the statements that the tests of the server noted',
  'scripts/generate-openapi.ts': 'the document is derived from declarations',
  'scripts/self-hosting/check-monitoring.ts': 'holds files for operators against metrics',
  'scripts/self-hosting/check-settings.ts': 'holds files for operators against settings',
}

/** The text of every file, by its path below server/src (or below the root, for those outside), with `/`. */
export type Sources = ReadonlyMap<string, string>

const floorOf = (path: string) => path.split('/')[0] as string

/** What a file imports: paths below server/src, and names of packages. */
function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(/(?:^|\n)(?:(?:import|export)\b[^'"]*?from|import) '([^']+)'|\bimport\('([^']+)'\)/g)
  return [...found].map(([, one, two]) => {
    const name = (one ?? two) as string
    return name.startsWith('.') ? posix.join(dirname(path), name) : name
  })
}

function wrongFloor(from: string, to: string): string | undefined {
  // It stands below the house: nothing of the server is in it.
  if (from.endsWith('.test.ts') && to.startsWith('../../test-support/')) return undefined
  const [above, below] = [floorOf(from), floorOf(to)]
  const [upper, lower] = [FLOORS.indexOf(above as 'app'), FLOORS.indexOf(below as 'app')]
  if (upper === -1) return `${from} is on no floor`
  if (lower === -1) return `${from} imports ${to}, which is on no floor`
  if (upper > lower) return `${from} imports ${to}: ${below} is above ${above}`
  if (CLOSED[above]?.includes(below)) return `${from} imports ${to}: ${above} knows no ${below}`
  return undefined
}

const roleOf = (path: string) => /^[^.]+\.(\w+)\.ts$/.exec(posix.basename(path))?.[1] ?? ''

function wrongRole(from: string, to: string): string | undefined {
  if (!OF_RESOURCES.includes(floorOf(from)) || !OF_RESOURCES.includes(floorOf(to))) return undefined
  const [own, other] = [roleOf(from), roleOf(to)]
  if (dirname(from) !== dirname(to)) {
    const knows = from.endsWith('/registry.ts') || !OWN.includes(other)
    return knows ? undefined : `${from} imports ${to}: ${other} are known in their own folder only`
  }
  const goesUp = (ROLES[own] ?? Number.POSITIVE_INFINITY) < (ROLES[other] ?? 0)
  return goesUp ? `${from} imports ${to}: ${other} is above ${own}` : undefined
}

/** SQL in a file of the resources that is neither a list nor a store. */
function wrongSql(path: string, text: string): string | undefined {
  if (!OF_RESOURCES.includes(floorOf(path)) || SQL.includes(roleOf(path))) return undefined
  const asks = /from 'kysely'|\.db\b|\{ db\b|, db \}/.test(text)
  return asks ? `${path} asks the database itself: queries stand in a .store.ts or .list.ts` : undefined
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

/** Everything that is wrong with what these files know, one line each. */
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
      const isOurs = name.endsWith('.ts')
      const problem = isOurs ? (wrongFloor(path, name) ?? wrongRole(path, name)) : wrongPackage(path, name)
      if (problem) wrong.push(problem)
    }
    const sql = wrongSql(path, text)
    if (sql) wrong.push(sql)
  }
  return [...wrong, ...circlesOf(graph).map((circle) => `a circle: ${[...circle, circle[0]].join(' → ')}`)]
}

/** Whether an import leads into the server: to a file of its source, or to one that its package offers. */
const isOfServer = (name: string) => /^(?:server\/src|@assay\/server)(?:\/|$)/.test(name)

/** Everything that is wrong with the imports of files outside of the server, one line each. */
export function checkOutside(sources: Sources, insiders: Readonly<Record<string, string>> = INSIDERS): string[] {
  const known = new Map([...sources].map(([path, text]) => [path, importsOf(path, text).filter(isOfServer)]))
  const wrong = [...known].flatMap(([path, names]) =>
    path in insiders ? [] : names.map((name) => `${path} imports ${name}: use the wire or a command`),
  )
  const needless = Object.keys(insiders).filter((path) => !known.get(path)?.length)
  return [...wrong, ...needless.map((path) => `${path} imports nothing of the server: it needs no exception`)]
}

/** The TypeScript below a folder of the root, by path from `base`. */
function readSources(folder: string, base: string, isWanted: (path: string) => boolean = () => true): Sources {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  const paths = names.map((name) => posix.relative(base, posix.join(folder, name.split(sep).join('/'))))
  const wanted = paths.filter((path) => /\.ts$/.test(path) && !/(^|\/)node_modules\//.test(path) && isWanted(path))
  return new Map(wanted.map((path) => [path, readFileSync(join(root, base, path), 'utf8')]))
}

/** The server's own files; tests and what they need may import whatever they like, but for those of `core`. */
const isHeld = (path: string) => floorOf(path) === 'core' || (!path.endsWith('.test.ts') && floorOf(path) !== 'test')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const inside = readSources('server/src', 'server/src', isHeld)
  const outside = new Map(OUTSIDE.flatMap((folder) => [...readSources(folder, '')]))
  const wrong = [...checkFloors(inside).map((line) => `server/src: ${line}`), ...checkOutside(outside)]
  for (const line of wrong) console.error(line)
  console.log(
    `${inside.size} files on ${FLOORS.length} floors, ${outside.size} outside: ${wrong.length} things that have no place`,
  )
  process.exitCode = wrong.length === 0 ? 0 : 1
}
