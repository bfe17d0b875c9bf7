/** A fenced code block of a Markdown page. */
export interface Block {
  /** First word after the fence: what GitHub highlights. */
  language: string
  /** The words after it: `runnable`, `exit-1`, `output`, `settings`, `server`, `printed`. */
  roles: string[]
  /** Line of the opening fence in the page, from 1. */
  line: number
  text: string
}

/** A block that the test runs, with what it is said to print. */
export interface Step {
  block: Block
  output: Block | undefined
}

/** All fenced blocks of a page, in order. */
export function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = []
  let open: { block: Block; fence: string; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open) {
      if (line.trimEnd() === open.fence) {
        blocks.push({ ...open.block, text: open.lines.join('\n') })
        open = undefined
      } else open.lines.push(line)
      continue
    }
    const fence = /^(`{3,})\s*(.*)$/.exec(line)
    if (!fence) continue
    const [language = '', ...roles] = (fence[2] as string).trim().split(/\s+/)
    open = { block: { language, roles, line: index + 1, text: '' }, fence: fence[1] as string, lines: [] }
  }
  if (open) throw new Error(`line ${open.block.line}: this code block has no end`)
  return blocks
}

/** The blocks marked `runnable`, each with the block marked `output` that follows it. Throws for an output of nothing. */
export function readSteps(blocks: Block[]): Step[] {
  const steps: Step[] = []
  for (const block of blocks) {
    if (block.roles.includes('runnable')) steps.push({ block, output: undefined })
    if (!block.roles.includes('output')) continue
    const step = steps.at(-1)
    if (!step || step.output) throw new Error(`line ${block.line}: this output follows no runnable block`)
    step.output = block
  }
  return steps
}

/** Names that the block marked `settings` exports: what the page asks the reader to have before the first command. */
export function readSettings(blocks: Block[]): string[] {
  const text = blocks.filter(({ roles }) => roles.includes('settings')).map((block) => block.text)
  return [...text.join('\n').matchAll(/^export (\w+)=/gm)].map((match) => match[1] as string)
}

/** `NAME=value` in front of the command of the block marked `server`: settings of the server that the page starts. */
export function readServerSettings(blocks: Block[]): Record<string, string> {
  const text = blocks.filter(({ roles }) => roles.includes('server')).map((block) => block.text)
  return Object.fromEntries(
    [...text.join('\n').matchAll(/\b([A-Z_]+)=(\S+) /g)].map(([, name, value]) => [name, value]),
  )
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** White space between JSON tokens carries no meaning; inside strings it does. */
const withoutLayout = (json: string) => json.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part[0] === '"' ? part : ''))

/**
 * Whether a command printed what its page shows. `…` stands for anything within a line, and for any number of lines
 * when it is alone on one; in JSON it stands for anything, and layout does not count.
 */
export function matchesOutput({ language, text }: Block, printed: string): boolean {
  if (language === 'json') {
    const pattern = withoutLayout(text).split('…').map(escaped).join('[\\s\\S]*?')
    return new RegExp(`^${pattern}$`).test(withoutLayout(printed))
  }
  const lines = text.trimEnd().split('\n')
  const pattern = lines.map((line) => {
    return line.trim() === '…' ? '(?:.*\\n)*?' : `${line.trimEnd().split('…').map(escaped).join('.*')}[^\\S\\n]*\\n`
  })
  return new RegExp(`^${pattern.join('')}$`).test(`${printed.trimEnd()}\n`)
}
