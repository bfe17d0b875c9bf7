import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

// Every relative link of the documentation leads to a file of this repository, and every anchor to a heading of it.

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md']

/** The Markdown files whose links are checked, relative to the repository. */
function listPages(root: string): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  return [...PAGES, ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))].sort()
}

/** Code shows links, it does not make them. Lines stay where they are. */
function withoutCode(markdown: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, ' ')
  return markdown.replace(/^(`{3,})[\s\S]*?^\1 *$/gm, blank).replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, blank)
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>()
  const headings = markdown.replace(/^(`{3,})[\s\S]*?^\1 *$/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)
  for (const [, heading = ''] of headings) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`
    anchors.add(anchor)
  }
  return anchors
}

interface Link {
  line: number
  target: string
}

/** Inline links, images and reference definitions of a page, without those to other sites. */
function linksOf(markdown: string): Link[] {
  const links: Link[] = []
  for (const [index, line] of withoutCode(markdown).split('\n').entries()) {
    const found = [
      ...line.matchAll(/\]\(<?([^()\s>]+)>?(?: +"[^"]*")?\)/g),
      ...line.matchAll(/^ {0,3}\[[^\]]+\]: *<?([^\s>]+)/g),
    ]
    for (const [, target = ''] of found) {
      if (!/^([a-z][a-z+.-]*:|\/\/)/i.test(target)) links.push({ line: index + 1, target })
    }
  }
  return links
}

/** What is wrong with a link, or undefined. */
function problemOf(root: string, page: string, target: string): string | undefined {
  const [path = '', anchor] = decodeURIComponent(target).split('#', 2)
  const file = path === '' ? join(root, page) : resolve(root, dirname(page), path)
  if (path.startsWith('/') || relative(root, file).split(sep)[0] === '..') return 'leads out of the repository'
  if (!existsSync(file)) return 'there is no such file'
  if (anchor === undefined || anchor === '') return undefined
  if (statSync(file).isDirectory() || !file.endsWith('.md')) return 'an anchor needs a Markdown page'
  return anchorsOf(readFileSync(file, 'utf8')).has(anchor) ? undefined : 'there is no such heading'
}

/** Every link of the documentation below `root` that leads nowhere, as `page:line: target: what is wrong`. */
export function findBrokenLinks(root: string): string[] {
  return listPages(root).flatMap((page) =>
    linksOf(readFileSync(join(root, page), 'utf8')).flatMap(({ line, target }) => {
      const problem = problemOf(root, page, target)
      return problem === undefined ? [] : [`${page}:${line}: ${target}: ${problem}`]
    }),
  )
}

if (import.meta.main) {
  const broken = findBrokenLinks(join(import.meta.dirname, '..'))
  for (const line of broken) console.error(line)
  if (broken.length > 0) process.exitCode = 1
  else console.log('All links of the documentation lead somewhere.')
}
