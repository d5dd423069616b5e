import { exclusive } from '../engine/refusals.ts'
import { InputError } from '../core/errors.ts'
import type { Given } from './commands.ts'
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

/** Undefined where it was not given. @throws InputError */
export function wholeNumber(
  option: string,
  given: string | undefined,
  most: number,
): number | undefined {
  if (given === undefined) return undefined
  const number = /^\d{1,6}$/.test(given) ? Number(given) : 0
  if (number >= 1 && number <= most) return number
  throw new InputError({
    problem: `${option} ${given} is not a whole number from 1 to ${most}`,
    remedy: 'npx tsx run.ts --help\n# shows the commands, and each one’s --help its options',
  })
}

/** What the user gave, with what holds where it was left out. @throws InputError */
export function flagsOf(given: Given): RunFlags {
  const flags = { dryRun: false, resume: false, keep: false, ...given }
  mustGoTogether(flags)
  return flags
}

/** Without the `--` that may stand before a command of somebody else's. */
export function bare(argv: readonly string[]): readonly string[] {
  return argv[0] === '--' ? argv.slice(1) : argv
}
