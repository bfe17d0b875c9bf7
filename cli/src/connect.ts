import { type AssayClient, AssayError, type ClientOptions, createClient } from '@assay/sdk'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'

/** The server that a command speaks to. */
export interface Server {
  baseUrl: string
  token: string
  client: AssayClient
}

/** The server that `--url` or ASSAY_URL names, with the token in ASSAY_TOKEN. */
export function connect(context: Context, url: string | undefined, options: Partial<ClientOptions> = {}): Server {
  const baseUrl = url ?? context.env.ASSAY_URL
  const token = context.env.ASSAY_TOKEN
  if (!baseUrl) throw new CliError('Set ASSAY_URL, or give --url, to say where the server is')
  if (!URL.canParse(baseUrl) || !/^https?:/i.test(baseUrl)) throw new CliError(`"${baseUrl}" is not an http(s) address`)
  if (!token) throw new CliError('Set ASSAY_TOKEN to a token of the server ("assay token create" makes one)')
  return { baseUrl, token, client: createClient({ baseUrl, token, signal: context.signal, ...options }) }
}

/** Finds a project by id or name. */
export async function findProject(client: AssayClient, wanted: string): Promise<{ id: number; name: string }> {
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
