import { InvalidArgumentError } from 'commander'

/** A positive whole number, such as an id. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new InvalidArgumentError('It must be a positive whole number.')
  return Number(text)
}

/** A whole number that may be 0, such as how often something is repeated. */
export function wholeNumber(text: string): number {
  return text === '0' ? 0 : positiveInteger(text)
}

/** Text that is not blank. */
export function notBlank(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be blank.')
  return text
}

/** Collects a repeatable `Name=value` option. */
export function nameValue(text: string, before: string[] = []): string[] {
  if (text.indexOf('=') < 1) throw new InvalidArgumentError('Write it as Name=value.')
  return [...before, text]
}

/** A comma-separated list. */
export function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** A time zone that this Node knows, or an offset such as +02:00. */
export function timeZone(text: string): string {
  if (/^[+-]\d\d:?\d\d$/.test(text)) return text
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
  } catch {
    throw new InvalidArgumentError('It must be a zone such as Europe/Berlin, UTC or +02:00.')
  }
  return text
}
