import { allure } from './allure/allure.format.ts'
import { allure1 } from './allure1/allure1.format.ts'
import { ctest } from './ctest/ctest.format.ts'
import { ctrf } from './ctrf/ctrf.format.ts'
import { cucumberJson } from './cucumber/cucumber-json.format.ts'
import { cucumberMessages } from './cucumber/cucumber-messages.format.ts'
import { dart } from './dart/dart.format.ts'
import { go } from './go/go.format.ts'
import { jest } from './jest/jest.format.ts'
import { jmeterCsv } from './jmeter/jmeter-csv.format.ts'
import { jmeterXml } from './jmeter/jmeter-xml.format.ts'
import { junit } from './junit/junit.format.ts'
import { k6 } from './k6/k6.format.ts'
import { karate } from './karate/karate.format.ts'
import { mocha } from './mocha/mocha.format.ts'
import { mochawesome } from './mocha/mochawesome.format.ts'
import type { Format } from './model.ts'
import { newman } from './newman/newman.format.ts'
import { nunit } from './nunit/nunit.format.ts'
import { playwright } from './playwright/playwright.format.ts'
import { playwrightBlob } from './playwright/playwright-blob.format.ts'
import { pytestJson } from './pytest-json/pytest-json.format.ts'
import { robot } from './robot/robot.format.ts'
import { tap } from './tap/tap.format.ts'
import { testng } from './testng/testng.format.ts'
import { trx } from './trx/trx.format.ts'
import { xcresult } from './xcresult/xcresult.format.ts'
import { xunit } from './xunit/xunit.format.ts'

/** Every format that is read. The first that recognises a file reads it, so the exacting ones stand above the lenient. */
export const FORMATS: readonly Format[] = [
  junit,
  testng,
  nunit,
  xunit,
  trx,
  ctest,
  robot,
  allure1,
  jmeterXml,
  ctrf,
  playwright,
  playwrightBlob,
  jest,
  mochawesome,
  mocha,
  cucumberMessages,
  cucumberJson,
  go,
  dart,
  pytestJson,
  allure,
  newman,
  xcresult,
  karate,
  k6,
  jmeterCsv,
  tap,
]

/** The format of a file by its beginning; undefined when it is no result file. */
export function recognise(head: string, filename: string): Format | undefined {
  return FORMATS.find((format) => format.recognises(head, filename))
}

/** A format by its name, as `format=` gives it. */
export function formatNamed(name: string): Format | undefined {
  return FORMATS.find((format) => format.name === name)
}
