import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fixtures, isXmlReport, itReadsAll } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { ctest } from './ctest.format.ts'

const { text: fixture } = fixtures(import.meta.url)

describe('reports of real tools', () => {
  itReadsAll(ctest, import.meta.url, isXmlReport)
})

const read = (results: string, status = 'passed', more = '') =>
  readText(
    ctest,
    `<Site BuildName="b"><Testing><StartTestTime>1772366400</StartTestTime><Test Status="${status}"><Name>a</Name><Path>./sub</Path><Results>${results}</Results>${more}</Test></Testing></Site>`,
  )
const measurement = (name: string, value: string, more = 'type="text/string"') =>
  `<NamedMeasurement name="${name}" ${more}><Value>${value}</Value></NamedMeasurement>`
const packed = (text: string) => zlib.deflateSync(text).toString('base64')

describe('tests', () => {
  it('are cases, with what CTest says of them', () => {
    const reading = readText(ctest, fixture('ctest-3.25.xml'))
    expect(outline(reading)).toEqual([
      'passed cart.adds',
      'failed cart.counts',
      'skipped cart.removes',
      'failed cart.slow',
      'failed cart.crashes',
      'error cart.missing',
      'skipped cart.disabled',
      'passed cart.labelled',
      'passed cart.fails_as_expected',
      'passed cart.talks',
    ])
    expect(reading.cases.map(({ attempts: [attempt] }) => attempt?.message)).toEqual([
      undefined,
      'Failed (exit value 3)',
      'SKIP_RETURN_CODE=77',
      'Timeout (exit value 0)',
      'SEGFAULT (exit value 0)',
      'Unable to find executable',
      'Disabled',
      undefined,
      undefined,
      undefined,
    ])
    expect(reading.cases[1]?.attempts[0]?.output).toBe('\u001b[31m2 is not 3 ü\u001b[0m<CTestDetails>\n')
    expect(reading.cases[9]?.attempts[0]?.output).toBe('adding item\n'.repeat(30))
  })

  it('carry labels, measurements and files', () => {
    const { cases } = read(
      measurement('price', '1.5', 'type="numeric/double"') +
        measurement('Execution Time', '0.25', 'type="numeric/double"') +
        measurement('shot', ' iVBO\nRw== ', 'type="image/png" encoding="base64"') +
        measurement('log', 'logs/a.txt', 'type="file"'),
      'passed',
      '<Labels><Label>fast</Label></Labels>',
    )
    expect(cases).toEqual([
      {
        path: ['sub'],
        name: 'a',
        properties: [
          ['label', 'fast'],
          ['price', '1.5'],
        ],
        attempts: [
          {
            status: 'passed',
            seconds: 0.25,
            startedAt: 1_772_366_400_000,
            steps: [],
            attachments: [
              { name: 'shot', contentType: 'image/png', base64: 'iVBORw==' },
              { name: 'log', path: 'logs/a.txt' },
            ],
          },
        ],
        line: 1,
      },
    ])
  })

  it('wait for others that did not pass: those are blocked', () => {
    expect(outline(read(measurement('Completion Status', 'Fixture dependency failed'), 'notrun'))).toEqual([
      'blocked a [sub]',
    ])
  })
})

describe('compressed output', () => {
  it.each<[string, string, string | undefined, string[]]>([
    ['is unpacked', packed('größe\n'), 'größe\n', []],
    [
      'that is damaged is left out',
      'abcd',
      undefined,
      ['Compressed output is damaged or too large, and left out (line 1)'],
    ],
    [
      'that stands for gigabytes is left out',
      packed('x'.repeat(5_000_000)),
      undefined,
      ['Compressed output is damaged or too large, and left out (line 1)'],
    ],
  ])('%s', (_, value, output, notes) => {
    const reading = read(`<Measurement><Value encoding="base64" compression="gzip">${value}</Value></Measurement>`)
    expect([reading.cases[0]?.attempts[0]?.output, reading.notes]).toEqual([output, notes])
  })
})
