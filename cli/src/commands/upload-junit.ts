import { createClient } from '@assay/sdk'
import { Command, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { decodeText } from '../formats/decode-text.ts'
import { readJUnit } from '../formats/junit-reader.ts'
import { nameValue, notBlank, positiveInteger, timeZone, wholeNumber } from '../option-values.ts'
import { printJson, printLine, say } from '../print.ts'
import { openAttachmentRoot } from '../upload/attachments.ts'
import type { RepeatRule } from '../upload/plan-upload.ts'
import { createProgressBar } from '../upload/progress-bar.ts'
import { findReportFiles, readBytes } from '../upload/report-files.ts'
import { uploadResults } from '../upload/upload-results.ts'
import { summaryExitCode, summaryLines, type UploadSummary } from '../upload/upload-summary.ts'

interface Options {
  project: string
  set: string
  field?: string[]
  author?: string
  attach?: boolean
  attachRoot?: string
  skipped: 'instance' | 'no-run'
  repeats: RepeatRule
  timezone: string
  concurrency: number
  retries: number
  url?: string
  json?: boolean
}

const HELP = `
Environment:
  ASSAY_URL    address of the server
  ASSAY_TOKEN  token, account or personal

Which test a case is:
  a property assay_test_id or test_id (system id) or assay_test (#12) of the case; otherwise its class and name.
  Tests that do not exist yet are created with the tag "imported".

Exit codes:
  0  everything was stored and nothing failed
  1  everything was stored and there are failing tests
  2  something was not stored, a report was cut or unreadable, or the command line was wrong`

/** `assay upload junit` */
export function uploadJunitCommand(context: Context): Command {
  return new Command('junit')
    .description('upload JUnit XML reports into a test set')
    .argument('<files...>', 'files, glob patterns, or - for standard input')
    .requiredOption('--project <id|name>', 'project to upload to', notBlank)
    .requiredOption('--set <name>', 'test set; created when there is none of this name', notBlank)
    .option('--field <name=value>', 'custom field of the runs, else of the set (repeatable)', nameValue)
    .option('--author <email|id>', 'author of created tests, for account tokens (default: the first user)', notBlank)
    .option('--attach', 'upload the files that the reports mention, from the working directory and below')
    .option(
      '--attach-root <dir>',
      'implies --attach: look here, too, and send nothing from outside this folder',
      notBlank,
    )
    .addOption(
      new Option('--skipped <how>', 'what a skipped case becomes: an instance only, or also a run with NO RUN')
        .choices(['instance', 'no-run'])
        .default('instance'),
    )
    .addOption(
      new Option('--repeats <rule>', 'the same test several times: any failure fails, or the last one is the verdict')
        .choices(['fail', 'retry'])
        .default('fail'),
    )
    .option('--timezone <zone>', 'zone of timestamps without one', timeZone, 'UTC')
    .option('--concurrency <n>', 'requests under way at once', positiveInteger, 4)
    .option(
      '--retries <n>',
      'repeats of a request on 409, 429, 5xx and dropped connections; 0 for none',
      wholeNumber,
      10,
    )
    .option('--url <address>', 'address of the server (default: ASSAY_URL)', notBlank)
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP)
    .action(async (patterns: string[], options: Options) => {
      const summary = await uploadJunit(context, patterns, options)
      const exitCode = summaryExitCode(summary)
      if (options.json) printJson(context, { exitCode, ...summary })
      else for (const line of summaryLines(summary)) printLine(context.stdout, line)
      context.setExitCode(exitCode)
    })
}

async function uploadJunit(context: Context, patterns: string[], options: Options): Promise<UploadSummary> {
  const baseUrl = options.url ?? context.env.ASSAY_URL
  const token = context.env.ASSAY_TOKEN
  if (!baseUrl) throw new CliError('Set ASSAY_URL, or give --url, to say where the server is')
  if (!URL.canParse(baseUrl) || !/^https?:/i.test(baseUrl)) throw new CliError(`"${baseUrl}" is not an http(s) address`)
  if (!token) throw new CliError('Set ASSAY_TOKEN to a token of the server ("assay token create" makes one)')

  const attaches = options.attach === true || options.attachRoot !== undefined
  const attachRoot = attaches ? await openAttachmentRoot(options.attachRoot) : null
  const started = performance.now()
  const bar = createProgressBar(context.stderr)
  let retries = 0
  const client = createClient({
    baseUrl,
    token,
    signal: context.signal,
    retry: {
      retries: options.retries,
      // How often is the user's decision; a build job has a limit of its own.
      deadline: Number.POSITIVE_INFINITY,
      onRetry: ({ method, path, attempt, delay, reason }) => {
        retries++
        bar.note(`${method} ${path}: ${reason.message}; retry ${attempt} in ${(delay / 1000).toFixed(1)} s`)
      },
    },
  })
  const { files, missing, dispose } = await findReportFiles(patterns, context.stdin)
  try {
    const summary = await uploadResults(client, {
      baseUrl,
      project: options.project,
      set: options.set,
      fields: options.field ?? [],
      author: options.author,
      files,
      read: (file, notes) => readJUnit(decodeText(readBytes(file)), { timeZone: options.timezone, notes }),
      unrecognised: 'not a JUnit report',
      repeats: options.repeats,
      skippedMakesRun: options.skipped === 'no-run',
      attachRoot,
      concurrency: options.concurrency,
      onProgress: bar.update,
    })
    for (const { label, reason } of missing) {
      summary.files.push({ file: label, state: 'unreadable', results: 0, reason })
    }
    summary.retries = retries
    summary.seconds = (performance.now() - started) / 1000
    bar.clear()
    if (summary.read === 0 && summary.files.every(({ state }) => state === 'read'))
      say(context, 'No test results found.')
    return summary
  } finally {
    bar.clear()
    await dispose()
  }
}
