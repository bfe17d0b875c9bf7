import { type Api, type AssayClient, AssayError, type ProjectClient, serverRoot } from '@assay/sdk'
import { CliError } from '../cli-error.ts'

/** Values of custom fields by wire key. */
export type CustomFields = Record<`---f-${number}`, string>

/** Where the results of one upload go. */
export interface UploadTarget {
  projectId: number
  projectName: string
  setId: number
  setName: string
  setCreated: boolean
  /** Author of tests to create; `null` lets the server decide (personal tokens). */
  authorId: number | null
  /** Custom-field values for every run. */
  runFields: CustomFields
  url: string
}

export interface TargetOptions {
  baseUrl: string
  /** Id or name. */
  project: string
  set: string
  /** `Name=value` pairs. */
  fields: string[]
  /** E-mail or id of the user who gets the tests that are created with an account token. Default: the first user. */
  author?: string | undefined
}

/** Finds project, fields, author and set; creates the set when there is none of that name. */
export async function openTarget(client: AssayClient, options: TargetOptions): Promise<UploadTarget> {
  const found = await findProject(client, options.project)
  const project = client.project(found.id)
  const fields = await findFields(project, options.fields)
  const authorId = await findAuthor(client, options.author)
  const attributes: Api.SetCreate = { name: options.set }
  if (Object.keys(fields.set).length > 0) attributes['custom-fields'] = fields.set
  if (authorId !== null) attributes['author-id'] = authorId

  const query = { 'find-or-create': true }
  const made = await project.call('createSet', { query, body: { data: { type: 'sets', attributes } } })
  const setId = Number(made.data.id)
  const created = createdIds(made.meta).has(setId)
  if (!created && attributes['custom-fields'] !== undefined) {
    const change: Api.SetUpdate = { 'custom-fields': fields.set }
    await project.call('updateSet', { path: { id: setId }, body: { data: { type: 'sets', attributes: change } } })
  }
  return {
    projectId: found.id,
    projectName: found.name,
    setId,
    setName: made.data.attributes.name,
    setCreated: created,
    authorId,
    runFields: fields.run,
    url: `${serverRoot(options.baseUrl)}/p/${found.id}/sets/${setId}`,
  }
}

/** Ids in the `meta.created` of a find-or-create answer. */
export function createdIds(meta: Record<string, unknown> | undefined): Set<number> {
  const ids = meta?.created
  return new Set(Array.isArray(ids) ? ids.map(Number) : [])
}

async function findProject(client: AssayClient, wanted: string): Promise<{ id: number; name: string }> {
  if (/^\d+$/.test(wanted)) {
    const found = await unlessMissing(client.call('showProject', { path: { id: wanted } }))
    if (found) return { id: Number(found.data.id), name: found.data.attributes.name }
  }
  const names: string[] = []
  for await (const project of client.list('listProjects')) {
    const { name } = project.attributes
    if (name.toLowerCase() === wanted.toLowerCase()) return { id: Number(project.id), name }
    names.push(`${name} (${project.id})`)
  }
  const known = names.length === 0 ? 'this token sees no project' : `known: ${names.slice(0, 20).join(', ')}`
  throw new CliError(`There is no project "${wanted}"; ${known}`)
}

async function unlessMissing<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request
  } catch (error) {
    if (error instanceof AssayError && error.status === 404) return null
    throw error
  }
}

async function findAuthor(client: AssayClient, wanted: string | undefined): Promise<number | null> {
  const me = await unlessMissing(client.call('showMe'))
  // A personal token records its owner; with an account token somebody has to be named.
  if (me?.data.attributes['token-kind'] === 'personal' && wanted === undefined) return null
  if (wanted !== undefined && /^\d+$/.test(wanted)) return Number(wanted)
  const query = wanted === undefined ? {} : { email: wanted }
  for await (const user of client.list('listUsers', { query })) return Number(user.id)
  if (wanted !== undefined) throw new CliError(`There is no user "${wanted}" for --author`)
  return null
}

async function findFields(project: ProjectClient, pairs: string[]) {
  const found: Record<'run' | 'set', CustomFields> = { run: {}, set: {} }
  if (pairs.length === 0) return found
  let fields: Api.CustomField[]
  try {
    fields = await project.list('listCustomFields').all()
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
    const where = entities.includes('run') ? 'run' : entities.includes('testset') ? 'set' : null
    if (!field || where === null) {
      const usable = fields.map(({ attributes }) => `${attributes.name} (${attributes.entities?.join(', ')})`)
      const problem = field
        ? `The custom field "${name}" is neither on runs nor on sets`
        : `There is no custom field "${name}"`
      throw new CliError(`${problem}; existing: ${usable.length > 0 ? usable.join(', ') : 'none'}`)
    }
    found[where][`---f-${Number(field.id)}`] = pair.slice(split + 1)
  }
  return found
}
