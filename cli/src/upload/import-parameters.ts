import { readFileSync, statSync } from 'node:fs'
import { type Api, type AssayClient, AssayError } from '@assay/sdk'
import { type Command, Option } from 'commander'
import type { Env } from '../ci/ci-parameters.ts'
import { detectCi } from '../ci/detect-ci.ts'
import { CliError } from '../cli-error.ts'
import { nameValue, notBlank, positiveInteger, timeZone } from '../option-values.ts'

/** Parameters of an import by name, as they go into the query. */
export type Parameters = Record<string, string>

/** What a person gave as options, by the names that commander makes of them. */
export type Given = Record<string, unknown>

interface ParameterOption {
  /** The parameter. */
  name: string
  flags: string
  about: string
  read?: (text: string) => unknown
  choices?: readonly string[]
  /** Taken from the variables of the CI unless it is given. */
  fromCi?: boolean
}

const OPTIONS: readonly ParameterOption[] = [
  { name: 'set-id', flags: '--set-id <id>', about: 'the same by id', read: positiveInteger },
  { name: 'format', flags: '--format <name>', about: 'how to read the files (default: what they look like)' },
  { name: 'filename', flags: '--filename <name>', about: 'name of the report where it is one file' },
  {
    name: 'namespace',
    flags: '--namespace <name>',
    about: 'keeps tests of one name in two projects of a repository apart',
  },
  { name: 'build-key', flags: '--build-key <key>', about: 'everything under one key is one build', fromCi: true },
  { name: 'build-name', flags: '--build-name <name>', about: 'name of the build for people', fromCi: true },
  { name: 'build-url', flags: '--build-url <address>', about: 'page of the build', fromCi: true },
  { name: 'pipeline', flags: '--pipeline <name>', about: 'what runs again and again (default: the set)', fromCi: true },
  { name: 'branch', flags: '--branch <name>', about: 'branch that was tested', fromCi: true },
  { name: 'commit', flags: '--commit <id>', about: 'commit that was tested', fromCi: true },
  { name: 'base-commit', flags: '--base-commit <id>', about: 'commit that the change started from', fromCi: true },
  { name: 'pull-request', flags: '--pull-request <number>', about: 'pull or merge request', fromCi: true },
  { name: 'variant', flags: '--variant <name>', about: 'environment of the tests, such as linux/firefox' },
  { name: 'environment', flags: '--environment <pairs>', about: 'the same in parts: os=linux,browser=firefox' },
  { name: 'variant-by', flags: '--variant-by <names>', about: 'which parts, or properties of cases, make the variant' },
  {
    name: 'shard',
    flags: '--shard <k/n|name>',
    about: 'which part of the tests this is (in a CI: the job)',
    fromCi: true,
  },
  { name: 'attempt', flags: '--attempt <n>', about: 'attempt of the job, from 1', read: positiveInteger, fromCi: true },
  { name: 'scope', flags: '--scope <scope>', about: 'whether all tests were to run', choices: ['full', 'partial'] },
  { name: 'tester-id', flags: '--tester-id <id>', about: 'who ran the tests', read: positiveInteger },
  { name: 'author-id', flags: '--author-id <id>', about: 'author of tests that are made', read: positiveInteger },
  { name: 'version', flags: '--version <text>', about: 'version of the runs' },
  { name: 'folder-id', flags: '--folder-id <id>', about: 'folder of tests that are made', read: positiveInteger },
  {
    name: 'skipped',
    flags: '--skipped <how>',
    about: 'what a skipped case becomes: no run, or one with NO RUN',
    choices: ['none', 'no-run'],
  },
  {
    name: 'repeats',
    flags: '--repeats <rule>',
    about: 'which of several equal cases is the verdict',
    choices: ['worst', 'last'],
  },
  { name: 'timezone', flags: '--timezone <zone>', about: 'zone of times without one (default: UTC)', read: timeZone },
  {
    name: 'identity-property',
    flags: '--identity-property <name>',
    about: 'property of cases that holds the number of the test',
  },
]

/** What options were called before there were imports, and are still understood by `upload junit`. */
const FORMER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  skipped: { instance: 'none' },
  repeats: { fail: 'worst', retry: 'last' },
}

const memberName = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Adds an option for every parameter of an import. Defaults are the server's. */
export function addParameterOptions(command: Command, o: { former: boolean }): Command {
  command.option('--set <name>', 'test set; made when there is none of this name', notBlank)
  for (const { name, flags, about, read, choices, fromCi } of OPTIONS) {
    const option = new Option(flags, fromCi ? `${about} *` : about)
    if (choices) option.choices([...choices, ...(o.former ? Object.keys(FORMER[name] ?? {}) : [])])
    if (read) option.argParser(read)
    command.addOption(option)
  }
  return command
    .option('--field <name=value>', 'custom field of runs, of the set or of made tests (repeatable)', nameValue)
    .option('--author <email|id>', 'the same as --author-id, also by e-mail', notBlank)
    .option('--no-create-tests', 'refuse cases of tests that are not there yet')
    .option('--dry-run', 'read and match, store nothing')
}

/** The text of a small file that a variable of a CI names. */
export function readFile(path: string | undefined): string | undefined {
  try {
    return path === undefined || statSync(path).size > 10_000_000 ? undefined : readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

export interface FoundParameters {
  /** The CI system whose variables were read. */
  ci: string | null
  parameters: Parameters
  /** Those that come from the CI. */
  fromCi: string[]
}

/** The parameters that options give, and for the rest what the CI says. An option that is empty gives none. */
export function findParameters(given: Given, env: Env): FoundParameters {
  const ci = detectCi(env, readFile)
  const own: Parameters = {}
  if (given.set !== undefined) own['set-name'] = String(given.set)
  for (const { name } of OPTIONS) {
    const value = given[memberName(name)]
    if (value === undefined) continue
    const text = String(value)
    own[name] = FORMER[name]?.[text] ?? text
  }
  if (given.createTests === false) own['create-tests'] = 'false'
  if (given.dryRun === true) own['dry-run'] = 'true'
  const all = { ...ci?.parameters, ...own }
  const parameters = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
  const fromCi = Object.keys(ci?.parameters ?? {}).filter((name) => own[name] === undefined)
  return { ci: ci?.name ?? null, parameters, fromCi }
}

/** The parameters that only the server can say: ids of custom fields by their names, of an author by e-mail. */
export async function askParameters(client: AssayClient, projectId: number, given: Given): Promise<Parameters> {
  return {
    ...(await findFields(client, projectId, (given.field as string[] | undefined) ?? [])),
    ...(await findAuthor(client, given.author as string | undefined)),
  }
}

async function findAuthor(client: AssayClient, wanted: string | undefined): Promise<Parameters> {
  if (wanted === undefined) return {}
  if (/^\d+$/.test(wanted)) return { 'author-id': wanted }
  for await (const user of client.list('listUsers', { query: { email: wanted } })) return { 'author-id': user.id }
  throw new CliError(`There is no user "${wanted}" for --author`)
}

async function findFields(client: AssayClient, projectId: number, pairs: string[]): Promise<Parameters> {
  const found: Parameters = {}
  if (pairs.length === 0) return found
  let fields: Api.CustomField[]
  try {
    fields = await client.project(projectId).list('listCustomFields').all()
  } catch (error) {
    if (!(error instanceof AssayError) || error.status !== 403) throw error
    throw new CliError(
      '--field needs to read the custom fields of the project, and this token may not: it lacks the permission "Customization"',
    )
  }
  for (const pair of pairs) {
    const split = pair.indexOf('=')
    const name = pair.slice(0, split).trim()
    const field = fields.find(({ attributes }) => attributes.name.toLowerCase() === name.toLowerCase())
    const entities = (field?.attributes.entities ?? []).map((entity) => entity.toLowerCase())
    if (!field || !entities.some((entity) => ['run', 'testset', 'test'].includes(entity))) {
      const usable = fields.map(({ attributes }) => `${attributes.name} (${attributes.entities?.join(', ')})`)
      const problem = field
        ? `The custom field "${name}" is neither on runs nor on sets or tests`
        : `There is no custom field "${name}"`
      throw new CliError(`${problem}; existing: ${usable.length > 0 ? usable.join(', ') : 'none'}`)
    }
    found[`---f-${Number(field.id)}`] = pair.slice(split + 1)
  }
  return found
}
