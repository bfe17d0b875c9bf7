import { safeFileName } from '../../resources/attachments/attachments.rules.ts'

/** The file name that a Content-Disposition header names, in either spelling; undefined where it names none. */
export function parseDisposition(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const text = header.slice(0, 2000)
  const extended = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(text)?.[1]
  if (extended !== undefined) {
    try {
      return safeFileName(decodeURIComponent(extended.trim()))
    } catch {
      // The plain spelling may be right.
    }
  }
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(text)
  const name = plain?.[1] ?? plain?.[2]
  return name === undefined || name === '' ? undefined : safeFileName(name)
}
