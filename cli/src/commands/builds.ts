import { Command } from 'commander'
import { connect, findProject } from '../connect.ts'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { printJson, printTable } from '../print.ts'

interface Options {
  project: string
  pipeline?: string
  kind?: string
  branch?: string
  commit?: string
  pullRequest?: string
  state?: string
  gate?: string
  limit?: number
  url?: string
  json?: boolean
}

/** `assay builds` */
export function buildsCommand(context: Context): Command {
  return new Command('builds')
    .description('list builds, newest first')
    .requiredOption('--project <id|name>', 'project of the builds', notBlank)
    .option('--pipeline <name>', 'only those of this pipeline')
    .option('--kind <kind>', 'only mainline, queue or change')
    .option('--branch <name>', 'only those of this branch')
    .option('--commit <id>', 'only those of this commit')
    .option('--pull-request <number>', 'only those of this pull request')
    .option('--state <state>', 'only receiving, incomplete, complete or cut')
    .option('--gate <verdict>', 'only those whose gate passed, failed or is pending')
    .option('--limit <n>', 'so many at most (default: 20)', positiveInteger)
    .option('--url <address>', 'address of the server (default: ASSAY_URL)', notBlank)
    .option('--json', 'print them as JSON')
    .action(async ({ project, limit = 20, url, json, pullRequest, ...query }: Options) => {
      const { client } = connect(context, url)
      const { id } = await findProject(client, project)
      const found = client
        .project(id)
        .list('listBuilds', { query: { ...query, 'pull-request': pullRequest, 'page[size]': Math.min(limit, 100) } })
      const builds = []
      for await (const build of found) if (builds.push(build) >= limit) break
      if (json) return printJson(context, builds)
      printTable(
        context,
        ['id', 'key', 'pipeline', 'branch', 'state', 'gate', 'results', 'failed', 'new', 'flaky', 'started'],
        builds.map(({ id, attributes: a }) => [
          id,
          a.key,
          a.pipeline,
          a.branch,
          a.state,
          a.gate,
          a.results,
          a.failed,
          a['new-failures'],
          a.flaky,
          a['started-at'],
        ]),
      )
    })
}
