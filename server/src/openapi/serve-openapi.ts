import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { SETTINGS } from '../config.ts'
import { API_ROOT } from '../http/register-routes.ts'
import type { Room } from '../http/room.ts'
import type { Route } from '../http/route.ts'
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

function once<T extends object | string>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown

/** The settings of the server as a Markdown page. */
function settingsPage(): string {
  const rows = SETTINGS.map(({ name, fallback, meaning }) => {
    return `| \`${name}\` | ${fallback === undefined ? 'unset' : `\`${fallback}\``} | ${meaning} |`
  })
  return ['# Settings', '', '| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

/** The guides in the order of docs/README.md, with the glossary and the settings. */
function readPages(docs: string): Page[] {
  const index = readFileSync(join(docs, 'README.md'), 'utf8')
  const pages: Page[] = listedPages(index).map((path) => ({ path, markdown: readFileSync(join(docs, path), 'utf8') }))
  const first = { path: 'README.md', markdown: `${SUMMARY}\n\n${sectionOf(index, 'Guides')}` }
  return [first, ...pages, { path: 'settings', markdown: settingsPage() }]
}

/** What the search of the guides looks through. */
export const readSections = (docs = DOCS): Section[] => listSections(readPages(docs))

/** The guides as one Markdown text. */
export function readGuides(docs = DOCS): string {
  return joinPages(readPages(docs), {
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
}

/** The documents of this server, with samples and real examples, as JSON text; read and built when first asked for. */
export function createDocuments(rooms: readonly Room[], routes: readonly Route[]): Documents {
  const parts = once(() => {
    const { version } = readJson(at('../../package.json')) as { version: string }
    const examples = readJson(at('./examples.json')) as Record<string, Example>
    const samples = readSamples(`${DOCS}/examples`, operationsOf({ rooms, routes, examples }), examples)
    return { rooms, routes, examples, samples, version }
  })
  const withDescription = (description: () => string) =>
    once(() => JSON.stringify(buildDocument({ ...parts(), description: description() })))
  return { plain: withDescription(() => SUMMARY), withGuides: withDescription(readGuides) }
}

/** `GET /api/v2/openapi.json`: no token needed, and nothing of any account in it (contract §7). */
export function serveOpenApi(app: FastifyInstance, document: () => string): void {
  app.get(`${API_ROOT}/openapi`, async (_request, reply) =>
    reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(document()),
  )
}
