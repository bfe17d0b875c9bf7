/** A quarantined test, by what CI tools call it. */
export interface QuarantinedName {
  name: string
  file: string | null
  variant: string | null
}

/** In what words names are given. */
export const FORMS = ['lines', 'pytest', 'playwright', 'junit'] as const
export type Form = (typeof FORMS)[number]

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** The parts of a name as it is shown: class or suite, and the test itself. */
function partsOf(name: string): { front: string[]; own: string } {
  const parts = name.split(' › ')
  return { front: parts.slice(0, -1), own: parts.at(-1) as string }
}

/** A pytest node id, as `--deselect` takes it: file, class, name. */
function nodeId({ name, file }: QuarantinedName): string {
  const { front, own } = partsOf(name)
  const className = front.at(-1)?.split('.').at(-1)
  const isClass = className !== undefined && /^[A-Z]/.test(className)
  return [file ?? front.join('/'), ...(isClass ? [className] : []), own].filter((part) => part !== '').join('::')
}

/** Names of tests as a tool is told them: lines; node ids of pytest; one expression for Playwright's --grep-invert; class#name. */
export function namesAs(form: Form, names: readonly QuarantinedName[]): string[] {
  const unique = (all: string[]) => [...new Set(all)]
  if (form === 'pytest') return unique(names.map(nodeId))
  if (form === 'junit') {
    return unique(
      names.map(({ name }) => {
        const { front, own } = partsOf(name)
        return front.length === 0 ? own : `${front.join('.')}#${own}`
      }),
    )
  }
  if (form === 'playwright') return unique(names.map(({ name }) => partsOf(name).own)).map(escaped)
  return unique(names.map(({ name }) => name))
}
