import { reportFiles } from '../report/report-files.ts'
import { readRunLines } from '../report/run-lines.ts'
import { runReport } from '../report/run-report.ts'
import { readRunFile, writeReportFile } from '../state/report-folder.ts'

/** Makes all files of a report from its run.jsonl; returns their names. @throws InputError */
export async function makeReport(folder: string): Promise<readonly string[]> {
  const { text, path } = await readRunFile(folder)
  const files = reportFiles(runReport(readRunLines(text, path)))
  for (const { name, text: content } of files) await writeReportFile(folder, name, content)
  return files.map(({ name }) => name)
}
