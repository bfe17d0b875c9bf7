import { describe, expect, it } from 'vitest'
import { createProblems } from '../../core/problems.ts'
import { lengthOf } from '../../core/text.ts'
import type { FileOnDisk } from '../../storage/blob-store.ts'
import {
  CARRIERS,
  checkSize,
  contentTypeOf,
  hashOf,
  readFiles,
  safeFileName,
  sizeOf,
  textFile,
  type UploadedFile,
} from './attachments.rules.ts'

const MIB = 1024 * 1024
const PLACE = { pointer: '/data/files/data' }
const ON_DISK: FileOnDisk = { path: '/spool/1', hash: 'ab'.repeat(32), size: 5 * MIB }

const inMemory = (content: string): UploadedFile => ({
  name: 'a.log',
  contentType: 'text/plain',
  content: Buffer.from(content),
})

it('hangs files on the eight kinds of the contract, in its order (§4.7)', () => {
  expect(CARRIERS).toEqual(['requirement', 'issue', 'test', 'step', 'testset', 'instance', 'run', 'step-run'])
})

describe('size and hash', () => {
  it.each([
    ['', 0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['hello', 5, '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'],
  ])('of %j are those of its bytes', (content, size, hash) => {
    const file = inMemory(content)
    expect([sizeOf(file), hashOf(file)]).toEqual([size, hash])
  })

  it('are in bytes, not in characters', () => {
    expect(sizeOf(inMemory('é😀'))).toBe(6)
  })

  it('of a file on disk are those it was written with', () => {
    const file = { name: 'a', contentType: 'text/plain', content: ON_DISK }
    expect([sizeOf(file), hashOf(file)]).toEqual([5 * MIB, 'ab'.repeat(32)])
  })
})

it('accepts a file of just the size allowed, and names one that is larger and the limit', () => {
  const problems = createProblems()
  const file = { name: 'big.log', contentType: 'text/plain', content: ON_DISK }
  checkSize(file, 5 * MIB, PLACE, problems)
  expect(problems.list).toEqual([])
  checkSize({ ...file, content: { ...ON_DISK, size: 5 * MIB + 1 } }, 5 * MIB, PLACE, problems)
  expect(problems.list.map(({ source }) => source)).toEqual([{ pointer: PLACE.pointer }])
  expect(problems.list[0]?.title).toMatch(/big\.log.*\b5 MiB/)
})

describe('a file name (contract §1.16)', () => {
  it.each([
    ['a.log', 'a.log'],
    ['no suffix', 'no suffix'],
    ['.env', '.env'],
    ['a.tar.gz', 'a.tar.gz'],
    ['bericht ä😀.pdf', 'bericht ä😀.pdf'],
    ['/var/log/a.log', 'a.log'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\logs\\a.log', 'a.log'],
    ['a\\b/c.log', 'c.log'],
    ['a/b\\c.log', 'c.log'],
    ['', 'file'],
    [' \t', 'file'],
    ['logs/', 'file'],
    ['logs\\', 'file'],
    ['logs/ ', 'file'],
    ['.', 'file'],
    ['..', 'file'],
    ['a/..', 'file'],
    [undefined, 'file'],
    [null, 'file'],
    [{}, 'file'],
    [['a.log'], 'file'],
    [42, '42'],
    ['a\0b.log', 'a\uFFFDb.log'],
    ['a\ud800.log', 'a\uFFFD.log'],
  ])('%j becomes %j', (sent, name) => {
    expect(safeFileName(sent)).toBe(name)
  })

  it.each([
    ['255 characters stay', `${'x'.repeat(251)}.log`, `${'x'.repeat(251)}.log`],
    ['256 lose one before the suffix', `${'x'.repeat(252)}.log`, `${'x'.repeat(251)}.log`],
    ['the last suffix is kept', `${'x'.repeat(300)}.tar.gz`, `${'x'.repeat(252)}.gz`],
    ['without a suffix the end goes', 'x'.repeat(300), 'x'.repeat(255)],
    ['characters are code points', `${'😀'.repeat(300)}.png`, `${'😀'.repeat(251)}.png`],
    ['255 code points stay', `${'😀'.repeat(251)}.png`, `${'😀'.repeat(251)}.png`],
    ['the path does not count', `${'p/'.repeat(300)}a.log`, 'a.log'],
  ])('is cut to 255 characters: %s', (_, sent, name) => {
    expect(safeFileName(sent)).toBe(name)
    expect(lengthOf(name)).toBeLessThanOrEqual(255)
  })

  it('is file where nothing is left', () => {
    expect(['', '..', undefined].map(safeFileName)).toEqual(['file', 'file', 'file'])
    expect(['../../etc/passwd', 'C:\\x\\a.log'].map(safeFileName)).toEqual(['passwd', 'a.log'])
  })
})

it.each([
  ['one.log', 'text/plain'],
  ['shot.png', 'image/png'],
  ['SHOT.PNG', 'image/png'],
  ['result.json', 'application/json'],
  ['file', 'application/octet-stream'],
  ['a.unheard-of', 'application/octet-stream'],
])('guesses that %s is %s', (name, type) => {
  expect(contentTypeOf(name)).toBe(type)
})

describe('files of a body', () => {
  function read(members: unknown[], taken: [string, FileOnDisk][] = []) {
    const problems = createProblems()
    const files = readFiles(members, PLACE, { problems, files: { taken: new Map(taken), maxBytes: 5 } })
    const shown = files.map(({ name, content }) => [name, Buffer.isBuffer(content) ? content.toString() : content])
    return { shown, pointers: problems.list.map(({ source }) => (source as { pointer: string }).pointer) }
  }

  it('are read in their order, duplicates too', () => {
    const files = [
      { filename: 'b.log', content_encoded: 'aGVsbG8=' },
      { filename: 'a.log', content_encoded: '' },
      { filename: 'b.log', content_encoded: 'aGVsbG8=' },
    ]
    expect(read(files)).toEqual({
      shown: [
        ['b.log', 'hello'],
        ['a.log', ''],
        ['b.log', 'hello'],
      ],
      pointers: [],
    })
    expect(read([])).toEqual({ shown: [], pointers: [] })
  })

  it.each([
    ['wrapped lines', 'aGVs\r\nbG8=\n'],
    ['no padding', 'aGVsbG8'],
    ['a data prefix', 'data:text/plain;base64,aGVsbG8='],
  ])('may have %s', (_, content) => {
    expect(read([{ filename: 'a', content_encoded: content }])).toEqual({ shown: [['a', 'hello']], pointers: [] })
  })

  it('may be in the URL-safe alphabet', () => {
    const problems = createProblems()
    const sent = [{ content_encoded: '-_8' }]
    const [file] = readFiles(sent, PLACE, { problems, files: { taken: new Map(), maxBytes: 5 } })
    expect(file?.content).toEqual(Buffer.from([0xfb, 0xff]))
    expect(problems.list).toEqual([])
  })

  it('may spell their keys otherwise, and have more of them', () => {
    const sent = { FileName: 'x/a.log', 'Content-Encoded': 'aGVsbG8=', size: 'huge' }
    expect(read([sent])).toEqual({ shown: [['a.log', 'hello']], pointers: [] })
  })

  it('are called file where they have no name', () => {
    const { shown } = read([{ content_encoded: 'aGVsbG8=' }, { filename: ' ', content_encoded: 'aGVsbG8=' }])
    expect(shown.map(([name]) => name)).toEqual(['file', 'file'])
  })

  it('have the type that their name says', () => {
    const sent = [{ filename: 'shots/a.png', content_encoded: '' }]
    const files = readFiles(sent, PLACE, {
      problems: createProblems(),
      files: { taken: new Map(), maxBytes: 5 },
    })
    expect(files.map(({ contentType }) => contentType)).toEqual(['image/png'])
  })

  it('may lie on disk already', () => {
    const small = { ...ON_DISK, size: 5 }
    const sent = [{ filename: 'a', content_encoded: 'taken 1' }]
    expect(read(sent, [['taken 1', small]])).toEqual({ shown: [['a', small]], pointers: [] })
  })

  it.each([
    ['a text', 'aGVsbG8=', ''],
    ['null', null, ''],
    ['an array', ['a.log'], ''],
    ['without content', { filename: 'a' }, '/content_encoded'],
    ['with null for content', { content_encoded: null }, '/content_encoded'],
    ['with a number for content', { content_encoded: 5 }, '/content_encoded'],
    ['not base64', { content_encoded: 'aGVs*G8=' }, '/content_encoded'],
    ['one character short of base64', { content_encoded: 'aGVsb' }, '/content_encoded'],
    ['larger than allowed', { content_encoded: 'aGVsbG8h' }, '/content_encoded'],
  ])('are refused, and named by their place, when one is %s', (_, member, key) => {
    const { pointers } = read([{ content_encoded: '' }, member])
    expect(pointers).toEqual([`${PLACE.pointer}/1${key}`])
  })

  it('are all named where several are wrong', () => {
    const { pointers } = read([1, { content_encoded: '' }, {}])
    expect(pointers).toEqual([`${PLACE.pointer}/0`, `${PLACE.pointer}/2/content_encoded`])
  })

  it('are at most 1,000 (contract §1.19)', () => {
    const members = Array.from({ length: 1_001 }, () => ({ content_encoded: '' }))
    expect(read(members)).toEqual({ shown: [], pointers: [PLACE.pointer] })
    const most = read(members.slice(1))
    expect([most.shown.length, most.pointers]).toEqual([1_000, []])
  })
})

it('makes a file of a text that was cut, whole (contract §1.11)', () => {
  const file = textFile('automated-execution-output', 'é😀\n')
  expect(file).toEqual({
    name: 'automated-execution-output.txt',
    contentType: 'text/plain',
    content: Buffer.from([0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0x0a]),
  })
})
