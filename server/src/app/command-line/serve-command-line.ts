import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { apiError } from '../../core/errors.ts'
import { asset, sendAsset } from '../../http/assets.ts'
import { BUILT, digestSources, prefixOf } from './bundle.ts'

const BUILDER = fileURLToPath(new URL('../../../../scripts/build-cli.ts', import.meta.url))
/** Milliseconds after which a build is stuck. */
const PATIENCE = 60_000

/** What `npm run build:cli` left, when it was made of the sources of this server. */
async function readBuilt(): Promise<string | undefined> {
  const text = await readFile(BUILT, 'utf8').catch(() => undefined)
  return text?.startsWith(`${prefixOf(digestSources())}\n`) ? text : undefined
}

/** Made now, in a process of its own: a bundler would stay in the memory of the server. Rejects without one. */
async function buildNow(): Promise<string> {
  const args = ['--disable-warning=ExperimentalWarning', BUILDER, '-']
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: PATIENCE,
    maxBuffer: 16 * 1024 * 1024,
  })
  return stdout
}

const readCommandLine = async () => (await readBuilt()) ?? (await buildNow())

/**
 * `GET /cli/assay.mjs`: the command line for uploads as one file, of the version of this server. Built when it is first
 * asked for, unless it was built before; whether it is there is decided once.
 */
export function serveCommandLine(app: FastifyInstance, read: () => Promise<string> = readCommandLine): void {
  const get = asset('text/javascript', read)
  let failed = false
  app.get('/cli/assay.mjs', async (request, reply) => {
    const found = failed
      ? undefined
      : await get().catch((error: unknown) => {
          failed = true
          request.log.warn({ err: error }, 'the command line is not offered: it could not be built')
        })
    if (found) return sendAsset(request, reply, found)
    const title =
      'The command line was not built on this server: run "npm run build:cli" where Assay is installed, then start it again'
    throw apiError('not_found', { title })
  })
}
