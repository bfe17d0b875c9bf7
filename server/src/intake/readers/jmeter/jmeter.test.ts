import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { jmeterCsv } from './jmeter-csv.format.ts'
import { jmeterXml } from './jmeter-xml.format.ts'

const { text } = fixtures(import.meta.url)

describe('JMeter CSV', () => {
  itReads(jmeterCsv, import.meta.url, {
    'results.csv': ['passed Open the shop', 'failed Add "tea", größe ✓', 'passed Pay'],
  })
})

describe('JMeter XML', () => {
  itReads(jmeterXml, import.meta.url, {
    'results.jtl': ['passed Open the shop', 'failed Add "tea", größe ✓', 'passed Pay'],
  })

  it('says what the assertions of a sample said', () => {
    expect(readText(jmeterXml, text('results.jtl')).cases[1]?.attempts[0]?.message).toBe(
      'Test failed: code expected to equal 200\n500 Internal Server Error',
    )
  })
})

describe('samples of one label', () => {
  it('are one case that says how many of them failed, and why', () => {
    expect(readText(jmeterCsv, text('results.csv')).cases[1]).toEqual({
      path: [],
      name: 'Add "tea", größe ✓',
      properties: [
        ['samples', '3'],
        ['failed samples', '2'],
        ['shortest', '5 ms'],
        ['longest', '40 ms'],
      ],
      attempts: [
        {
          status: 'failed',
          seconds: 0.021667,
          startedAt: 1772366400300,
          message: '2 of 3 samples failed: Test failed: code expected to equal /\n200/\n500 Internal Server Error',
          details:
            '1 × Test failed: code expected to equal /\n200/\n500 Internal Server Error\n1 × Non HTTP response code: java.net.SocketException Non HTTP response message: Connection reset',
          steps: [],
          attachments: [],
        },
      ],
      line: 4,
    })
  })

  it.each([';', '\t'])('are read with another delimiter: %j', (delimiter) => {
    const row = ['1772366400000', '120', '"a ""b"""', 'true'].join(delimiter)
    const head = ['timeStamp', 'elapsed', 'label', 'success'].join(delimiter)
    expect(outline(readText(jmeterCsv, `${head}\r\n${row}\r\n`))).toEqual(['passed a "b"'])
  })
})
