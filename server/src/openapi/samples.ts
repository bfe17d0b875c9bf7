import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from './build-document.ts'
import type { Operation } from './operations.ts'

/** The languages of docs/examples, as renderers call them, and how a task's file is named in each. */
const LANGUAGES = [
  { folder: 'shell', lang: 'shell', label: 'Shell', file: (task: string) => `${task}.sh` },
  { folder: 'ruby', lang: 'ruby', label: 'Ruby', file: (task: string) => `${task}.rb` },
  { folder: 'python', lang: 'python', label: 'Python', file: (task: string) => `${task}.py` },
  { folder: 'javascript', lang: 'javascript', label: 'JavaScript', file: (task: string) => `${task}.mjs` },
  {
    folder: 'java',
    lang: 'java',
    label: 'Java',
    file: (task: string) => `${task.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}.java`,
  },
  { folder: 'csharp', lang: 'csharp', label: 'C#', file: (task: string) => `${task}.cs` },
]

interface Task {
  task: string
  title: string
  operations: [method: string, path: string][]
}

/**
 * Programs of `docs/examples` by the operation that they show, in every language; of several tasks for one operation
 * the first in tasks.json is shown. `folder` is docs/examples.
 */
export function readSamples(folder: string, operations: readonly Operation[]): Record<string, Sample[]> {
  const tasks = JSON.parse(readFileSync(join(folder, 'tasks.json'), 'utf8')) as Task[]
  const samples: Record<string, Sample[]> = {}
  for (const { id, method, path } of operations) {
    const shown = tasks.find((task) =>
      task.operations.some(([m, p]) => m === method.toUpperCase() && path === `/api/v2${p}`),
    )
    if (!shown) continue
    samples[id] = LANGUAGES.map(({ folder: name, lang, label, file }) => ({
      lang,
      label,
      source: readFileSync(join(folder, name, file(shown.task)), 'utf8'),
    }))
  }
  return samples
}
