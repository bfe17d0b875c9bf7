import { Command, Option } from 'commander'
import { connect, findProject } from '../connect.ts'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { printJson, printTable } from '../print.ts'
import { firstLine } from '../upload/summary.ts'

interface Options {
  project: string
  newIn?: number
  buildId?: number
  state?: string
  limit?: number
  url?: string
  json?: boolean
}

/** `assay failures` */
export function failuresCommand(context: Context): Command {
  return new Command('failures')
    .description('list failures, those first that were seen last')
    .requiredOption('--project <id|name>', 'project of the failures', notBlank)
    .option('--new-in <build id>', 'only those that this build had first', positiveInteger)
    .option('--build-id <id>', 'only those that this build had', positiveInteger)
    .addOption(new Option('--state <state>', 'only those in this state').choices(['open', 'known', 'fixed']))
    .option('--limit <n>', 'so many at most (default: 50)', positiveInteger)
    .option('--url <address>', 'address of the server (default: ASSAY_URL)', notBlank)
    .option('--json', 'print them as JSON')
    .action(async ({ project, newIn, buildId, state, limit = 50, url, json }: Options) => {
      const { client } = connect(context, url)
      const { id } = await findProject(client, project)
      const query = {
        'new-in': newIn,
        'build-ids': buildId === undefined ? undefined : String(buildId),
        state,
        'page[size]': Math.min(limit, 100),
      }
      const failures = []
      for await (const failure of client.project(id).list('listFailures', { query })) {
        if (failures.push(failure) >= limit) break
      }
      if (json) return printJson(context, failures)
      printTable(
        context,
        ['id', 'state', 'tests', 'builds', 'seen', 'last', 'title'],
        failures.map(({ id, attributes: a }) => [
          id,
          a.state,
          a['tests-count'],
          a['builds-count'],
          a.occurrences,
          a['last-seen-at'],
          firstLine(a.title, 100),
        ]),
      )
    })
}
