import { Command } from 'commander'
import { detectCi } from '../ci/detect-ci.ts'
import { CliError } from '../cli-error.ts'
import { connect, findProject } from '../connect.ts'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger, wholeNumber } from '../option-values.ts'
import { printJson, printLine, say } from '../print.ts'
import { waitForGate } from '../upload/gate.ts'
import { readFile } from '../upload/import-parameters.ts'

interface Options {
  project?: string
  buildKey?: string
  buildId?: number
  gateId?: number
  timeout?: number
  url?: string
  json?: boolean
}

const HELP = `
Exit codes:
  0  the gate passed
  1  the gate failed
  2  there is no verdict: the build is not complete in time, there is no such build, or the server is away

A server that is away never passes.`

const TIMEOUT = 900

/** `assay gate` */
export function gateCommand(context: Context): Command {
  return new Command('gate')
    .description('wait for the verdict of the gate of a build, and end with it')
    .requiredOption('--project <id|name>', 'project of the build', notBlank)
    .option('--build-key <key>', 'key of the build (in a CI: that of its variables, as upload sends it)', notBlank)
    .option('--build-id <id>', 'the same by id', positiveInteger)
    .option('--gate-id <id>', 'only by this gate', positiveInteger)
    .option('--timeout <seconds>', `how long the gate may be pending (default: ${TIMEOUT})`, wholeNumber)
    .option('--url <address>', 'address of the server (default: ASSAY_URL)', notBlank)
    .option('--json', 'print the verdict as JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const timeout = (options.timeout ?? TIMEOUT) * 1000
      const { client } = connect(context, options.url, { retry: { deadline: timeout, retries: 1000 } })
      const { id: projectId } = await findProject(client, options.project as string)
      const project = client.project(projectId)
      const buildId = options.buildId ?? (await idOf(project, keyOf(options, context)))
      const { gateId } = options
      const gate = await waitForGate(project, { buildId, gateId, timeout, signal: context.signal })
      if (options.json) printJson(context, { buildId: Number(buildId), ...gate })
      else for (const line of gate.text.split('\n')) printLine(context.stdout, line)
      if (gate.verdict === 'pending') say(context, `There is no verdict after ${timeout / 1000} s.`)
      context.setExitCode(gate.verdict === 'passed' ? 0 : gate.verdict === 'failed' ? 1 : 2)
    })
}

function keyOf({ buildKey }: Options, { env }: Context): string {
  const key = buildKey ?? detectCi(env, readFile)?.parameters['build-key']
  if (key === undefined) throw new CliError('Say which build: --build-key, or --build-id')
  return key
}

async function idOf(project: ReturnType<ReturnType<typeof connect>['client']['project']>, key: string) {
  // The list would take commas for those between several keys, and a key may hold one.
  for await (const build of project.list('listBuilds', { query: key.includes(',') ? {} : { key } })) {
    if (build.attributes.key === key) return build.id
  }
  throw new CliError(`There is no build with the key "${key}"`)
}
