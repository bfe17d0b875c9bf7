import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { recognise } from './formats.ts'
import type { Format } from './model.ts'
import { outline, type Reading, readText, shown } from './test-support.ts'

/** The fixtures beside a test: `fixtures(import.meta.url)`. */
export function fixtures(test: string): { text(name: string): string; names: string[] } {
  const folder = new URL('fixtures/', test)
  return {
    text: (name) => readFileSync(new URL(name, folder), 'utf8'),
    names: readdirSync(folder),
  }
}

/** Reads each of the fixtures whole, compares all that is read with the file beside it, and its outline with what is given. */
export function itReads(format: Format, test: string, outlines: Readonly<Record<string, readonly string[]>>): void {
  const { text } = fixtures(test)
  it.each(Object.entries(outlines))('%s is read whole', async (name, expected) => {
    expect(recognise(text(name).slice(0, 65_536), name)).toBe(format)
    const reading = readText(format, text(name), { filename: name })
    expect(outline(reading)).toEqual(expected)
    // Where the borders of chunks lie changes nothing.
    expect(readText(format, text(name), { filename: name, size: 65_536 })).toEqual(reading)
    await expect(shown(reading)).toMatchFileSnapshot(new URL(`fixtures/${name}.read`, test).pathname)
  })

  it('keeps what comes before the end of a file that was cut off', () => {
    for (const name of Object.keys(outlines)) {
      const whole = text(name)
      const reading = readText(format, whole.slice(0, Math.floor(whole.length * 0.6)), { filename: name, size: 4096 })
      expect(reading.cut, name).not.toBeNull()
      expectBeginning(reading, readText(format, whole, { filename: name, size: 4096 }))
    }
  })
}

/** Reads every fixture of a kind beside a test whole, and compares all that is read with the file beside it. */
export function itReadsAll(format: Format, test: string, isOne: (name: string) => boolean): void {
  const { text, names } = fixtures(test)
  it.each(names.filter(isOne))('%s is read whole', async (name) => {
    expect(recognise(text(name), name)).toBe(format)
    const reading = readText(format, text(name))
    expect(readText(format, text(name), { size: 65_536 })).toEqual(reading)
    await expect(shown(reading)).toMatchFileSnapshot(new URL(`fixtures/${name}.read`, test).pathname)
  })
}

/** Whether a file is an XML report. */
export const isXmlReport = (name: string): boolean => /\.(?:xml|trx)$/.test(name)

/** Every case that was read of a cut file is one of the whole file. */
function expectBeginning(cut: Reading, whole: Reading): void {
  const known = new Set(whole.cases.map(({ name, path, className }) => JSON.stringify([path, className, name])))
  for (const { name, path, className } of cut.cases) expect(known).toContain(JSON.stringify([path, className, name]))
}
