import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { memoize } from '../core/memoize.ts'
import type { ResourceRoutes } from '../engine/resource-routes.ts'
import type { Route } from '../engine/route.ts'
import { buildDocument, operationsOf } from './build-document.ts'
import { joinPages, listedPages, listSections, type Page, type Section, sectionOf } from './guides.ts'
import type { Example } from './operations.ts'
import { GUIDES } from './reference-page.ts'
import { readSamples } from './samples.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Folder of the guides and samples that are served with the reference. */
export const DOCS = at('../../../docs')

/** What Assay is, in a sentence. */
export const SUMMARY = 'Self-hosted test management that speaks the PractiTest REST API v2.'

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown

/** A setting of the server, as the guides show it. */
export interface ShownSetting {
  name: string
  fallback: string | undefined
  meaning: string
}

/** The settings of the server as a Markdown page. */
function settingsPage(settings: readonly ShownSetting[]): string {
  const rows = settings.map(({ name, fallback, meaning }) => {
    return `| \`${name}\` | ${fallback === undefined ? 'unset' : `\`${fallback}\``} | ${meaning} |`
  })
  return ['# Settings', '', '| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

/** The guides in the order of docs/README.md, with the glossary and the settings. */
function readPages(settings: readonly ShownSetting[]): Page[] {
  const index = readFileSync(join(DOCS, 'README.md'), 'utf8')
  const pages: Page[] = listedPages(index).map((path) => ({ path, markdown: readFileSync(join(DOCS, path), 'utf8') }))
  const first = { path: 'README.md', markdown: `${SUMMARY}\n\n${sectionOf(index, 'Guides')}` }
  return [first, ...pages, { path: 'settings', markdown: settingsPage(settings) }]
}

/** The guides as one Markdown text. */
function readGuides(settings: readonly ShownSetting[]): string {
  return joinPages(readPages(settings), {
    prefix: GUIDES,
    elsewhere: { '../README.md#settings': 'settings' },
  })
}

/** Texts of the document. */
export interface Documents {
  /** For programs. */
  plain(): string
  /** For people: with the guides before the operations. */
  withGuides(): string
  /** What the search of the guides looks through. */
  sections(): Section[]
}

/** The documents of this server, with samples and real examples, as JSON text; read and built when first asked for. */
export function createDocuments({
  resources,
  routes,
  settings,
}: {
  resources: readonly ResourceRoutes[]
  routes: readonly Route[]
  settings: readonly ShownSetting[]
}): Documents {
  const parts = memoize(() => {
    const { version } = readJson(at('../../package.json')) as { version: string }
    const examples = readJson(at('./examples.json')) as Record<string, Example>
    const samples = readSamples(`${DOCS}/examples`, operationsOf({ resources, routes, examples }), examples)
    return { resources, routes, examples, samples, version }
  })
  const withDescription = (description: () => string) =>
    memoize(() => JSON.stringify(buildDocument({ ...parts(), description: description() })))
  return {
    plain: withDescription(() => SUMMARY),
    withGuides: withDescription(() => readGuides(settings)),
    sections: () => listSections(readPages(settings)),
  }
}
