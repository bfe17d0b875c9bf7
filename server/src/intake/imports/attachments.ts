import { MAX_IMPORT_ENTRIES } from '../../core/limits.ts'
import { decodeBase64 } from '../../core/scalars.ts'
import type { Context } from '../../engine/route.ts'
import { contentTypeOf, safeFileName, type UploadedFile } from '../../resources/attachments/attachments.rules.ts'
import { type StoredFile, storeFiles } from '../../resources/attachments/attachments.store.ts'
import type { ReportedAttachment } from '../readers/model.ts'
import type { SentFile } from './unpack.ts'

/** Where files of an import are found by what reports call them. */
export interface AttachmentFinder {
  /** The file that a report means by a path; undefined when the import does not hold it. */
  find(path: string, report: string): SentFile | undefined
  /** Files that some report referred to. */
  used: ReadonlySet<string>
}

/** The parts of a path as a report spells it: `file://`, `%20`, backslashes, drives and dots do not count. */
export function pathParts(path: string): string[] {
  const plain = path.replace(/^file:\/\/\/?/, '/').replaceAll('\\', '/')
  let decoded = plain
  try {
    decoded = decodeURIComponent(plain)
  } catch {
    // A percent sign that is only one.
  }
  const parts: string[] = []
  for (const part of decoded.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.' && !/^[A-Za-z]:$/.test(part)) parts.push(part)
  }
  return parts
}

/** Finds files of an import by the longest end of a path that names one and no other. */
export function createFinder(files: readonly SentFile[]): AttachmentFinder {
  const byName = new Map<string, SentFile>()
  const byBase = new Map<string, SentFile[]>()
  for (const file of files.slice(0, MAX_IMPORT_ENTRIES)) {
    byName.set(file.name, file)
    const base = file.name.slice(file.name.lastIndexOf('/') + 1)
    const same = byBase.get(base)
    if (same) same.push(file)
    else byBase.set(base, [file])
  }
  const used = new Set<string>()
  const found = (file: SentFile | undefined) => {
    if (file) used.add(file.name)
    return file
  }
  return {
    used,
    find(path, report) {
      const parts = pathParts(path)
      const folder = report.split('/').slice(0, -1)
      const exact = byName.get(pathParts([...folder, path].join('/')).join('/')) ?? byName.get(parts.join('/'))
      if (exact) return found(exact)
      const candidates = byBase.get(parts.at(-1) ?? '') ?? []
      let best: { file: SentFile; length: number } | undefined
      let isDoubtful = false
      for (const file of candidates.slice(0, 1000)) {
        const length = commonEnd(file.name.split('/'), parts)
        if (best !== undefined && length === best.length) isDoubtful = true
        if (best === undefined || length > best.length) {
          best = { file, length }
          isDoubtful = false
        }
      }
      return isDoubtful ? undefined : found(best?.file)
    },
  }
}

function commonEnd(one: readonly string[], other: readonly string[]): number {
  let length = 0
  while (length < one.length && length < other.length && one.at(-1 - length) === other.at(-1 - length)) length++
  return length
}

/** An attachment that a report names and the import lacks. */
export interface WantedFile {
  path: string
  name: string
}

/** Puts attachments of cases into the store, each file of the import once. */
export function createAttachmentStore(
  context: Context,
  finder: AttachmentFinder,
  note: (text: string) => void,
): (
  attachments: readonly ReportedAttachment[],
  report: string,
) => Promise<{ files: StoredFile[]; wanted: WantedFile[] }> {
  const stored = new Map<string, Promise<StoredFile>>()
  const { maxBytes } = context.files
  const tooLarge = (name: string) => note(`${name} is larger than an attachment may be, and was not stored`)
  const store = async (file: UploadedFile): Promise<StoredFile> => {
    const [one] = await storeFiles(context, [file])
    return one as StoredFile
  }
  const fromImport = (sent: SentFile): Promise<StoredFile> => {
    const known = stored.get(sent.file.hash)
    if (known) return known
    const name = safeFileName(sent.name)
    const storing = store({ name, contentType: contentTypeOf(name), content: sent.file })
    stored.set(sent.file.hash, storing)
    return storing
  }
  return async (attachments, report) => {
    const files: StoredFile[] = []
    const wanted: WantedFile[] = []
    for (const { name: given, contentType, path, base64 } of attachments) {
      const name = safeFileName(given ?? (path === undefined ? 'attachment' : path.replaceAll('\\', '/')))
      const type =
        contentType !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : contentTypeOf(name)
      if (base64 !== undefined) {
        const content = decodeBase64(base64)
        if (content === undefined) note(`the attachment ${name} is no base64, and was not stored`)
        else if (content.length > maxBytes) tooLarge(name)
        else files.push(await store({ name, contentType: type, content }))
      } else if (path !== undefined) {
        const sent = finder.find(path, report)
        if (sent === undefined) wanted.push({ path, name })
        else if (sent.file.size > maxBytes) tooLarge(name)
        else files.push({ ...(await fromImport(sent)), name, contentType: type })
      }
    }
    return { files, wanted }
  }
}
