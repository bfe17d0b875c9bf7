import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readBlocks } from './guide-blocks.ts'
import { ROOT } from './server-process.ts'

/** Guides whose pipelines nobody can run but the service they are for. */
const GUIDES = ['github-actions', 'gitlab-ci', 'jenkins', 'other-ci', 'upload-automated-results']

const blocksOf = (guide: string) => readBlocks(readFileSync(join(ROOT, `docs/guides/${guide}.md`), 'utf8'))

interface Call {
  place: string
  /** The words behind `assay` or `node assay.mjs`. */
  words: string[]
}

/** Words of a shell line, as far as they are arguments of the command: up to `|`, `||`, `&&`, `;` or a redirection. */
function wordsOf(command: string): string[] {
  const words = [...command.matchAll(/"[^"]*"|'[^']*'|\$\{\{.*?\}\}\S*|[^\s"']+/g)].map(([word]) => word)
  const end = words.findIndex((word) => /^(?:\|\|?|&&|;|[<>])/.test(word))
  return end === -1 ? words : words.slice(0, end)
}

/** Every call of the command line on the pages of the documentation, in code and in text. */
function callsIn(path: string, text: string): Call[] {
  const calls: Call[] = []
  const joined = text.replace(/\\\n\s*/g, ' ')
  for (const [, command = ''] of joined.matchAll(
    /(?:node (?:"\$WORKSPACE_TMP\/assay\.mjs"|assay\.mjs)|`assay) ([^`\n]+)/g,
  )) {
    if (/^(?:upload|gate|builds|failures|quarantine)\b/.test(command))
      calls.push({ place: path, words: wordsOf(command) })
  }
  return calls
}

const COMMANDS = [['upload', 'junit'], ['upload'], ['gate'], ['builds'], ['failures'], ['quarantine', 'names']]

/** Options that `--help` of a command names, each with whether it takes a value. */
function optionsOf(command: readonly string[]): Map<string, boolean> {
  const program = join(ROOT, 'cli/src/standalone.ts')
  const { stdout } = spawnSync(process.execPath, [program, ...command, '--help'], { encoding: 'utf8' })
  const found = new Map<string, boolean>()
  for (const [, name = '', value] of stdout.matchAll(/^\s+(?:-\w, )?(--[\w-]+)( <[^>]+>)?/gm)) {
    found.set(name, value !== undefined)
  }
  return found
}

const PAGES = readdirSync(join(ROOT, 'docs/guides'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/guides/${name}`)

describe('pipelines of the guides', () => {
  it.each(GUIDES)('%s: are well-formed', (guide) => {
    const blocks = blocksOf(guide)
    expect(blocks.some(({ language }) => language === 'yaml' || language === 'groovy')).toBe(true)
    for (const { language, line, text } of blocks) {
      if (language === 'yaml') {
        const problems = parseAllDocuments(text).flatMap(({ errors, warnings }) => [...errors, ...warnings])
        expect([line, problems.map(({ message }) => message)]).toEqual([line, []])
      } else if (language === 'groovy') {
        const count = (mark: string) => text.split(mark).length - 1
        expect([line, count('{'), count("'''") % 2]).toEqual([line, count('}'), 0])
      }
    }
  })

  it('fetch the command line before they call it', () => {
    for (const guide of GUIDES) {
      for (const { language, line, text } of blocksOf(guide)) {
        if (language !== 'yaml' && language !== 'groovy') continue
        const lines = text.split('\n').filter((each) => /\bassay\.mjs\b/.test(each))
        const fetched = lines.filter((each) => /curl -fsS(?:O| -o)/.test(each)).length
        expect([guide, line, fetched]).toEqual([guide, line, lines.length - fetched])
      }
    }
  })

  it('call commands that there are, with options that they have', { timeout: 120_000 }, () => {
    const known = new Map(COMMANDS.map((command) => [command.join(' '), optionsOf(command)]))
    const calls = PAGES.flatMap((path) => callsIn(path, readFileSync(join(ROOT, path), 'utf8')))
    expect(calls.length).toBeGreaterThan(30)
    for (const { place, words } of calls) {
      const command = COMMANDS.find((each) => each.every((word, index) => words[index] === word))
      expect([place, words, command !== undefined]).toEqual([place, words, true])
      const options = known.get((command as string[]).join(' ')) as ReadonlyMap<string, boolean>
      expect(options.size).toBeGreaterThan(3)
      for (const [index, word] of words.entries()) {
        if (!word.startsWith('--')) continue
        expect([place, words, word, options.has(word)]).toEqual([place, words, word, true])
        const next = words[index + 1]
        if (options.get(word))
          expect([place, word, next !== undefined && !next.startsWith('--')]).toEqual([place, word, true])
      }
    }
  })
})
