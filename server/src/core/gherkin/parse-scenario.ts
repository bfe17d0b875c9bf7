import { fold } from '../text.ts'

/** A row of an Examples table, under the lower-cased header of its table, which the rows of a table share. */
export interface ExampleRow {
  header: readonly string[]
  cells: readonly string[]
}

/** One step of a scenario. */
export interface GherkinStep {
  /** `Given`, `When`, `Then`, `And`, `But` or `*`. */
  keyword: string
  /** The whole line, trimmed, with its keyword. */
  line: string
}

/** What Assay makes of a scenario text. */
export interface Scenario {
  /** Body rows of all Examples tables in order; none = a plain scenario (contract §4.9). */
  rows: ExampleRow[]
  /** Steps of every Background first, then those of every scenario, in order (contract §4.13). */
  steps: GherkinStep[]
}

const HEADER = /^(Feature|Rule|Background|Scenario|Example|Scenario Outline|Scenario Template|Examples|Scenarios):/
const STEP = /^(Given|When|Then|And|But|\*)(?=\s|$)/
const DOC_STRINGS = ['"""', '```']

type Section = 'description' | 'background' | 'scenario' | 'examples'

/** What follows a header; a text may also begin with steps, without any. */
function sectionOf(header: string): Section {
  if (header === 'Feature' || header === 'Rule') return 'description'
  if (header === 'Background') return 'background'
  return header === 'Examples' || header === 'Scenarios' ? 'examples' : 'scenario'
}

/** A cell trimmed, with the escapes of Gherkin: `\|`, `\\` and `\n`; any other backslash stands for itself. */
function readCell(cell: string): string {
  return cell.trim().replace(/\\([|\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
}

/** Cells of a table row; an escaped pipe is part of a cell, and the last pipe may have been left out. */
function readCells(row: string): string[] {
  const cells: string[] = []
  let start = 1
  for (let i = 1; i < row.length; i++) {
    if (row[i] === '\\') i++
    else if (row[i] === '|') {
      cells.push(readCell(row.slice(start, i)))
      start = i + 1
    }
  }
  const rest = readCell(row.slice(start))
  return rest === '' ? cells : [...cells, rest]
}

/** Where each kind of doc string is closed last: one that is opened behind that is ordinary text. */
function lastDelimiters(lines: readonly string[]): Map<string, number> {
  return new Map(DOC_STRINGS.map((delimiter) => [delimiter, lines.findLastIndex((line) => line.startsWith(delimiter))]))
}

/** The lines that can mean something, trimmed: no blank ones, comments, tags, and nothing of doc strings. */
function meaningful(text: string): string[] {
  const lines = text.split(/[\r\n]/).map((line) => line.trim())
  const last = lastDelimiters(lines)
  let open: string | undefined
  return lines.filter((line, index) => {
    if (open !== undefined) {
      if (line.startsWith(open)) open = undefined
      return false
    }
    open = DOC_STRINGS.find((delimiter) => line.startsWith(delimiter) && Number(last.get(delimiter)) > index)
    return open === undefined && line !== '' && !line.startsWith('#') && !line.startsWith('@')
  })
}

/**
 * Reads a scenario as leniently as contract §4.9 says, in linear time and without ever failing: every `\r` and `\n`
 * ends a line, white space around lines and blank lines mean nothing, and what is no header, step or row of Examples is
 * passed over: descriptions, comments, tags, doc strings and the data tables of steps. English keywords only.
 */
export function parseScenario(text: string | null): Scenario {
  const background: GherkinStep[] = []
  const steps: GherkinStep[] = []
  const rows: ExampleRow[] = []
  let section: Section = 'scenario'
  let header: string[] | undefined
  for (const line of meaningful(text ?? '')) {
    const found = HEADER.exec(line)?.[1]
    const keyword = section === 'description' ? undefined : STEP.exec(line)?.[1]
    if (found !== undefined) {
      section = sectionOf(found)
      header = undefined
    } else if (keyword !== undefined) {
      if (section === 'examples') section = 'scenario'
      const list = section === 'background' ? background : steps
      list.push({ keyword, line })
    } else if (section === 'examples' && line.startsWith('|')) {
      const cells = readCells(line)
      if (header === undefined) header = cells.map(fold)
      else rows.push({ header, cells: cells.slice(0, header.length) })
    }
  }
  return { rows, steps: [...background, ...steps] }
}

/** The parameters of an example row: header → cell, `""` where the row has none. Any header is a plain key. */
export function parametersOf({ header, cells }: ExampleRow): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null)
  for (const [index, key] of header.entries()) parameters[key] = cells[index] ?? ''
  return parameters
}
