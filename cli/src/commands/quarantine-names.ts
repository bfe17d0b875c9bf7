import { Command, Option } from 'commander'
import { connect, findProject } from '../connect.ts'
import type { Context } from '../context.ts'
import { notBlank } from '../option-values.ts'
import { printJson, printLine } from '../print.ts'

interface Options {
  project: string
  format?: string
  url?: string
  json?: boolean
}

/** `assay quarantine names` */
export function quarantineNamesCommand(context: Context): Command {
  return new Command('names')
    .description('name the tests that are in quarantine, in the words of a test tool')
    .requiredOption('--project <id|name>', 'project of the tests', notBlank)
    .addOption(
      new Option('--format <words>', 'names, node ids of pytest, titles for --grep-invert, or class#name').choices([
        'lines',
        'pytest',
        'playwright',
        'junit',
      ]),
    )
    .option('--url <address>', 'address of the server (default: ASSAY_URL)', notBlank)
    .option('--json', 'print them as JSON')
    .action(async ({ project, format = 'lines', url, json }: Options) => {
      const { client } = connect(context, url)
      const { id } = await findProject(client, project)
      const { data } = await client.project(id).call('listQuarantinedNames', { query: { format } })
      if (json) printJson(context, data)
      else for (const name of data.names) printLine(context.stdout, name)
    })
}
