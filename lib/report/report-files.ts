import { commandsText } from './commands.ts'
import { pageText } from './html/page.ts'
import { junitText } from './junit.ts'
import type { RunReport } from './run-report.ts'

/** A file of a report. */
export type ReportFile = { readonly name: string; readonly text: string }

/** All that is made of a run's events. */
export function reportFiles(run: RunReport): readonly ReportFile[] {
  const commands = commandsText(run)
  return [
    { name: 'report.html', text: pageText(run) },
    { name: 'junit.xml', text: junitText(run) },
    ...(commands === null ? [] : [{ name: 'commands.sh', text: commands }]),
  ]
}
