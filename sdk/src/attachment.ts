/** A file as the API takes it, beside the attributes of a run, a step-run or `createAttachments`. */
export interface FileObject {
  filename: string
  /** The bytes as base64. */
  content_encoded: string
}

// A multiple of three, so that the parts join without padding; small enough to be arguments of one call.
const PART = 3 * 8192

/** Bytes as base64. `btoa` is what Node, Bun and every browser have. */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += PART) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + PART)))
  }
  return text
}

/**
 * A file to send. Text is sent as UTF-8; a `File` of a browser's form is a `Blob`.
 *
 * @example
 * files: { data: [await attachment('run.log', 'all went well')] }
 */
export async function attachment(filename: string, content: string | Uint8Array | Blob): Promise<FileObject> {
  if (typeof content === 'string') return { filename, content_encoded: toBase64(new TextEncoder().encode(content)) }
  const bytes = content instanceof Uint8Array ? content : new Uint8Array(await content.arrayBuffer())
  return { filename, content_encoded: toBase64(bytes) }
}
