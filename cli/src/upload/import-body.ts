import { open } from 'node:fs/promises'
import { Readable, type Transform } from 'node:stream'
import zlib from 'node:zlib'
import { randomKey } from '@assay/sdk'
import { CliError } from '../cli-error.ts'
import type { FoundFile } from './find-files.ts'

/** The body of an import, which can be sent again. */
export interface ImportBody {
  headers: Record<string, string>
  /** Bytes of its files. */
  size: number
  /** Opens it anew; every byte of a file that goes into it is told. */
  open: (onBytes: (bytes: number) => void) => Readable
}

/** What is in a file that is compressed already: zip, gzip, zstd, PNG. */
const COMPRESSED: readonly (readonly number[])[] = [
  [0x50, 0x4b, 3, 4],
  [0x1f, 0x8b],
  [0x28, 0xb5, 0x2f, 0xfd],
  [0x89, 0x50, 0x4e, 0x47],
]

/** Files below this are sent as they are: to compress them takes longer than to send them. */
const WORTH_IT = 4096

type Encoding = 'zstd' | 'gzip' | 'identity'

/** What this Node can do best: zstd came with Node 22.15. */
const BEST: Encoding = typeof zlib.createZstdCompress === 'function' ? 'zstd' : 'gzip'

function encoderOf(encoding: Encoding): Transform | undefined {
  if (encoding === 'zstd') return zlib.createZstdCompress()
  return encoding === 'gzip' ? zlib.createGzip({ level: 4 }) : undefined
}

/** Exactly as many bytes of a file as it had when it was found: a body that is sent again must be the same. */
async function* bytesOf({ path, name, size }: FoundFile, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const handle = await open(path)
  let left = size
  try {
    const stream = handle.createReadStream({ autoClose: false, highWaterMark: 64 * 1024 })
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const part = chunk.length > left ? chunk.subarray(0, left) : chunk
      left -= part.length
      onBytes(part.length)
      yield part
      if (left === 0) break
    }
  } finally {
    await handle.close()
  }
  if (left > 0) throw new CliError(`${name} became shorter while it was sent: upload when the tests have ended`)
}

/** A name as the header of a part holds it. */
const quoted = (name: string) => name.replace(/[\r\n\0]/g, '_').replace(/["\\]/g, '\\$&')

async function* formOf(
  files: readonly FoundFile[],
  boundary: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (const file of files) {
    yield Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${quoted(file.name)}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
    )
    yield* bytesOf(file, onBytes)
    yield Buffer.from('\r\n')
  }
  yield Buffer.from(`--${boundary}--\r\n`)
}

async function isCompressed(file: FoundFile): Promise<boolean> {
  const handle = await open(file.path)
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return COMPRESSED.some((magic) => magic.every((byte, index) => buffer[index] === byte))
  } finally {
    await handle.close()
  }
}

/**
 * The body of an import: one file as it is, several as a form whose parts follow each other as they are read. Nothing is
 * held but what is on its way.
 */
export async function createBody(files: readonly FoundFile[], o: { plain: boolean }): Promise<ImportBody> {
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const [only] = files as [FoundFile]
  const isOne = files.length === 1
  const isWorthIt = size >= WORTH_IT && !(isOne && (await isCompressed(only)))
  const encoding: Encoding = o.plain || !isWorthIt ? 'identity' : BEST
  const boundary = `assay-${randomKey()}`
  return {
    size,
    headers: {
      'content-type': isOne ? 'application/octet-stream' : `multipart/form-data; boundary=${boundary}`,
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    },
    open(onBytes) {
      const plain = Readable.from(isOne ? bytesOf(only, onBytes) : formOf(files, boundary, onBytes), {
        objectMode: false,
      })
      const encoder = encoderOf(encoding)
      if (encoder === undefined) return plain
      plain.once('error', (error) => encoder.destroy(error))
      encoder.once('close', () => plain.destroy())
      return plain.pipe(encoder)
    },
  }
}
