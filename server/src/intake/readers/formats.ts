import { ctest } from './ctest/ctest.format.ts'
import { junit } from './junit/junit.format.ts'
import type { Format } from './model.ts'
import { nunit } from './nunit/nunit.format.ts'
import { testng } from './testng/testng.format.ts'

/** Every format that is read. The first that recognises a file reads it, so the exacting ones stand above the lenient. */
export const FORMATS: readonly Format[] = [junit, testng, nunit, ctest]

/** The format of a file by its beginning; undefined when it is no result file. */
export function recognise(head: string, filename: string): Format | undefined {
  return FORMATS.find((format) => format.recognises(head, filename))
}

/** A format by its name, as `format=` gives it. */
export function formatNamed(name: string): Format | undefined {
  return FORMATS.find((format) => format.name === name)
}
