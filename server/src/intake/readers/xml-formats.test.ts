import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FORMATS } from './formats.ts'
import type { Format } from './model.ts'
import { outline, readText } from './test-support.ts'

const HERE = new URL('.', import.meta.url)
const XML = ['junit', 'testng', 'nunit', 'xunit', 'trx', 'ctest', 'robot', 'allure1']
const formats = FORMATS.filter(({ name }) => XML.includes(name))
const fixturesOf = ({ name }: Format) =>
  globSync(`${name}/fixtures/*.{xml,trx}`, { cwd: HERE }).filter((path) => !path.endsWith('F16-gtester.xml'))
const textOf = (path: string) => readFileSync(new URL(path, HERE), 'utf8')

describe.each(formats)('$name', (format) => {
  it('alone recognises its reports', () => {
    for (const path of fixturesOf(format)) {
      expect(FORMATS.filter((each) => each.recognises(textOf(path), path)).map(({ name }) => name)).toEqual([
        format.name,
      ])
    }
  })

  it('takes nothing else for a report', () => {
    for (const text of ['', '{}', '<html></html>', 'TAP version 13', '<Site/>', '<test-suite/>', '\u0000<']) {
      expect(format.recognises(text, 'a.xml')).toBe(false)
    }
  })

  it('keeps of a report that ends anywhere what came before, and says that it ends early', () => {
    // These put results together when more of the file is known.
    const isOrdered = !['trx', 'testng'].includes(format.name)
    for (const path of fixturesOf(format).filter((name) => !name.includes('F02'))) {
      const text = textOf(path)
      const whole = outline(readText(format, text))
      const start = text.indexOf('<', text.indexOf('<?xml') + 1) + 20
      for (let end = start; end < text.trimEnd().length; end += Math.ceil(text.length / 40)) {
        const reading = readText(format, text.slice(0, end), { size: 65_536 })
        const found = outline(reading)
        if (!path.includes('several-roots')) expect(reading.cut, `${path} up to ${end}`).toMatch(/^The file ends early/)
        if (isOrdered) expect(found).toEqual(whole.slice(0, found.length))
      }
    }
  })

  it('reads what is no report of its own without a case, and without an error', () => {
    for (const text of [
      '',
      'a < b & c',
      '<html><body>502</body></html>',
      '{"a": [1]}',
      '<'.repeat(1000),
      '<a>'.repeat(2000),
    ]) {
      expect(readText(format, text).cases).toEqual([])
    }
  })
})
