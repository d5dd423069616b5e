import { InputError } from '../core/errors.ts'
import { compare } from '../report/compare.ts'
import { compareText } from '../report/compare-text.ts'
import type { RunReport } from '../report/run-report.ts'
import { asWritten, type Say } from '../words/say.ts'
import { print, printJson, sayFor } from './print.ts'
import { readReport } from './report-files.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'

const GOT_WORSE = 3

/** `compare OLD NEW`: 0, or 3 where something got worse. */
export async function compareCommand(
  { before, after }: RequestOf<'compare'>,
  common: CommonOptions,
): Promise<number> {
  const [old, now] = [await proofIn(before), await proofIn(after)]
  const { json } = common
  const say = json ? asWritten : await sayFor(common)
  const told = compare(old, now, say)
  if (json) await printJson({ v: 1, reports: { old: headOf(old), new: headOf(now) }, ...told })
  else {
    const heads = [
      `${say('old')}  ${before}: ${headText(old, say)}`,
      `${say('new')}  ${after}: ${headText(now, say)}`,
    ]
    await print([...heads, '', compareText(told, say)].join('\n'))
  }
  return told.isWorse ? GOT_WORSE : 0
}

/** What only plans, or takes back, says nothing of how well the cluster is. */
async function proofIn(place: string): Promise<RunReport> {
  const run = await readReport(place)
  if (run.mode === 'run' || run.mode === 'verify') return run
  throw new InputError({
    problem: `${place} is the report of a ${run.mode}, which proves nothing`,
    remedy: 'compare reports of a run, of verify or of prove',
  })
}

function headOf({ mode, started, from }: RunReport) {
  return { mode, target: started?.target ?? null, time: new Date(from).toISOString() }
}

function headText(run: RunReport, say: Say): string {
  const { mode, target, time } = headOf(run)
  return [say(mode), say(target ?? 'could not begin'), time].join(say(', '))
}
