import { reportFiles } from '../report/report-files.ts'
import { readRunLines } from '../report/run-lines.ts'
import { type RunReport, runReport } from '../report/run-report.ts'
import { readRunFile, writeReportFile } from '../state/report-folder.ts'

/** The run of a report. @throws InputError */
export async function readReport(place: string): Promise<RunReport> {
  const { text, path } = await readRunFile(place)
  return runReport(readRunLines(text, path))
}

/** Makes all files of a report from its run.jsonl; returns their names. @throws InputError */
export async function makeReport(folder: string): Promise<readonly string[]> {
  const files = reportFiles(await readReport(folder))
  for (const { name, text: content } of files) await writeReportFile(folder, name, content)
  return files.map(({ name }) => name)
}
