import { Command, CommanderError } from 'commander'
import { InputError } from '../errors.ts'

/** What holds for every command. */
export interface CommonOptions {
  readonly inventory: string
  readonly json: boolean
  readonly verbose: boolean
}

/** The flags of a run. */
export interface RunFlags {
  readonly dryRun: boolean
  readonly resume: boolean
  readonly keep: boolean
  readonly from?: string
  readonly only?: string
}

/** One command as the user gave it. */
export type Request =
  | ({ readonly command: 'run' } & RunFlags)
  | { readonly command: 'verify' }
  | { readonly command: 'rollback'; readonly to?: string; readonly resume: boolean }
  | {
      readonly command: 'lab-up'
      readonly dryRun: boolean
      readonly resume: boolean
      readonly keep: boolean
    }
  | { readonly command: 'lab-down' }
  | { readonly command: 'lab-status' }
  | { readonly command: 'lab-shell'; readonly host: string; readonly argv: readonly string[] }
  | { readonly command: 'lab-kubectl'; readonly argv: readonly string[] }
  | { readonly command: 'steps' }
  | { readonly command: 'explain'; readonly id: string }
  | { readonly command: 'cache'; readonly empty: boolean }

/** The command line, read. `help` is what was printed instead of a command. */
export type Parsed =
  { readonly request: Request; readonly common: CommonOptions } | { readonly help: string }

/** Reads a command line. Throws InputError with the usage's own words. */
export function parseArguments(argv: readonly string[], version: string): Parsed {
  let request: Request | undefined
  let printed = ''
  const program = new Command('npx tsx run.ts')
  const set = (made: Request): void => {
    request = made
  }
  describe(program, version, set)
  const commands = [program, ...allBelow(program)]
  for (const command of commands) {
    // kubectl and a host's shell have options of their own; before their name these still count.
    if (!['shell', 'kubectl'].includes(command.name())) addCommon(command)
    command.exitOverride().configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: () => undefined,
    })
  }
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { help: printed.trimEnd() }
    const problem = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')
    throw new InputError({ problem, remedy: 'npx tsx run.ts --help' }, { cause: error })
  }
  if (request === undefined) return { help: program.helpInformation().trimEnd() }
  return { request, common: commonOf(commands.map((command) => command.opts())) }
}

/** They may stand before a command's name as well as after it. */
function addCommon(command: Command): void {
  command
    .option('--inventory <file>', 'hosts, addresses, manifest, limits (default: inventory.yaml)')
    .option('--json', 'one JSON object a line on stdout, nothing else there')
    .option('--verbose', 'more words, and the chain of causes of a failure')
}

function commonOf(given: readonly Record<string, unknown>[]): CommonOptions {
  const { inventory, json, verbose } = Object.assign({}, ...given) as Record<string, unknown>
  return {
    inventory: typeof inventory === 'string' ? inventory : 'inventory.yaml',
    json: json === true,
    verbose: verbose === true,
  }
}

function allBelow(command: Command): Command[] {
  return command.commands.flatMap((one) => [one, ...allBelow(one)])
}

function describe(program: Command, version: string, set: (request: Request) => void): void {
  program
    .description(
      'Replays "Kubernetes the hard way", chapter 14 (CoreDNS). Builds a lab first where the inventory says so.',
    )
    .version(version)
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
  describeRuns(program, set)
  describeLab(program, set)
  program
    .command('steps')
    .description('all steps in their order, each with the command of the chapter it stands for')
    .action(() => {
      set({ command: 'steps' })
    })
  program
    .command('explain <id>')
    .description('one step: what it does, when it has nothing to do, what undoes it')
    .action((id: string) => {
      set({ command: 'explain', id })
    })
  program
    .command('cache')
    .description('programs, images and build results kept for the next lab')
    .option('--empty', 'delete them')
    .action((given: { empty?: true }) => {
      set({ command: 'cache', empty: given.empty === true })
    })
}

interface RunGiven {
  readonly dryRun?: true
  readonly resume?: true
  readonly keep?: true
  readonly from?: string
  readonly only?: string
}

function describeRuns(program: Command, set: (request: Request) => void): void {
  program
    .option('--dry-run', 'say exactly what would happen; write nothing')
    .option('--resume', 'go on with the run that failed or was interrupted')
    .option('--from <id>', 'begin at this step; earlier ones are only checked')
    .option('--only <id>', 'this step and no other')
    .option('--keep', 'leave a failed step as it is instead of undoing it')
    .action((given: RunGiven) => {
      const { dryRun, resume, keep, from, only } = given
      set({
        command: 'run',
        dryRun: dryRun === true,
        resume: resume === true,
        keep: keep === true,
        ...(from === undefined ? {} : { from }),
        ...(only === undefined ? {} : { only }),
      })
    })
  program
    .command('verify')
    .description('prove every step again, read-only: 0 as wanted, 3 drifted, 4 not healthy')
    .action(() => {
      set({ command: 'verify' })
    })
  program
    .command('rollback')
    .description('undo the chapter, exactly, back to before the first run')
    .option('--to <id>', 'undo only what came after this step')
    .option('--resume', 'go on with a rollback that failed or was interrupted')
    .action((given: { to?: string; resume?: true }) => {
      const { to, resume } = given
      set({ command: 'rollback', resume: resume === true, ...(to === undefined ? {} : { to }) })
    })
}

function describeLab(program: Command, set: (request: Request) => void): void {
  const lab = program.command('lab').description('the six-host cluster on this machine')
  lab
    .command('up')
    .description('build it, or repair what is gone')
    .option('--dry-run', 'say what would happen; write nothing')
    .option('--resume', 'go on with a run that failed or was interrupted')
    .option('--keep', 'leave a failed step as it is')
    .action((given: { dryRun?: true; resume?: true; keep?: true }) => {
      const { dryRun, resume, keep } = given
      set({
        command: 'lab-up',
        dryRun: dryRun === true,
        resume: resume === true,
        keep: keep === true,
      })
    })
  lab
    .command('down')
    .description('take it away and leave nothing')
    .action(() => {
      set({ command: 'lab-down' })
    })
  lab
    .command('status')
    .description('what runs where; 1 when something is missing')
    .action(() => {
      set({ command: 'lab-status' })
    })
  lab
    .command('shell <host> [command...]')
    .description("a shell, or one command, on one of the lab's hosts")
    .passThroughOptions()
    .action((host: string, argv: string[]) => {
      set({ command: 'lab-shell', host, argv })
    })
  lab
    .command('kubectl [arguments...]')
    .description("kubectl, as the lab's admin")
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action((argv: string[]) => {
      set({ command: 'lab-kubectl', argv })
    })
}
