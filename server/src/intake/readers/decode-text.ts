const DECLARED_ENCODING = /\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/

/** The encoding that an XML declaration at the start of a text names, in small letters. */
function declaredEncoding(text: string): string | undefined {
  if (!text.startsWith('<?xml')) return undefined
  return DECLARED_ENCODING.exec(text.slice(0, text.indexOf('>') + 1))?.[1]?.toLowerCase()
}

/** The encoding that the first bytes of an XML file show: byte-order mark, else pattern of zero bytes, else declaration, else UTF-8. */
export function sniffEncoding(head: Uint8Array): string {
  const [a, b] = head
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a === 0xef && b === 0xbb) return 'utf-8'
  if (a === 0x3c && b === 0) return 'utf-16le'
  if (a === 0 && b === 0x3c) return 'utf-16be'
  const declared = declaredEncoding(Buffer.from(head).toString('latin1').trimStart())
  // .NET declares utf-16 for what was a string in memory and then writes it as UTF-8: the bytes are right.
  if (declared === undefined || /^(utf-?16|ucs-?2|iso-10646)/.test(declared)) return 'utf-8'
  return declared
}

type Decoder = InstanceType<typeof TextDecoder>

function decoderFor(encoding: string): Decoder {
  try {
    return new TextDecoder(encoding)
  } catch {
    throw new Error(`unknown encoding ${encoding}`)
  }
}

/** Turns the bytes of an XML file into text, chunk by chunk, in the encoding the file itself names. */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let head: Uint8Array | null = new Uint8Array()
  let decoder: Decoder | null = null
  for await (const chunk of bytes) {
    let data = chunk
    if (head) {
      data = head.length === 0 ? chunk : Buffer.concat([head, chunk])
      head = data
      if (data.length < 1024) continue
      head = null
    }
    decoder ??= decoderFor(sniffEncoding(data.subarray(0, 1024)))
    yield decoder.decode(data, { stream: true })
  }
  decoder ??= decoderFor(sniffEncoding(head ?? new Uint8Array()))
  yield decoder.decode(head ?? new Uint8Array())
}
