import { posix } from 'node:path'

/** A Markdown page of docs/. */
export interface Page {
  /** Path relative to docs/: `guides/kittens.md`. */
  path: string
  markdown: string
}

/** Address below which the files of docs/ are served. */
export const FILES = '/docs/files/'

/** Pages that the index (docs/README.md) links to, in its order, as paths relative to docs/. */
export function listedPages(index: string): string[] {
  const links = [...index.matchAll(/\]\(([\w./-]+\.md)\)/g)].map(([, path]) => path as string)
  return [...new Set(links)]
}

/** The part of a page under one heading of level 2, without the heading; empty when there is none. */
export function sectionOf(markdown: string, heading: string): string {
  const [, after = ''] = markdown.split(new RegExp(`^## ${heading}$`, 'm'))
  return after.split(/^## /m)[0]?.trim() ?? ''
}

const FENCED = /^(`{3,})[\s\S]*?^\1 *$/gm

/** Applies `change` to the text between fenced code, and leaves code as it is. */
function outsideCode(markdown: string, change: (text: string) => string): string {
  let end = 0
  let changed = ''
  for (const match of markdown.matchAll(FENCED)) {
    changed += change(markdown.slice(end, match.index)) + match[0]
    end = match.index + match[0].length
  }
  return changed + change(markdown.slice(end))
}

/** How GitHub, and the renderer, make an anchor of a heading. */
const slugOf = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

const headingsOf = (markdown: string): string[] =>
  [...markdown.replace(FENCED, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) => heading as string)

/** Where each heading of each page is found once the pages follow one another: `page#slug` → anchor. */
function anchorsOf(pages: readonly Page[]): Map<string, string> {
  const taken = new Map<string, number>()
  const anchors = new Map<string, string>()
  for (const { path, markdown } of pages) {
    const own = new Map<string, number>()
    for (const [index, heading] of headingsOf(markdown).entries()) {
      const slug = slugOf(heading)
      const numbered = (counts: Map<string, number>) => {
        const n = counts.get(slug) ?? 0
        counts.set(slug, n + 1)
        return n === 0 ? slug : `${slug}-${n}`
      }
      const anchor = numbered(taken)
      anchors.set(`${path}#${numbered(own)}`, anchor)
      if (index === 0) anchors.set(path, anchor)
    }
  }
  return anchors
}

/** What stands under one heading, for a search. */
export interface Section {
  /** Title of the page. */
  page: string
  title: string
  anchor: string
  /** Plain text, code included. */
  text: string
}

/** Markdown as the words that a reader sees. */
const wordsOf = (markdown: string) =>
  markdown
    .replace(/^`{3,}.*$/gm, '')
    .replace(/\[([^\]]*)\]\([^()\s]*\)/g, '$1')
    .replace(/^\|[ :|-]+\|$/gm, '')
    .replace(/`([^`\n]+)`/g, '$1')
    .replaceAll('**', '')
    .replace(/\s*\|\s*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** The sections of pages, with the anchors that their headings have once the pages follow one another. */
export function listSections(pages: readonly Page[]): Section[] {
  const anchors = anchorsOf(pages)
  return pages.flatMap(({ path, markdown }) => {
    const own = new Map<string, number>()
    const sections: Section[] = []
    let fence = ''
    for (const line of markdown.split('\n')) {
      const mark = /^`{3,}/.exec(line)?.[0]
      if (mark && fence === '') fence = mark
      else if (mark && line.trimEnd() === fence) fence = ''
      const heading = fence === '' && !mark ? /^#{1,6} +(.+?) *#*$/.exec(line)?.[1] : undefined
      const last = sections.at(-1)
      if (heading === undefined) {
        if (last) last.text += `${line}\n`
        continue
      }
      const slug = slugOf(heading)
      const n = own.get(slug) ?? 0
      own.set(slug, n + 1)
      const anchor = anchors.get(`${path}#${n === 0 ? slug : `${slug}-${n}`}`) as string
      const title = wordsOf(heading)
      sections.push({ page: sections[0]?.page ?? title, title, anchor, text: '' })
    }
    return sections.map((section) => ({ ...section, text: wordsOf(section.text) }))
  })
}

interface Places {
  anchors: ReadonlyMap<string, string>
  /** What stands before an anchor in an address of the reference: `#description/`. */
  prefix: string
  /** Anchors of what is said elsewhere in the repository: `../README.md#settings` → `settings`. */
  elsewhere: Readonly<Record<string, string>>
}

/** A link as the reference needs it: to a heading of it, to a file below /docs/files, or without address. */
function relink(page: string, text: string, target: string, { anchors, prefix, elsewhere }: Places): string {
  if (/^([a-z][a-z+.-]*:|\/)/i.test(target)) return `[${text}](${target})`
  const [file = '', anchor] = target.split('#', 2)
  const path = file === '' ? page : posix.normalize(posix.join(posix.dirname(page), file))
  const whole = anchor === undefined ? path : `${path}#${anchor}`
  const found = anchors.get(whole) ?? elsewhere[whole]
  if (found !== undefined) return `[${text}](${prefix}${found})`
  return path.startsWith('../') ? text : `[${text}](${FILES}${path})`
}

/** Words after the language of a fence are for the tests; renderers take the language as it stands alone. */
const withoutRoles = (markdown: string) => markdown.replace(/^(`{3,}\w+) .*$/gm, '$1')

/**
 * Pages of docs/ as one Markdown text for the reference: links between them lead to its headings, links to other files
 * of docs/ to /docs/files, and links out of docs/ keep their words only.
 */
export function joinPages(pages: readonly Page[], places: Omit<Places, 'anchors'>): string {
  const anchors = anchorsOf(pages)
  const joined = pages.map(({ path, markdown }) =>
    outsideCode(markdown, (text) =>
      text.replace(/\[([^\]]+)\]\(([^()\s]+)\)/g, (_, words: string, target: string) =>
        relink(path, words, target, { ...places, anchors }),
      ),
    ),
  )
  return withoutRoles(joined.join('\n\n'))
}
