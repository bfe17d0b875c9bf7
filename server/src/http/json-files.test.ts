import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { sha256 } from '../core/hash.ts'
import { parseJson } from '../core/jsonapi/lenient-json.ts'
import { decodeBase64 } from '../core/scalars.ts'
import { openSpool as openFolder } from '../storage/spool.ts'
import { createFileExtractor } from './json-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-spool-'))
afterAll(() => rmSync(folder, { recursive: true }))
const openSpool = openFolder(folder).forRequest

/** Sends a body in pieces of a size; answers what stays of it, and the bytes of each file taken out. */
async function extract(body: string, size: number) {
  const spool = openSpool()
  const extractor = createFileExtractor(spool)
  const bytes = Buffer.from(body)
  const kept: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) kept.push(...(await extractor.write(bytes.subarray(at, at + size))))
  const text = Buffer.concat([...kept, extractor.rest()]).toString()
  const files = new Map([...extractor.files].map(([name, file]) => [name, { ...file, bytes: readFileSync(file.path) }]))
  await spool.drop()
  return { text, files }
}

const LARGE = Buffer.from(Array.from({ length: 90_000 }, (_, i) => (i * 7919) % 251))
const base64 = LARGE.toString('base64')
const fileIn = (list: unknown) => JSON.stringify({ data: { attributes: { name: 'é "quoted" \\ ' }, files: list } })

it.each([1, 7, 1000, 65_536, 10_000_000])(
  'takes large files out of a body that comes in pieces of %i',
  async (size) => {
    const small = { filename: 'small', content_encoded: 'YQ==' }
    const spellings = ['content_encoded', 'Content-Encoded', 'content-encoded']
    const members = [small, ...spellings.map((key) => ({ filename: 'large', [key]: base64 })), small]
    for (const list of [members, { data: members }]) {
      const { text, files } = await extract(fileIn(list), size)
      expect(text.length).toBeLessThan(1000)
      const read = JSON.parse(text).data
      expect(read.attributes.name).toBe('é "quoted" \\ ')
      const found = read.files.data ?? read.files
      expect([found[0], found[4]]).toEqual([small, small])
      for (const [index, key] of spellings.entries()) {
        const file = files.get(found[index + 1][key])
        expect(file).toMatchObject({ size: LARGE.length, hash: sha256(LARGE) })
        expect(file?.bytes.equals(LARGE)).toBe(true)
      }
    }
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'))).toEqual(
      [],
    )
  },
)

it('reads the base64 of every client', async () => {
  const wrapped = base64.replace(/.{76}/g, '$&\n')
  const spellings = [
    JSON.stringify(wrapped),
    `"${wrapped}"`,
    `"data:text/plain;base64,${base64}"`,
    `"${base64.replaceAll('+', '\\u002B').replaceAll('/', '\\/')}"`,
    `"${base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}"`,
  ]
  for (const spelling of spellings) {
    for (const size of [999, 4096]) {
      const { text, files } = await extract(`\ufeff {"files":[{"content_encoded":${spelling}}]}`, size)
      const { value } = parseJson(Buffer.from(text)) as { value: { files: { content_encoded: string }[] } }
      expect(files.get(value.files[0]?.content_encoded ?? '')?.hash).toBe(sha256(LARGE))
    }
  }
})

it('leaves what is no base64 to be refused, and the rest of the body as it is', async () => {
  const after = ',"x":"y"}],"z":1}'
  for (const wrong of ['***', '=A', '\\"', '\\\\', '\\u0041*', 'ä', 'A']) {
    const text = `{"files":[{"content_encoded":"${base64}${wrong}"${after}`
    for (const size of [3, 5000]) {
      const read = await extract(text, size)
      expect([wrong, read.text]).toEqual([wrong, `{"files":[{"content_encoded":"***"${after}`])
      expect(read.files.size).toBe(0)
    }
  }
})

it('takes nothing from elsewhere', async () => {
  const bodies = [
    JSON.stringify({ data: { attributes: { content_encoded: base64, parameters: { content_encoded: base64 } } } }),
    JSON.stringify({ files: [{ content: base64, deep: { content_encoded: base64 } }] }),
    `--x\r\n\r\n${fileIn([{ content_encoded: base64 }])}\r\n--x--`,
    `["files",{"content_encoded":"${base64}"}]`,
    `{"files":[{"content_encoded":"${base64}`.slice(0, 50_000),
  ]
  for (const body of bodies) {
    for (const size of [1, 10_000]) expect((await extract(body, size)).text).toBe(body)
  }
})

it('agrees with the decoder of small files on any text', async () => {
  const letter = fc.constantFrom(...'ABab01+/-_= \n'.split(''), '\\n', '\\/', '\\u002b', '\\\\', '\\"', '\\u0041')
  const ending = fc.array(letter, { maxLength: 12 }).map((letters) => letters.join(''))
  await fc.assert(
    fc.asyncProperty(ending, ending, fc.integer({ min: 1, max: 70_000 }), async (start, end, size) => {
      const raw = `${start}${'QUJD'.repeat(17_000)}${end}`
      const decoded = decodeBase64(JSON.parse(`"${raw.replaceAll('\n', '\\n')}"`))
      const { text, files } = await extract(`{"files":[{"content_encoded":"${raw}"}]}`, size)
      const name = JSON.parse(text).files[0].content_encoded
      expect(files.get(name)?.hash).toBe(decoded && sha256(decoded))
    }),
    { numRuns: 60 },
  )
})
