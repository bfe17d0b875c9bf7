import { type Api, AssayError, type ProjectClient } from '@assay/sdk'
import { type AttachmentRoot, encodeAttachment, findAttachment } from './attachments.ts'
import type { FoundFile, NotSent } from './find-files.ts'

export interface SentAttachments {
  /** Files of runs that came of it. */
  attached: number
  notSent: NotSent[]
}

/** What one request holds at most, and of how many folders of reports a file may be looked for in. */
const MOST = { files: 100, bytes: 16 * 1024 * 1024, directories: 200, wanted: 1000 }
const TOO_MANY = 'a receipt names the first 1,000 that are missing'

type WantedFile = Api.Import['attributes']['wanted-files'][number]
type Encoded = { path: string; content_encoded: string }

/**
 * Sends the files that reports of an import name and its body lacked. Only what lies under the root is sent, links
 * resolved; the rest is named: a report must not be able to name the secrets of the machine.
 */
export async function sendWantedFiles(
  project: ProjectClient,
  o: { importId: string; wanted: readonly WantedFile[]; files: readonly FoundFile[]; root: AttachmentRoot },
): Promise<SentAttachments> {
  const sent: SentAttachments = { attached: 0, notSent: [] }
  const reportDirectories = [...new Set(o.files.map(({ directory }) => directory))].slice(0, MOST.directories)
  const tried = new Set<string>()
  let batch: Encoded[] = []
  let bytes = 0

  async function flush(): Promise<void> {
    if (batch.length === 0) return
    const body = { data: { attributes: { files: batch } } }
    const { data } = await project.call('addImportFiles', { path: { id: o.importId }, body })
    sent.attached += data.attached
    for (const name of data.unwanted) sent.notSent.push({ name, reason: 'no run wants it any more' })
    batch = []
    bytes = 0
  }

  // A receipt names so many files at most: what came is not in the next one.
  for (let wanted = o.wanted; ; ) {
    const paths = [...new Set(wanted.map(({ path }) => path))].filter((path) => !tried.has(path))
    if (paths.length === 0) {
      if (wanted.length >= MOST.wanted) sent.notSent.push({ name: 'further files', reason: TOO_MANY })
      return sent
    }
    for (const path of paths) {
      tried.add(path)
      const found = await findAttachment(path, { reportDirectories, root: o.root })
      const encoded = 'missing' in found ? found : await encodeAttachment(found, o.root)
      if ('missing' in encoded) {
        sent.notSent.push({ name: path, reason: encoded.missing })
        continue
      }
      const size = encoded.content_encoded.length
      if (batch.length >= MOST.files || bytes + size > MOST.bytes) await flush()
      batch.push({ path, content_encoded: encoded.content_encoded })
      bytes += size
    }
    await flush()
    if (wanted.length < MOST.wanted) return sent
    wanted = await stillWanted(project, o.importId)
  }
}

/** What an import wants now; nothing where this token may store and not look. */
async function stillWanted(project: ProjectClient, id: string): Promise<readonly WantedFile[]> {
  try {
    const { data } = await project.call('showImport', { path: { id } })
    return data.attributes['wanted-files']
  } catch (error) {
    if (error instanceof AssayError && error.status === 403) return []
    throw error
  }
}
