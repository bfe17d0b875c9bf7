import { searchOnwards } from '../../core/search-onwards.ts'

/** Marks that test code prints into its output for report readers. The output itself stays as it is. */
export interface OutputMarks {
  attachments: string[]
  properties: [name: string, value: string][]
}

const ATTACHMENT = '[[ATTACHMENT|'
const PROPERTY = '[[PROPERTY|'
const END = ']]'
const END_OF_PROPERTY = '[[/PROPERTY]]'

/** The text of a mark, up to its end in the same line; undefined when it has none or is empty. */
function lineReader(text: string): (from: number) => string | undefined {
  const end = searchOnwards(text, END)
  const lineFeed = searchOnwards(text, '\n')
  const carriageReturn = searchOnwards(text, '\r')
  return (from) => {
    const to = end(from)
    if (to === from || to === text.length || to > lineFeed(from) || to > carriageReturn(from)) return undefined
    return text.slice(from, to)
  }
}

function findAttachments(output: string): string[] {
  const attachments: string[] = []
  const readLine = lineReader(output)
  for (let at = output.indexOf(ATTACHMENT); at !== -1; ) {
    const from = at + ATTACHMENT.length
    const path = readLine(from)
    if (path !== undefined) attachments.push(path.trim())
    at = output.indexOf(ATTACHMENT, from + (path?.length ?? 0))
  }
  return attachments
}

/** Without the line end that sets a value off from its marks. */
function withoutFrame(value: string): string {
  let [from, to] = [0, value.length]
  if (value[from] === '\r') from++
  if (value[from] === '\n') from++
  if (to > from && value[to - 1] === '\n') to--
  if (to > from && value[to - 1] === '\r') to--
  return value.slice(from, to)
}

function findProperties(output: string): OutputMarks['properties'] {
  const properties: OutputMarks['properties'] = []
  const readLine = lineReader(output)
  const close = searchOnwards(output, END_OF_PROPERTY)
  for (let at = output.indexOf(PROPERTY); at !== -1; ) {
    let next = at + PROPERTY.length
    const mark = readLine(next)
    if (mark !== undefined) {
      next += mark.length + END.length
      const split = mark.indexOf('=')
      const name = (split === -1 ? mark : mark.slice(0, split)).trim()
      if (split > 0) properties.push([name, mark.slice(split + 1)])
      else if (split === -1 && close(next) < output.length) {
        properties.push([name, withoutFrame(output.slice(next, close(next)))])
        next = close(next) + END_OF_PROPERTY.length
      }
    }
    at = output.indexOf(PROPERTY, next)
  }
  return properties
}

/** Finds `[[ATTACHMENT|path]]`, `[[PROPERTY|key=value]]` and `[[PROPERTY|key]]…[[/PROPERTY]]` in output. */
export function findOutputMarks(output: string): OutputMarks {
  return { attachments: findAttachments(output), properties: findProperties(output) }
}
