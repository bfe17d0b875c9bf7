import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '../server/src/app/config.ts'
import { RESOURCES, ROUTES } from '../server/src/app/registry.ts'
import { createDocuments } from '../server/src/openapi/documents.ts'
import { KITTEN_ROUTES } from '../server/src/resources/kittens/kittens.routes.ts'
import { findBrokenLinks } from './check-links.ts'
import { findSelfHostingProblems } from './self-hosting/find-problems.ts'

// `npm run docs:check`: no link of the documentation is dead, every endpoint of the contract is in the reference with
// samples in every language, the README names every setting with its default, and the files of docs/self-hosting name
// only metrics, settings and parts that there are.

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Operation {
  'x-codeSamples'?: { label: string; source: string }[]
}

/** Endpoints that the reference does not show, or not in every language. */
function findGaps(): string[] {
  const text = createDocuments({
    resources: RESOURCES,
    routes: [...ROUTES, ...KITTEN_ROUTES],
    settings: SETTINGS,
  }).withGuides()
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> }
  const languages = ['Shell', 'Ruby', 'Python', 'JavaScript', 'Java', 'C#']
  const endpoints = read('docs/endpoints.tsv').trim().split('\n').slice(1)
  return endpoints.flatMap((line) => {
    const [method = '', path = ''] = line.split('\t')
    const operation = paths[path.replaceAll(/:([a-z_]+)/g, '{$1}')]?.[method.toLowerCase()]
    if (operation === undefined) return [`docs/endpoints.tsv: ${method} ${path} is not in the reference`]
    const shown = (operation['x-codeSamples'] ?? []).filter(({ source }) => source.trim() !== '')
    const missing = languages.filter((language) => !shown.some(({ label }) => label === language))
    return missing.length === 0 ? [] : [`docs/endpoints.tsv: ${method} ${path} has no sample in ${missing.join(', ')}`]
  })
}

/** Settings that the README does not show with their default. */
function findUnnamedSettings(): string[] {
  const readme = read('README.md')
  const rows = new Map(
    [...readme.matchAll(/^\| `([A-Z0-9_]+)` *\| (.*?) *\|/gm)].map(([, name, value]) => [name, value]),
  )
  return SETTINGS.flatMap(({ name, fallback }) => {
    const wanted = fallback === undefined ? 'unset' : `\`${fallback}\``
    return rows.get(name) === wanted ? [] : [`README.md: the table of settings lacks ${name} with default ${wanted}`]
  })
}

const problems = [...findBrokenLinks(root), ...findGaps(), ...findUnnamedSettings(), ...findSelfHostingProblems(root)]
for (const line of problems) console.error(line)
if (problems.length > 0) process.exitCode = 1
else {
  console.log(
    'All links lead somewhere, every endpoint has its samples, every setting is in the README, and the files for operators are sound.',
  )
}
