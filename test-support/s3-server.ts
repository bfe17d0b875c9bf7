import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface S3rver {
  run(): Promise<{ port: number }>
  close(): Promise<void>
}
interface Settings {
  address: string
  port: number
  silent: boolean
  directory: string
  allowMismatchedSignatures: boolean
  configureBuckets: { name: string }[]
}

/** The package brings no types. */
const Server = createRequire(import.meta.url)('@20minutes/s3rver') as new (settings: Settings) => S3rver

/**
 * Starts an S3-compatible server with one bucket in a folder of its own. `strict`: it checks signatures, which it gets
 * wrong for lists: it leaves out the slash that ends their path.
 */
export async function startS3(strict = false) {
  const directory = mkdtempSync(join(tmpdir(), 'assay-s3-'))
  const server = new Server({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    allowMismatchedSignatures: !strict,
    configureBuckets: [{ name: 'assay' }],
  })
  const { port } = await server.run()
  return {
    options: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      bucket: 'assay',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
      prefix: 'files/',
      pathStyle: true,
    },
    directory,
    async close() {
      await server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
