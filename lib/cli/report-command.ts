import { join } from 'node:path'
import { print, printJson } from './print.ts'
import { makeReport } from './report-files.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'

/** `report DIR`: makes its files again. */
export async function reportCommand(
  { folder }: RequestOf<'report'>,
  { json }: CommonOptions,
): Promise<number> {
  const files = (await makeReport(folder)).map((name) => join(folder, name))
  await (json ? printJson({ v: 1, files }) : print(files.join('\n')))
  return 0
}
