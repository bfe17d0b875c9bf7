import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORMATS } from '../readers/formats.ts'
import type { Format } from '../readers/model.ts'
import { type Reading, readHere, readingOf, type Wanted } from './read-cases.ts'
import { recogniseFile } from './read-report.ts'
import { readBeside } from './reading-threads.ts'

const READERS = new URL('../readers/', import.meta.url)

const FIXTURES = readdirSync(READERS, { withFileTypes: true })
  .filter((folder) => folder.isDirectory())
  .flatMap(({ name }) => readdirSync(new URL(`${name}/fixtures/`, READERS)).map((file) => `${name}/fixtures/${file}`))
  .filter((file) => !/\.read$|README/.test(file))

const sentFile = (path: string) => ({ name: path, file: { path, size: statSync(path).size, hash: '' } })

function begin(path: string, format: Format, skip = 0): Reading {
  const identity = { namespace: '', variant: '', variantBy: [] }
  return readingOf(sentFile(path), format, { timezone: 'UTC', identity, skip })
}

async function all<W extends keyof Wanted>(read: AsyncGenerator<Wanted[W][]>): Promise<Wanted[W][]> {
  const found: Wanted[W][] = []
  for await (const some of read) found.push(...some)
  return found
}

describe('a thread beside', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-threads-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('reads every fixture as this thread does', async () => {
    const formats = new Set<string>()
    for (const file of FIXTURES) {
      const path = new URL(file, READERS).pathname
      const format = await recogniseFile(sentFile(path))
      if (format === undefined) continue
      formats.add(format.name)
      const [here, beside] = [begin(path, format), begin(path, format)]
      expect(await all(readBeside('cases', beside)), file).toEqual(await all(readHere('cases', here)))
      expect(beside.findings, file).toEqual(here.findings)
      const identities = await all(readBeside('identities', begin(path, format)))
      expect(identities, file).toEqual(await all(readHere('identities', begin(path, format))))
    }
    expect(formats.size).toBeGreaterThanOrEqual(FORMATS.length - 2)
  })

  it('passes over what is stored already, reads several files at once, and stops when nobody wants more', async () => {
    const path = join(folder, 'many.xml')
    const cases = Array.from({ length: 9000 }, (_, n) => `<testcase classname="Many" name="case ${n}"/>`)
    writeFileSync(path, `<testsuite name="many">${cases.join('')}</testsuite>`)
    const junit = FORMATS.find(({ name }) => name === 'junit') as Format
    const names = async (skip: number) =>
      (await all<'cases'>(readBeside('cases', begin(path, junit, skip)))).map(({ found }) => found.name)
    const whole = cases.map((_, n) => `case ${n}`)
    expect(await Promise.all([0, 1, 4321, 9000, 9001].map(names))).toEqual(
      [0, 1, 4321, 9000, 9001].map((skip) => whole.slice(skip)),
    )
    for await (const some of readBeside('cases', begin(path, junit))) {
      expect(some.length).toBeLessThan(9000)
      break
    }
    expect(await names(8999)).toEqual(['case 8999'])
  })

  it('says when a file cannot be read', async () => {
    const junit = FORMATS.find(({ name }) => name === 'junit') as Format
    const path = join(folder, 'gone.xml')
    writeFileSync(path, '<testsuite/>')
    const reading = begin(path, junit)
    rmSync(path)
    expect(await all(readBeside('cases', reading))).toEqual([])
    expect(reading.findings.cut).toMatch(/ENOENT/)
  })
})
