import { existsSync, readdirSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'

/** The patterns of a .dockerignore in their order; one that begins with `!` takes files in again. */
export function readIgnored(text: string): { pattern: string; ignores: boolean }[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ pattern: line.replace('!', ''), ignores: !line.startsWith('!') }))
}

/** A path and the folders that it is in. */
const withParents = (path: string) => path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))

/** Whether a file of the checkout gets into the image: the last pattern that fits it or a folder of it decides. */
export function isInImage(path: string, ignored: ReturnType<typeof readIgnored>): boolean {
  const paths = withParents(path)
  return !ignored.findLast(({ pattern }) => paths.some((each) => matchesGlob(each, pattern)))?.ignores
}

/** What a build is never asked about: too many files to look at, and none of ours. */
const SKIPPED = new Set(['node_modules', '.git'])

/** The files of the checkout, as paths from its root. */
export function listFiles(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (SKIPPED.has(entry.name)) return []
    return entry.isDirectory() ? listFiles(root, path) : [path]
  })
}

/** Files that the server reads, the command line is built of, or npm asks for. */
const NEEDED = [
  'package.json',
  'package-lock.json',
  'server/package.json',
  'server/bin/start.js',
  'server/src/app/main.ts',
  'server/src/openapi/examples.json',
  'cli/package.json',
  'cli/bin/assay.js',
  'cli/src/standalone.ts',
  'sdk/package.json',
  'sdk/src/index.ts',
  'e2e/package.json',
  'scripts/build-cli.ts',
  'docs/README.md',
  'docs/runbooks.md',
  'LICENSE',
]

/** What must stay out: it serves nobody there, or holds data. */
const UNWANTED: { what: string; pattern: RegExp }[] = [
  { what: 'a test', pattern: /\.test(-d)?\.ts$|^(server|cli)\/src\/test\// },
  { what: 'a program that drives the tests', pattern: /^(e2e|bench|test-support|\.ci)\/(?!package\.json$)/ },
  { what: 'data', pattern: /^(data|reports)\// },
  { what: 'a built file, which is built anew', pattern: /^cli\/dist\// },
]

/** What is wrong with what gets into the image. */
export function findWrongImage(files: readonly string[], ignoreText: string): string[] {
  const ignored = readIgnored(ignoreText)
  const inside = new Set(files.filter((path) => isInImage(path, ignored)))
  const missing = NEEDED.filter((path) => !inside.has(path)).map((path) => `the image lacks ${path}`)
  const unwanted = [...inside].flatMap((path) => {
    const found = UNWANTED.find(({ pattern }) => pattern.test(path))
    return found ? [`the image holds ${path}: ${found.what}`] : []
  })
  return [...missing, ...unwanted]
}

/** What a Dockerfile copies out of the checkout, or starts, and is not there. */
export function findMissingSources(dockerfile: string, root: string): string[] {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, line = '']) =>
    line.trim().split(/ +/).slice(0, -1),
  )
  const started = [...dockerfile.matchAll(/"([^"]+\.js)"/g)].map(([, path = '']) => path)
  return [...copied, ...started].filter((path) => !existsSync(join(root, path))).map((path) => `there is no ${path}`)
}
