import { isMistake, messageOf, StepError } from '../core/errors.ts'
import { fullDiskIn } from '../core/machine-trouble.ts'
import { type Ran, run, type RunOptions } from './command.ts'

const REMEDY = 'fix what it names, then continue with npx tsx run.ts --resume'

/** Runs a program that has to succeed; a StepError with what it said where it does not. */
export async function runOrThrow(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const ran = await run(argv, options).catch((error: unknown) => {
    options.signal?.throwIfAborted()
    if (isMistake(error)) throw error
    throw new StepError(
      { problem: `\`${argv.join(' ')}\` cannot be run: ${messageOf(error)}`, remedy: REMEDY },
      { cause: error },
    )
  })
  if (ran.code === 0) return ran
  const seen = (ran.stderr || ran.stdout).trim().split('\n').slice(-5)
  throw new StepError({
    problem: `\`${argv.join(' ')}\` failed with exit code ${ran.code}`,
    seen,
    ...(fullDiskIn(seen.join('\n')) ?? { remedy: REMEDY }),
  })
}
