import { parseAllDocuments } from 'yaml'

/** A value of a YAML or JSON file. */
// biome-ignore lint/suspicious/noExplicitAny: checks look for what should be there
export type Value = any

/** The documents of a YAML text; what is wrong with it goes to `problems`, with its line. */
export function readDocuments(path: string, text: string, problems: string[]): Value[] {
  const documents = parseAllDocuments(text, { merge: true, prettyErrors: true })
  return [...documents].flatMap((document) => {
    for (const { message } of [...document.errors, ...document.warnings]) problems.push(`${path}: ${message}`)
    return document.errors.length === 0 ? [document.toJS({ maxAliasCount: 100 })] : []
  })
}
