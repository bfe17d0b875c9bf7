import type { IncomingMessage } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { apiError } from '../core/errors.ts'
import type { FileOnDisk } from '../storage/blob-store.ts'
import { createDecodedLimit } from '../storage/decoded-limit.ts'
import type { Spool } from '../storage/spool.ts'

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  zstd: createZstdDecompress,
}

/** Takes a body to disk as it arrives, without its Content-Encoding. Throws 413 over `most`, 400 for a broken one, 415. */
export async function spoolReport(
  payload: IncomingMessage,
  { spool, most }: { spool: Spool; most: number },
): Promise<FileOnDisk> {
  const encoding = (payload.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const decoder = DECODERS[encoding]
  if (decoder === undefined && encoding !== 'identity' && encoding !== '') {
    throw apiError('malformed_request', {
      title: `The Content-Encoding ${JSON.stringify(encoding.slice(0, 50))} is not understood; use gzip or zstd, or none`,
    })
  }
  let sent = 0
  const limit = createDecodedLimit({ most, sent: () => sent })
  async function* counted(): AsyncGenerator<Buffer> {
    // A body that is refused half-way must not take the connection with it: the answer goes out first.
    for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sent += chunk.length
      yield chunk
    }
  }
  const writer = await spool.start()
  const chunks = decoder ? decoded(counted(), decoder()) : counted()
  for await (const chunk of chunks) {
    limit.add(chunk.length)
    await writer.write(chunk)
  }
  return writer.end()
}

async function* decoded(chunks: AsyncIterable<Buffer>, decoder: NodeJS.ReadWriteStream): AsyncGenerator<Buffer> {
  const source = Readable.from(chunks)
  let cutOff: Error | undefined
  source.on('error', (error) => {
    cutOff = error
  })
  pipeline(source, decoder, () => {})
  try {
    yield* decoder as unknown as AsyncIterable<Buffer>
  } catch (error) {
    if (cutOff) throw cutOff
    if (!String((error as { code?: string }).code).match(/^(Z_|ERR_|ZSTD_)/)) throw error
    throw apiError('malformed_body', { title: 'The body is not what its Content-Encoding says: it cannot be unpacked' })
  }
}
