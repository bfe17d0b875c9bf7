import { openCsv } from '../csv.ts'
import { joinTexts } from '../json-values.ts'
import type { Format } from '../model.ts'
import { createSamples } from './samples.ts'

/** JMeter's results as CSV (`.jtl`, `.csv`), with their header. */
export const jmeterCsv: Format = {
  name: 'jmeter-csv',
  title: 'JMeter CSV',
  recognises(head) {
    const header = headerOf(head)
    return header !== undefined && ['elapsed', 'label', 'success'].every((column) => header.columns.includes(column))
  },
  open(sink, { timezone }) {
    const samples = createSamples(sink, timezone)
    let columns: string[] | undefined
    const read = (fields: string[], line: number, whole: boolean) => {
      if (!columns) {
        columns = fields.map((field) => field.replace(/^\ufeff/, ''))
        return
      }
      const at = (column: string) => fields[columns?.indexOf(column) ?? -1] || undefined
      const label = at('label')
      if (label === undefined || fields.length < columns.length) {
        if (whole) sink.note('A row with too few fields was left out', line)
        else sink.cut('The file ends within a row', line)
        return
      }
      samples.add({
        label,
        // Controllers of transactions are told by it too.
        passed: at('success')?.toLowerCase() === 'true',
        milliseconds: Number(at('elapsed')) || 0,
        startedAt: at('timeStamp'),
        message: joinTexts([
          at('failureMessage'),
          at('responseCode') && `${at('responseCode')} ${at('responseMessage') ?? ''}`,
        ]),
        line,
      })
    }
    let reader: ReturnType<typeof openCsv> | undefined
    let head = ''
    const open = () => openCsv(sink, headerOf(head)?.delimiter ?? ',', read, samples.end)
    return {
      write(text) {
        if (reader) reader.write(text)
        else {
          head += text
          if (!head.includes('\n') && head.length < 65_536) return
          reader = open()
          reader.write(head)
        }
      },
      end() {
        if (!reader) {
          reader = open()
          reader.write(head)
        }
        reader.end()
      },
    }
  },
}

const DELIMITERS = [',', ';', '\t', '|']

function headerOf(head: string): { columns: string[]; delimiter: string } | undefined {
  const line = (head.split('\n', 1)[0] as string).replace(/^\ufeff/, '').trim()
  const delimiter = DELIMITERS.find((candidate) => line.includes(candidate))
  if (delimiter === undefined || line.length > 10_000) return undefined
  return { columns: line.split(delimiter).map((column) => column.replace(/^"|"$/g, '')), delimiter }
}
