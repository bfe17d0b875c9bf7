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
export function readBlocks(framework: string, text: string, isHeldOut = false): Labelled[] {
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
      return {
        attempt: attemptOf(sections),
        test: `${framework} ${labels.test ?? at}`,
        // One that begins with a star is the same in all files.
        cause: cause.startsWith('*') ? cause : `${framework} ${cause}`,
        failure: `${framework} ${cause} ${at}`,
        framework,
        isHeldOut,
      }
    })
  })
}

const readFolder = (folder: URL, isHeldOut: boolean): Labelled[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => {
      const framework = `${isHeldOut ? 'held out: ' : ''}${name.replace('.txt', '')}`
      return readBlocks(framework, readFileSync(new URL(name, folder), 'utf8'), isHeldOut)
    })

/** All failures of the corpus. */
export function readCorpus(): Labelled[] {
  const folder = new URL('.', import.meta.url)
  return [...readFolder(folder, false), ...readFolder(new URL('held-out/', folder), true)]
}
