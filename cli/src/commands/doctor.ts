import { Command } from 'commander'
import type { Context } from '../context.ts'
import { printLine, say } from '../print.ts'
import { withMaintenance } from '../server-admin.ts'

/** `assay doctor` */
export function doctorCommand(context: Context): Command {
  return new Command('doctor')
    .description('check the database, what is computed in it, and the files of attachments')
    .option('--repair', 'set right what is computed: statuses, counts, counters')
    .addHelpText(
      'after',
      `
Prints a line for everything that is wrong. May run beside the server; reads all attachments, so it takes a while.
Exit code 1: something is wrong and was not repaired.`,
    )
    .action(async ({ repair = false }: { repair?: boolean }) => {
      const { projects, found, repaired, orphans } = await withMaintenance(context, (maintenance) =>
        maintenance.examine({
          repair,
          report: (finding) => printLine(context.stdout, `${finding.text}${finding.repaired ? ' (repaired)' : ''}`),
        }),
      )
      const what = found === 0 ? 'nothing is wrong' : `${found} findings, ${repaired} repaired`
      say(context, `Projects checked: ${projects}; ${what}.`)
      if (orphans > 0) say(context, `${orphans} files belong to no attachment; the server removes them within an hour.`)
      if (repaired < found) context.setExitCode(1)
    })
}
