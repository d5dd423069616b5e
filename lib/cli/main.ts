import { defined } from '../core/defined.ts'
import { exitCodeOf, InputError } from '../core/errors.ts'
import { describeError } from '../view/describe-error.ts'
import { mayColor } from '../view/choose-view.ts'
import { completed, PROGRAM } from './hints.ts'
import { languageIn, parseArguments, type Parsed } from '../command-line/options.ts'
import { columnsOf, print, sayFor, spelled, write } from './print.ts'
import { VERSION } from './project.ts'
import { programFor } from './run-hints.ts'

/** The whole program: reads the command line, carries it out, and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  // Also what cannot be read is refused in the language that it names.
  let common: Parameters<typeof sayFor>[0] = defined({ lang: languageIn(argv) })
  let program = PROGRAM
  try {
    mustBeNewEnough(process.versions.node)
    const parsed = parseArguments(argv, VERSION)
    if ('help' in parsed) {
      await print(parsed.help)
      return 0
    }
    common = parsed.common
    program = programFor(parsed.common)
    return await carryOut(parsed)
  } catch (error) {
    const { isTTY } = process.stderr
    const text = describeError(error, {
      verbose: argv.includes('--verbose'),
      color: isTTY && mayColor(process.env) && !argv.includes('--json'),
      columns: columnsOf(process.stderr),
      say: await sayFor(common),
      complete: (explanation) => completed(explanation, { program }),
    })
    await write(spelled(text), process.stderr)
    return exitCodeOf(error)
  }
}

/** Of the libraries undici wants the most. */
const OLDEST_NODE = [22, 19] as const

/** npm ci brings a Node of its own, which `npx` finds first; only a run past it can be too old. */
function mustBeNewEnough(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  throw new InputError({
    problem: `this is Node ${version}, and ${OLDEST_NODE.join('.')} is the oldest that works`,
    remedy: 'npm ci && npx tsx run.ts\n# brings and uses a newer one',
  })
}

/** Each command is loaded when it is the one: start-up pays for nothing else. */
async function carryOut({ request, common }: Exclude<Parsed, { help: string }>): Promise<number> {
  switch (request.command) {
    case 'run':
    case 'verify':
    case 'rollback':
    case 'lab-up':
    case 'lab-down':
    case 'lab-break':
    case 'lab-mend':
      return (await import('./run-command.ts')).runCommand(request, common)
    case 'prove':
      return (await import('./prove-command.ts')).proveCommand(request, common)
    case 'watch':
      return (await import('./watch-command.ts')).watchCommand(request, common)
    case 'lab-faults':
      return (await import('./fault-commands.ts')).labFaults(common)
    case 'lab-exercise':
    case 'lab-hint':
    case 'lab-check':
      return (await import('./exercise-commands.ts')).exerciseCommand(request, common)
    case 'lab-status':
      return (await import('./lab-status.ts')).labStatus(common)
    case 'lab-restart':
      return (await import('./lab-restart.ts')).labRestart(request, common)
    case 'lab-shell':
    case 'lab-kubectl':
      return (await import('./lab-shell.ts')).labShell(request, common)
    case 'report':
      return (await import('./report-command.ts')).reportCommand(request, common)
    case 'compare':
      return (await import('./compare-command.ts')).compareCommand(request, common)
    case 'steps':
    case 'explain':
      return (await import('./explain.ts')).explain(request, common)
    case 'cache':
      return (await import('./cache-command.ts')).cacheCommand(request, common)
    case 'completion':
    case 'complete':
      return (await import('./completion-command.ts')).completionCommand(request, common)
  }
}
