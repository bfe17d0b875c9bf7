import { azure } from './azure.ts'
import { bitbucket } from './bitbucket.ts'
import { buildkite } from './buildkite.ts'
import type { Ci, CiParameters, Env, ReadFile } from './ci-parameters.ts'
import { circleci } from './circleci.ts'
import { drone, woodpecker } from './drone.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { jenkins } from './jenkins.ts'
import { teamcity } from './teamcity.ts'

/** Every CI system that is known. One that runs the jobs of others stands behind them. */
export const CI_SYSTEMS: readonly Ci[] = [
  github,
  gitlab,
  azure,
  circleci,
  buildkite,
  bitbucket,
  woodpecker,
  drone,
  teamcity,
  jenkins,
]

/** What the server takes at most; of a key the end is what tells it from others. */
const MOST = 255

const isAddress = (text: string) => URL.canParse(text) && /^https?:/i.test(text)

/** What is no value of a parameter is left out: a guess must not be why a report is refused. */
function fit(name: string, value: string): string | undefined {
  const text = value.trim()
  if (text === '') return undefined
  if (name === 'attempt') return /^[1-9]\d{0,5}$/.test(text) ? text : undefined
  if (name === 'build-url') return isAddress(text) && text.length <= 1000 ? text : undefined
  return name === 'build-key' ? text.slice(-MOST) : text.slice(0, MOST)
}

/** The CI system that this job runs in, and what its variables say; undefined where none is known. */
export function detectCi(env: Env, readFile: ReadFile): { name: string; parameters: CiParameters } | undefined {
  const ci = CI_SYSTEMS.find(({ isHere }) => isHere(env))
  if (ci === undefined) return undefined
  const said = Object.entries(ci.read(env, readFile)).flatMap(([name, value]): [string, string][] => {
    const fitting = typeof value === 'string' ? fit(name, value) : undefined
    return fitting === undefined ? [] : [[name, fitting]]
  })
  return { name: ci.name, parameters: Object.fromEntries(said) }
}
