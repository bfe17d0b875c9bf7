import { fold, lengthOf } from '../text.ts'

const PLACEHOLDER = /<([^<>]*)>/g

interface Value {
  text: string
  /** In characters, counted once. */
  length: number
}

/** What placeholders of a scenario stand for, by folded name. */
export type Values = ReadonlyMap<string, Value>

/** The values of an instance's `parameters`. */
export function valuesOf(parameters: string): Values {
  const entries = Object.entries(JSON.parse(parameters) as Record<string, string>)
  return new Map(entries.map(([name, text]) => [fold(name), { text, length: lengthOf(text) }]))
}

/** A line with `<name>` replaced, in any case and once: what a value brings along is not replaced again (§4.13). */
export function fillPlaceholders(line: string, values: Values): string {
  return line.replace(PLACEHOLDER, (placeholder, name: string) => values.get(fold(name))?.text ?? placeholder)
}

/** How many characters the filled line has, without making it. */
export function filledLength(line: string, values: Values): number {
  let length = lengthOf(line)
  for (const [placeholder, name = ''] of line.matchAll(PLACEHOLDER)) {
    const value = values.get(fold(name))
    if (value !== undefined) length += value.length - lengthOf(placeholder)
  }
  return length
}
