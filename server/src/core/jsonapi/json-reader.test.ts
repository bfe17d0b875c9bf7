import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_JSON } from '../limits.ts'
import { createJsonReader } from './json-reader.ts'
import { parseJson, parseLargeJson } from './lenient-json.ts'

/** Reads a text in pieces of the given lengths, over and over. */
function read(text: string, lengths: readonly number[] = [text.length || 1]) {
  const reader = createJsonReader()
  for (let at = 0, n = 0; at < text.length; n++) {
    const length = lengths[n % lengths.length] as number
    reader.write(text.slice(at, at + length))
    at += length
  }
  return reader.end()
}

const outcome = (run: () => unknown): unknown => {
  try {
    return { value: run() }
  } catch {
    return 'refused'
  }
}

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
/** Texts that are JSON, and texts that were. */
const texts = fc
  .tuple(fc.json({ depthSize: 'medium' }), fc.option(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\u0e-.t '))))
  .map(([json, change]) => {
    if (change === null) return json
    const at = change[0] % (json.length + 1)
    return json.slice(0, at) + change[1] + json.slice(at + 1)
  })

describe('the reader of JSON in pieces', () => {
  it('reads what JSON.parse reads, and refuses what it refuses, wherever the pieces end', () => {
    const clean = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null).replaceAll('\\u0000', '\uFFFD'))
    fc.assert(
      fc.property(texts, lengths, (text, lengths) => {
        const strict = outcome(() => clean(JSON.parse(text)))
        // Control characters inside strings are read, where JSON.parse refuses them.
        fc.pre([...text].every((char) => char >= ' '))
        expect(outcome(() => clean(read(text, lengths).value))).toEqual(strict)
      }),
      { numRuns: 3000 },
    )
  })

  it('names one place of an error, wherever the pieces end', () => {
    const refusal = (text: string, lengths: readonly number[]) => {
      try {
        read(text, lengths)
      } catch (error) {
        return (error as Error).message
      }
    }
    fc.assert(
      fc.property(texts, lengths, (text, lengths) => {
        expect(refusal(text, lengths)).toBe(refusal(text, [text.length + 1]))
      }),
      { numRuns: 1000 },
    )
    expect(refusal('{"a":"x\ny",\n  trux}', [1])).toMatch('line 3, column 3')
    expect(refusal('{"a":"x\ny",\n  "b" 1}', [5])).toMatch('line 3, column 7')
    expect(refusal('{"a":"\\x"}', [2])).toMatch('line 1, column 7')
    expect(refusal('[1,2', [3])).toMatch('line 1, column 5')
  })

  it('accepts raw control characters in strings, and makes U+0000 and lone surrogates U+FFFD', () => {
    expect(read('{"a\u0001":"x\n\u001b\ty\u0000z\\u0000\\ud800"}', [4]).value).toEqual({
      'a\u0001': 'x\n\u001b\ty\uFFFDz\uFFFD\uFFFD',
    })
    expect(read('"\\ud83d\\ude00"', [5]).value).toBe('😀')
  })

  it('keeps a key named __proto__ as a key', () => {
    const { value } = read('{"__proto__":{"admin":true},"a":1}')
    expect(Object.keys(value as object)).toEqual(['__proto__', 'a'])
    expect((value as { admin?: unknown }).admin).toBeUndefined()
  })

  it('refuses what is over a limit while it reads', () => {
    expect(() => read('['.repeat(MAX_JSON.depth + 1))).toThrow('nested deeper than 100 levels')
    expect(() => read(`[${'1,'.repeat(MAX_JSON.values)}1]`, [65536])).toThrow('more than 2000000 JSON values')
    expect(() => read('1'.repeat(100_001), [500])).toThrow('more than 100000 characters')
    const members = Array.from({ length: MAX_JSON.members + 1 }, (_, n) => `"${n}":0`)
    expect(() => read(`{${members}}`, [65536])).toThrow('more than 100000 members')
  })

  it('goes through each piece once, however long a string, a number or an escape runs on', () => {
    // A reader that went back to the beginning would take hours.
    const pieces = 2000
    for (const inside of ['a'.repeat(10_000), '\\n'.repeat(5_000), '\\u00e9'.repeat(1_500), '\n'.repeat(10_000)]) {
      const reader = createJsonReader()
      reader.write('{"data":"')
      for (let n = 0; n < pieces; n++) reader.write(inside)
      reader.write('","n":')
      for (let n = 0; n < pieces; n++) reader.write('1'.repeat(50))
      reader.write('}')
      const { value, sources } = reader.end()
      expect((value as { data: string }).data.length).toBe(
        (JSON.parse(`"${inside.replaceAll('\n', 'n')}"`) as string).length * pieces,
      )
      expect(sources.get(value as object)?.get('n')?.length).toBe(50 * pieces)
    }
  })
})

describe('large bodies', () => {
  const pieces = (text: string | Buffer, size: number) => {
    const bytes = Buffer.from(text as string)
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
  }
  const large = (text: string | Buffer, size: number) => parseLargeJson(pieces(text, size), () => undefined)

  it('are read as small ones are: UTF-8, else all of it ISO-8859-1, without the mark', async () => {
    for (const text of ['{"a":"é€😀","b":[1.50]}', '\uFEFF{"a":"é"}', '{"é":"x"}']) {
      for (const size of [1, 2, 3, 7, 100]) {
        const [small, whole] = [parseJson(Buffer.from(text)), await large(text, size)]
        expect(whole.value).toEqual(small.value)
        expect(whole.literalAt(['b', 0])).toBe(small.literalAt(['b', 0]))
        if (text.startsWith('\uFEFF')) continue
        const latin1 = Buffer.concat([Buffer.from(text), Buffer.from(' ')])
        latin1[latin1.lastIndexOf('"') - 1] = 0xe9
        expect((await large(latin1, size)).value).toEqual(parseJson(latin1).value)
      }
    }
  })

  it('are taken from the list as they are read', async () => {
    const list = pieces(`{"a":"${'x'.repeat(1000)}"}`, 10)
    await parseLargeJson(list, () => undefined)
    expect(list).toEqual([])
  })
})
