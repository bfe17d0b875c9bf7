import { readdirSync, readFileSync } from 'node:fs'
import type { Attempt } from '../../readers/model.ts'

/** A failure whose cause and place a person has named. */
export interface Labelled {
  attempt: Attempt
  test: string
  cause: string
  failure: string
  framework: string
  /** Signatures are tuned on the others. */
  isHeldOut: boolean
}

const SLOT = /⟦([^⟦⟧]*)⟧/g

/** How many failures a block stands for: its widest slot. */
const widthOf = (block: string) =>
  Math.max(1, ...[...block.matchAll(SLOT)].map(([, forms = '']) => forms.split('|').length))

/** A block with the nth form in each slot. */
const formOf = (block: string, n: number) =>
  block.replace(SLOT, (_, slot: string) => {
    const forms = slot.split('|')
    return forms[n % forms.length] as string
  })

const attemptOf = (sections: readonly string[]): Attempt => {
  const attempt: Attempt = { status: 'failed', seconds: 0, steps: [], attachments: [] }
  for (const section of sections) {
    const [, name = '', text = ''] = /^(type|message|details)\s([\s\S]*)$/.exec(section) ?? []
    if (name !== '') attempt[name as 'type'] = text.replace(/\n$/, '')
  }
  return attempt
}

/** The failures of one file of the corpus. */
export function readBlocks(framework: string, text: string): Labelled[] {
  const families = new Map<string, number>()
  return text.split(/^§ /m).flatMap((block) => {
    if (block === '') return []
    return Array.from({ length: widthOf(block) }, (_, n) => {
      const [head = '', ...sections] = formOf(block, n).split(/^§/m)
      const labels = Object.fromEntries(
        head
          .trim()
          .split(/\s+/)
          .map((label) => label.split('=')),
      ) as Record<string, string>
      const { cause = '', at = '' } = labels
      const family = cause.split('.')[0] as string
      if (!families.has(family)) families.set(family, families.size)
      return {
        attempt: attemptOf(sections),
        test: `${framework} ${labels.test ?? at}`,
        // One that begins with a star is the same in all files.
        cause: cause.startsWith('*') ? cause : `${framework} ${cause}`,
        failure: `${framework} ${cause} ${at}`,
        framework,
        isHeldOut: (families.get(family) as number) % 2 === 1,
      }
    })
  })
}

/** All failures of the corpus. */
export function readCorpus(): Labelled[] {
  const folder = new URL('.', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return files
    .sort()
    .flatMap((name) => readBlocks(name.replace('.txt', ''), readFileSync(new URL(name, folder), 'utf8')))
}
