import { allure1 } from './allure1/allure1.format.ts'
import { ctest } from './ctest/ctest.format.ts'
import { junit } from './junit/junit.format.ts'
import type { Format } from './model.ts'
import { nunit } from './nunit/nunit.format.ts'
import { robot } from './robot/robot.format.ts'
import { testng } from './testng/testng.format.ts'
import { trx } from './trx/trx.format.ts'
import { xunit } from './xunit/xunit.format.ts'

/** Every format that is read. The first that recognises a file reads it, so the exacting ones stand above the lenient. */
export const FORMATS: readonly Format[] = [junit, testng, nunit, xunit, trx, ctest, robot, allure1]

/** The format of a file by its beginning; undefined when it is no result file. */
export function recognise(head: string, filename: string): Format | undefined {
  return FORMATS.find((format) => format.recognises(head, filename))
}

/** A format by its name, as `format=` gives it. */
export function formatNamed(name: string): Format | undefined {
  return FORMATS.find((format) => format.name === name)
}
