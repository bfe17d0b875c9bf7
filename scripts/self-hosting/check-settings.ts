import { readConfig, SETTINGS } from '../../server/src/app/config.ts'

const KNOWN = new Set(SETTINGS.map(({ name }) => name))

/** What is wrong with settings that a file gives to the server: names that it does not know, values it would refuse. */
export function findWrongSettings(path: string, given: Record<string, string>): string[] {
  const problems = Object.keys(given).flatMap((name) =>
    KNOWN.has(name) ? [] : [`${path}: there is no setting ${name}`],
  )
  try {
    readConfig(given)
  } catch (error) {
    problems.push(`${path}: ${(error as Error).message}`)
  }
  return problems
}
