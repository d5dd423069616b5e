import type { StepRecord } from '../../view/run-record.ts'
import { summaryLines } from '../../view/summary.ts'
import type { RunReport } from '../run-report.ts'
import type { Tone } from './tone.ts'

/** What it comes to: in one or two words, and in a sentence. */
export type Verdict = {
  readonly tone: Tone
  readonly words: string
  readonly sentence: string
  /** The cause, or what has failed, where something has. */
  readonly why?: string
}

export function verdictOf(run: RunReport): Verdict {
  const why = whyOf(run)
  const verdict = wordsOf(run)
  return why === undefined || verdict.tone === 'good' ? verdict : { ...verdict, why }
}

/** The last failure is the nearest to what was wanted. */
function whyOf({ steps, ended }: RunReport): string | undefined {
  const told = steps.flatMap(({ ending }) => {
    if (ending?.type === 'step-planned') return ending.blocked ?? []
    if (ending?.type !== 'step-failed') return []
    const { verdict, problem } = ending.explanation
    return verdict?.cause ?? problem
  })
  return told.at(-1) ?? ended?.error?.problem
}

function wordsOf({ mode, ended, started, steps }: RunReport): Verdict {
  if (ended === undefined) {
    const at = steps.find(({ began, ending }) => began !== undefined && ending === undefined)
    const where = at === undefined ? '' : ` at “${at.title}”${said(at)}`
    return {
      tone: 'bad',
      words: 'No end',
      sentence: `The run was killed, or is still at work${where}.`,
    }
  }
  const [sentence = ''] = summaryLines({ ...ended, notes: [] }, steps)
  const { code, outcome } = ended
  if (started === undefined) {
    return { tone: 'bad', words: 'Could not begin', sentence }
  }
  if (outcome === 'interrupted') return { tone: 'open', words: 'Interrupted', sentence }
  if (code === 4) return { tone: 'bad', words: 'Not healthy', sentence }
  if (mode === 'dry-run') {
    return code === 0
      ? { tone: 'open', words: 'A plan: nothing was written', sentence }
      : { tone: 'bad', words: 'A plan that cannot be carried out', sentence }
  }
  if (code === 3) return { tone: 'warn', words: 'Drifted', sentence }
  if (code !== 0) return { tone: 'bad', words: 'Failed', sentence }
  const words = mode === 'rollback' ? 'Rolled back' : 'Proven'
  return { tone: 'good', words, sentence }
}

function said({ progress }: StepRecord): string {
  return progress === '' ? '' : `, where it last said: ${progress}`
}
