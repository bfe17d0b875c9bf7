import { appendFile } from 'node:fs/promises'
import { AssayError } from '@assay/sdk'
import { Command, InvalidArgumentError } from 'commander'
import { CliError } from '../cli-error.ts'
import { connect, findProject } from '../connect.ts'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger, wholeNumber } from '../option-values.ts'
import { printJson, printLine, printTable, say } from '../print.ts'
import { openAttachmentRoot } from '../upload/attachments.ts'
import { deliver } from '../upload/deliver.ts'
import { type FoundFiles, findFiles } from '../upload/find-files.ts'
import { waitForGate } from '../upload/gate.ts'
import {
  addParameterOptions,
  askParameters,
  type FoundParameters,
  findParameters,
} from '../upload/import-parameters.ts'
import { markdownLines, undeliveredMarkdown } from '../upload/markdown.ts'
import { askBuild, askRefusals, exitCodeOf, importIdOf, type Outcome } from '../upload/outcome.ts'
import { createProgressBar } from '../upload/progress-bar.ts'
import { summaryLines } from '../upload/summary.ts'
import { type SentAttachments, sendWantedFiles } from '../upload/wanted-files.ts'

interface Options extends Record<string, unknown> {
  project?: string
  set?: string
  setId?: number
  attach?: boolean
  attachRoot?: string
  gate?: boolean
  gateTimeout?: number
  printParameters?: boolean
  summaryFile?: string | false
  retries?: number
  patience?: number
  concurrency?: number
  url?: string
  json?: boolean
}

const HELP = `
* unless it is given, taken from the variables of GitHub Actions, GitLab CI, Jenkins, Azure Pipelines, CircleCI,
  Buildkite, Bitbucket, TeamCity, Drone or Woodpecker; --print-parameters shows what was found. An option that is
  given as '' says that there is none.

Environment:
  ASSAY_URL            address of the server
  ASSAY_TOKEN          token, account or personal
  GITHUB_STEP_SUMMARY  where the summary goes as Markdown unless --summary-file says otherwise

Which test a case is:
  a property assay_test_id (system id) or assay_test (#12) of the case; otherwise its suites, class and name.
  Tests that do not exist yet are made with the tag "imported".

Exit codes:
  0  everything was stored and nothing failed; with --gate: the gate passed
  1  everything was stored and there are failing tests; with --gate: the gate failed
  2  something was refused, cut or not delivered, the gate has no verdict, or the command line was wrong`

/** Minutes a build may wait for other shards before a gate has no verdict. */
const GATE_TIMEOUT = 900
const PATIENCE = 300

function withOptions(command: Command, former: boolean): Command {
  command.argument('<files...>', 'files, folders, glob patterns, or - for standard input')
  command.option('--project <id|name>', 'project to upload to', notBlank)
  addParameterOptions(command, { former })
  return command
    .option('--attach', 'send the files that the reports mention, from the working directory and below (default)')
    .option('--no-attach', 'send none of them')
    .option('--attach-root <dir>', 'look here, too, and send none from outside this folder', notBlank)
    .option('--gate', 'wait for the verdict of the gate, which decides the exit code')
    .option('--gate-timeout <seconds>', `how long the gate may be pending (default: ${GATE_TIMEOUT})`, wholeNumber)
    .option('--summary-file <file>', 'append the summary to this file as Markdown')
    .option('--no-summary-file', 'write none')
    .option('--print-parameters', 'show what would be sent with which parameters, and send nothing')
    .option('--retries <n>', 'repeats on a cut connection, 409, 429 and 5xx at most; 0 for none', wholeNumber)
    .option(
      '--patience <seconds>',
      `give up after so long without a byte sent or a case stored (default: ${PATIENCE})`,
      positiveInteger,
    )
    .option('--url <address>', 'address of the server (default: ASSAY_URL)', notBlank)
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP)
}

/** `assay upload` */
export function uploadCommand(context: Context): Command {
  const upload = withOptions(new Command('upload'), false)
    .description('upload reports of test results, of any format, into a test set')
    .enablePositionalOptions()
    .action((args: string[], _: Options, command: Command) => run(context, args, command))
  return upload.addCommand(uploadJunitCommand(context))
}

const CONCURRENCY = '--concurrency has no meaning any more: everything goes in one request'

/** `assay upload junit`: what it was called when it read JUnit XML alone. */
function uploadJunitCommand(context: Context): Command {
  return withOptions(new Command('junit'), true)
    .description('the same by its former name, for JUnit XML alone')
    .option('--concurrency <n>', 'without meaning: everything goes in one request', (text) => {
      if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a positive whole number.')
      return Number(text)
    })
    .action((args: string[], _: Options, command: Command) => {
      const { concurrency } = command.opts<Options>()
      if (concurrency !== undefined) say(context, CONCURRENCY)
      return run(context, args, command, { format: 'junit' })
    })
}

const missingOption = (command: Command, flags: string) =>
  command.error(`error: required option '${flags}' not specified`)

async function run(context: Context, args: string[], command: Command, defaults: Options = {}): Promise<void> {
  const options = { ...defaults, ...command.optsWithGlobals<Options>() }
  const found = findParameters(options, context.env)
  if (options.printParameters) return printParameters(context, args, { options, found })
  if (options.project === undefined) missingOption(command, '--project <id|name>')
  if (!found.parameters['set-name'] && !found.parameters['set-id']) missingOption(command, '--set <name>')
  const summaryFile = options.summaryFile === false ? undefined : options.summaryFile || context.env.GITHUB_STEP_SUMMARY
  let outcome: Outcome
  try {
    outcome = await upload(context, args, { options, found })
  } catch (error) {
    await writeSummary(context, summaryFile, undeliveredMarkdown(error as Error))
    throw error
  }
  const exitCode = exitCodeOf(outcome)
  if (options.json) printJson(context, { exitCode, ...outcome })
  else for (const line of summaryLines(outcome)) printLine(context.stdout, line)
  await writeSummary(context, summaryFile, markdownLines(outcome))
  context.setExitCode(exitCode)
}

const NO_ATTACHMENTS: SentAttachments = { attached: 0, notSent: [] }
const NO_BUILD = { build: null, newFailures: [], flaky: [] }

interface Wanted {
  options: Options
  found: FoundParameters
}

async function printParameters(context: Context, args: string[], { options, found }: Wanted): Promise<void> {
  const { folder } = await openAttachmentRoot(options.attachRoot)
  const { files, notSent, dispose } = await findFiles(args, { stdin: context.stdin, allowed: folder })
  await dispose()
  const { ci, parameters, fromCi } = found
  if (options.json) {
    const names = files.map(({ name }) => name)
    printJson(context, { ci, parameters, fromCi, project: options.project ?? null, files: names, notSent })
    return
  }
  const rows = Object.entries(parameters).map(([name, value]) => [
    name,
    value,
    fromCi.includes(name) ? (ci ?? '') : 'option',
  ])
  printTable(context, ['parameter', 'value', 'from'], rows)
  for (const { name } of files) printLine(context.stdout, `file ${name}`)
  for (const { name, reason } of notSent) printLine(context.stdout, `not sent ${name}: ${reason}`)
}

async function upload(context: Context, args: string[], { options, found }: Wanted): Promise<Outcome> {
  const started = performance.now()
  const root = await openAttachmentRoot(options.attachRoot)
  const retries = options.retries ?? Number.POSITIVE_INFINITY
  const patience = (options.patience ?? PATIENCE) * 1000
  const bar = createProgressBar(context.stderr)
  const server = connect(context, options.url, {
    retry: {
      retries,
      deadline: patience,
      onRetry: ({ method, path, attempt, delay, reason }) => {
        bar.note(`${method} ${path}: ${reason.message}; retry ${attempt} in ${(delay / 1000).toFixed(1)} s`)
      },
    },
  })
  const files = await findFiles(args, { stdin: context.stdin, allowed: root.folder })
  try {
    if (files.files.length === 0) throw nothingFound(files)
    const found_ = await findProject(server.client, options.project as string)
    const project = server.client.project(found_.id)
    const parameters = { ...found.parameters, ...(await askParameters(server.client, found_.id, options)) }
    const asking = connect(context, options.url, { retry: { retries: 0 } }).client.project(found_.id)
    const delivered = await deliver({
      baseUrl: server.baseUrl,
      token: server.token,
      projectId: found_.id,
      project: asking,
      parameters,
      files: files.files,
      bar,
      retries,
      patience,
      signal: context.signal,
    })
    const { receipt } = delivered
    bar.clear()
    const importId = importIdOf(receipt)
    const wanted = receipt.data.attributes['wanted-files']
    const problems: string[] = []
    /** What comes after storing may fail, and everything is stored all the same. */
    const unless = async <T>(what: string, asked: Promise<T>): Promise<T | undefined> => {
      try {
        return await asked
      } catch (error) {
        if (context.signal.aborted || !(error instanceof AssayError)) throw error
        problems.push(`everything is stored, but ${what}: ${error.message}`)
        return undefined
      }
    }
    const sends = importId !== null && options.attach !== false && wanted.length > 0
    const sending = sends && sendWantedFiles(project, { importId, wanted, files: files.files, root })
    const attachments = sending ? await unless('not every file that reports mention was sent', sending) : NO_ATTACHMENTS
    const refusals = await unless('what was refused could not be asked', askRefusals(project, receipt))
    const asked = askBuild(project, { baseUrl: server.baseUrl, projectId: found_.id, receipt })
    const built = (await unless('its build could not be asked', asked)) ?? NO_BUILD
    const timeout = options.gate ? (options.gateTimeout ?? GATE_TIMEOUT) * 1000 : 0
    const buildId = receipt.data.attributes['build-id']
    const judging =
      importId !== null &&
      buildId !== null &&
      (options.gate || built.build !== null) &&
      waitForGate(project, { buildId, timeout, signal: context.signal })
    const gate = judging ? await unless('its gate could not be asked', judging) : undefined
    return {
      project: found_,
      ci: found.ci,
      parameters,
      importId,
      receipt: receipt.data.attributes,
      refusals: refusals ?? receipt.meta.refusals,
      notes: receipt.meta.notes,
      notSent: files.notSent,
      attachments: attachments ?? NO_ATTACHMENTS,
      attachmentsDone: attachments !== undefined,
      ...built,
      gate: gate === undefined ? null : { verdict: gate.verdict, text: gate.text },
      problems,
      gateDecides: options.gate === true,
      retries: delivered.retries,
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    bar.clear()
    await files.dispose()
  }
}

function nothingFound({ notSent }: FoundFiles): CliError {
  const lines = notSent.map(({ name, reason }) => `${name}: ${reason}`)
  return new CliError(['There is nothing to upload', ...lines].join('\n'), { cause: 'nothing was found' })
}

async function writeSummary(context: Context, file: string | undefined, lines: Iterable<string>): Promise<void> {
  if (!file) return
  try {
    await appendFile(file, `${[...lines].join('\n')}\n`)
  } catch (error) {
    say(context, `The summary could not be written to ${file}: ${(error as Error).message}`)
  }
}
