import type { Tx } from '../../db/handle.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { hashOf, type UploadedFile } from './attachments.rules.ts'
import { type StoredFile, storeFiles } from './attachments.store.ts'

const keyOf = (file: UploadedFile) => `${file.name} ${hashOf(file)}`

/** Thrown inside a transaction that made texts which do not fit, before their files are stored. */
class TextsMissing extends Error {
  readonly files: UploadedFile[]

  constructor(files: UploadedFile[]) {
    super('texts must be stored as files first')
    this.files = files
  }
}

/** The files of texts that a transaction made. */
export interface TextFiles {
  /** Those that are stored already; the others make the transaction start again, once it has made all its texts. */
  take(files: readonly UploadedFile[]): StoredFile[]
  /** Ends the transaction when files were missing. */
  requireAll(): void
}

/**
 * Runs a writing request whose transaction may make texts too long to be stored in it. Bytes are stored before a
 * transaction opens, so that one that needs them is rolled back and, once they are there, runs again.
 */
export async function writeWithTexts(
  context: Context,
  job: (tx: Tx, texts: TextFiles) => Promise<Answer>,
  options: Parameters<Context['write']>[1],
): Promise<Answer> {
  const stored = new Map<string, StoredFile>()
  for (;;) {
    try {
      return await context.write((tx) => {
        const missing: UploadedFile[] = []
        const texts: TextFiles = {
          take: (files) =>
            files.flatMap((file) => {
              const found = stored.get(keyOf(file))
              if (found === undefined) missing.push(file)
              return found ?? []
            }),
          requireAll() {
            if (missing.length > 0) throw new TextsMissing(missing)
          },
        }
        return job(tx, texts)
      }, options)
    } catch (error) {
      if (!(error instanceof TextsMissing)) throw error
      const files = await storeFiles(context, error.files)
      for (const [index, file] of error.files.entries()) stored.set(keyOf(file), files[index] as StoredFile)
    }
  }
}
