import { type Command, Option } from 'commander'
import type { OnConflict } from '../core/change.ts'
import { mustGoTogether } from './plan-options.ts'
import type { PlanFlags, Request } from './request.ts'

/** What an action hands over: the request, and the command whose options hold for it. */
type Made = (request: Request, command: Command) => void

/** Everything that can stand on the command line. */
export function describe(program: Command, version: string, made: Made): void {
  withCommon(program)
    .description(
      'Replays "Kubernetes the hard way", chapter 14 (CoreDNS). Builds a lab first where the inventory says so.',
    )
    .version(version)
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
  describeRuns(program, made)
  describeLab(program, made)
  withCommon(program.command('steps'))
    .description('all steps in order, each with the command of the chapter it stands for')
    .action((_: object, command: Command) => {
      made({ command: 'steps' }, command)
    })
  withCommon(program.command('explain <id>'))
    .description('one step, or one failure by its code: explain E3')
    .action((id: string, _: object, command: Command) => {
      made({ command: 'explain', id }, command)
    })
  withCommon(program.command('cache'))
    .description('programs, images and build results kept for the next lab')
    .option('--empty', 'delete them')
    .action((given: { empty?: true }, command: Command) => {
      made({ command: 'cache', empty: given.empty === true }, command)
    })
}

/** These hold for every command, before its name or behind it. */
function withCommon(command: Command): Command {
  return command
    .option('--inventory <file>', 'hosts, addresses, manifest, limits (default: inventory.yaml)')
    .option('--json', 'one JSON object per line on stdout, nothing else there')
    .option('--verbose', 'more detail, and the whole chain of causes of a failure')
}

interface RunGiven {
  readonly dryRun?: true
  readonly resume?: true
  readonly keep?: true
  readonly from?: string
  readonly only?: string
  readonly save?: string
  readonly plan?: string
  readonly onConflict?: OnConflict
}

function describeRuns(program: Command, made: Made): void {
  program
    .option('--dry-run', 'show exactly what would happen; write nothing')
    .option('--save <file>', 'keep the plan of a dry-run in a new file')
    .option(
      '--plan <file>',
      'carry out exactly that plan; refused when anything it depends on has changed',
    )
    .option('--resume', 'resume the run that failed or was interrupted')
    .option('--from <id>', 'start at this step; earlier ones are only checked')
    .option('--only <id>', 'only this step')
    .option('--keep', 'leave a failed step as it is instead of undoing it')
    .addOption(
      new Option(
        '--on-conflict <what>',
        'what to do where others own fields with other values (default: abort)',
      ).choices(['abort', 'skip', 'adopt']),
    )
    .action((given: RunGiven, command: Command) => {
      const { from, only, onConflict } = given
      const flags = {
        ...planFlags(given),
        ...(from === undefined ? {} : { from }),
        ...(only === undefined ? {} : { only }),
        ...(onConflict === undefined ? {} : { onConflict }),
      }
      mustGoTogether(flags)
      made({ command: 'run', ...flags }, command)
    })
  withCommon(program.command('verify'))
    .description('prove every step again, read-only: 0 as wanted, 3 drifted, 4 not healthy')
    .option('--evidence <file>', 'keep what was gathered in a new file, secrets masked')
    .action(({ evidence }: { evidence?: string }, command: Command) => {
      made({ command: 'verify', ...(evidence === undefined ? {} : { evidence }) }, command)
    })
  withCommon(program.command('rollback'))
    .description('undo the chapter, exactly, back to before the first run')
    .option('--to <id>', 'undo only what came after this step')
    .option('--resume', 'resume a rollback that failed or was interrupted')
    .action(({ to, resume }: { to?: string; resume?: true }, command: Command) => {
      const where = to === undefined ? {} : { to }
      made({ command: 'rollback', resume: resume === true, ...where }, command)
    })
}

function describeLab(program: Command, made: Made): void {
  const lab = withCommon(program.command('lab')).description('the six-host cluster on this machine')
  withCommon(lab.command('up'))
    .description('build it, or repair what is gone')
    .option('--dry-run', 'show what would happen; write nothing')
    .option('--resume', 'resume a run that failed or was interrupted')
    .option('--save <file>', 'keep the plan of a dry-run in a new file')
    .option('--plan <file>', 'carry out exactly that plan')
    .option('--keep', 'leave a failed step as it is')
    .action((given: RunGiven, command: Command) => {
      const flags = planFlags(given)
      mustGoTogether(flags)
      made({ command: 'lab-up', ...flags }, command)
    })
  withCommon(lab.command('down'))
    .description('remove it and leave nothing behind')
    .action((_: object, command: Command) => {
      made({ command: 'lab-down' }, command)
    })
  withCommon(lab.command('status'))
    .description('what runs where; exit code 1 if something is missing')
    .action((_: object, command: Command) => {
      made({ command: 'lab-status' }, command)
    })
  describeFaults(lab, made)
  withCommon(lab.command('shell <host> [command...]'))
    .description("a shell, or one command, on one of the lab's hosts")
    .passThroughOptions()
    .action((host: string, argv: string[], _: object, command: Command) => {
      made({ command: 'lab-shell', host, argv: bare(argv) }, command)
    })
  // Everything behind its name is kubectl's own.
  lab
    .command('kubectl [arguments...]')
    .description("kubectl, as the lab's admin")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action((argv: string[], _: object, command: Command) => {
      made({ command: 'lab-kubectl', argv: bare(argv) }, command)
    })
}

function describeFaults(lab: Command, made: Made): void {
  withCommon(lab.command('faults'))
    .description('what can be broken on purpose, and what is broken now')
    .action((_: object, command: Command) => {
      made({ command: 'lab-faults' }, command)
    })
  withCommon(lab.command('break <fault>'))
    .description('put a fault on, to see what it does to cluster DNS')
    .option('--dry-run', 'show what would happen; write nothing')
    .action((fault: string, { dryRun }: RunGiven, command: Command) => {
      made({ command: 'lab-break', fault, dryRun: dryRun === true }, command)
    })
  withCommon(lab.command('mend'))
    .description('take all faults off again, exactly')
    .action((_: object, command: Command) => {
      made({ command: 'lab-mend' }, command)
    })
}

function planFlags({ dryRun, resume, keep, save, plan }: RunGiven): PlanFlags {
  return {
    ...{ dryRun: dryRun === true, resume: resume === true, keep: keep === true },
    ...(save === undefined ? {} : { save }),
    ...(plan === undefined ? {} : { plan }),
  }
}

/** Without the `--` that may stand before a command of somebody else's. */
function bare(argv: readonly string[]): readonly string[] {
  return argv[0] === '--' ? argv.slice(1) : argv
}
