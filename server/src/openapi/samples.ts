import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from './build-document.ts'
import type { Example, Operation } from './operations.ts'
import { LANGUAGES, writeSnippets } from './snippets.ts'

/** How the file of a task is called in the folder of each language of docs/examples. */
export const SAMPLE_FILES: Record<(typeof LANGUAGES)[number]['lang'], (task: string) => string> = {
  shell: (task) => `${task}.sh`,
  ruby: (task) => `${task}.rb`,
  python: (task) => `${task}.py`,
  javascript: (task) => `${task}.mjs`,
  java: (task) => `${task.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}.java`,
  csharp: (task) => `${task}.cs`,
}

interface Task {
  task: string
  title: string
  operations: [method: string, path: string][]
}

/** The call that an operation's example makes. */
function callOf(
  { id, method, path, sample }: Operation,
  example: Example | undefined,
): Parameters<typeof writeSnippets>[0] {
  const { data } = (example?.response ?? {}) as { data?: { id?: string } }
  const shown = path.endsWith('/{id}.json') ? Number(data?.id ?? 70) : 70
  return {
    method: method.toUpperCase(),
    path,
    query: sample?.query,
    body: example?.request,
    values: { project_id: 4, signed_token: '…', id: sample?.id ?? shown },
    download: id.startsWith('download'),
  }
}

/**
 * What shows each operation in every language, by operation id. First one short call with curl, that of its example; then
 * the programs of `docs/examples` where a task names the operation (the first in tasks.json), else programs that make
 * the same call. `folder` is docs/examples.
 */
export function readSamples(
  folder: string,
  operations: readonly Operation[],
  examples: Readonly<Record<string, Example>>,
): Record<string, Sample[]> {
  const tasks = JSON.parse(readFileSync(join(folder, 'tasks.json'), 'utf8')) as Task[]
  const shownBy = ({ method, path }: Operation) =>
    tasks.find((task) => task.operations.some(([m, p]) => m === method.toUpperCase() && path === `/api/v2${p}`))
  return Object.fromEntries(
    operations.map((operation) => {
      const shown = shownBy(operation)
      const [curl, ...snippets] = writeSnippets(callOf(operation, examples[operation.id]))
      const programs = LANGUAGES.slice(1).map(({ lang, label }) => ({
        lang,
        label,
        read: (task: string) => readFileSync(join(folder, lang, SAMPLE_FILES[lang](task)), 'utf8'),
      }))
      const others = shown
        ? programs.map(({ lang, label, read }) => ({ lang, label, source: read(shown.task) }))
        : snippets
      return [operation.id, [curl as Sample, ...others]]
    }),
  )
}
