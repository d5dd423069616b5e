import { exclusive } from '../engine/refusals.ts'
import { InputError } from '../core/errors.ts'
import type { RunFlags } from './request.ts'

/** What a plan says, the command line cannot say too. @throws InputError */
export function mustGoTogether({ dryRun, resume, from, only, save, plan }: RunFlags): void {
  if (plan !== undefined) {
    const given = [
      ...(dryRun ? ['--dry-run'] : []),
      ...(save === undefined ? [] : ['--save']),
      ...(from === undefined ? [] : ['--from']),
      ...(only === undefined ? [] : ['--only']),
    ]
    if (given.length === 0) return
    throw exclusive(
      `--plan carries out what is in its file; ${given.join(', ')} says something else`,
    )
  }
  if (save === undefined) return
  if (resume)
    throw exclusive('--save keeps the plan of a new run; --resume continues an earlier one')
  if (dryRun) return
  throw new InputError({
    problem: '--save keeps the plan of a dry-run, and this is not one',
    remedy: 'add --dry-run, and it is kept',
  })
}
