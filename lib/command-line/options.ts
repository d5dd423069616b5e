import { Command, CommanderError } from 'commander'
import { byNearness } from '../core/nearest.ts'
import { defined } from '../core/defined.ts'
import { type Explanation, InputError } from '../core/errors.ts'
import { type Language, LANGUAGES } from '../words/language.ts'
import { describe } from './commands.ts'
import { everyBelow, pathOf, withHelp } from './help.ts'
import type { CommonOptions, Request } from './request.ts'

/** The command line, read. `help` is what was printed instead of a command. */
export type Parsed =
  { readonly request: Request; readonly common: CommonOptions } | { readonly help: string }

/** Reads a command line. Throws InputError with the usage's own words. */
export function parseArguments(argv: readonly string[], version: string): Parsed {
  const read: { parsed?: Extract<Parsed, { request: Request }> } = {}
  let printed = ''
  const program = new Command('npx tsx run.ts')
  let at = program
  describe(program, version, (request, command) => {
    if (request.command !== 'run') refuseRunFlags(program, command)
    read.parsed = { request, common: commonOf(optionsOf(command)) }
  })
  withHelp(program)
  for (const command of [program, ...everyBelow(program)]) {
    const failed = (error: CommanderError): never => {
      at = command
      throw error
    }
    command.exitOverride(failed).configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: () => undefined,
    })
  }
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { help: printed.trimEnd() }
    throw new InputError(usageError(error, program, at), { cause: error })
  }
  return read.parsed ?? { help: program.helpInformation().trimEnd() }
}

/** The language that a command line names, whatever else is wrong with it. */
export function languageIn(argv: readonly string[]): Language | undefined {
  const named = argv.flatMap((word, i) =>
    word === '--lang' ? [argv[i + 1]] : word.startsWith('--lang=') ? [word.slice(7)] : [],
  )
  return LANGUAGES.find((one) => one === named.at(-1))
}

/** What stands nearer to the end counts; commander's own `optsWithGlobals` has it the other way round. */
function optionsOf(command: Command): Record<string, unknown> {
  return { ...(command.parent === null ? {} : optionsOf(command.parent)), ...command.opts() }
}

function commonOf(given: Record<string, unknown>): CommonOptions {
  return {
    inventory: typeof given['inventory'] === 'string' ? given['inventory'] : 'inventory.yaml',
    ...editionOf(given['edition']),
    ...defined({ lang: LANGUAGES.find((one) => one === given['lang']) }),
    json: given['json'] === true,
    verbose: given['verbose'] === true,
  }
}

function editionOf(given: unknown): Pick<CommonOptions, 'edition'> {
  if (given === 'current') return { edition: given }
  return given === '2020' ? { edition: 2020 } : {}
}

/** Before the name of a command they would be the run's, and passed over: a --dry-run that writes. */
function refuseRunFlags(program: Command, command: Command): void {
  const given = program.options.find(
    (option) =>
      !['--inventory', '--edition', '--lang', '--json', '--verbose'].includes(option.long ?? '') &&
      program.getOptionValueSource(option.attributeName()) === 'cli',
  )
  if (given?.long === undefined) return
  const name = pathOf(command)
  const has = command.options.some(({ long }) => long === given.long)
  throw new InputError({
    problem: `${given.long} stands before ${name} and would be ignored`,
    remedy: has
      ? `npx tsx run.ts ${name} ${given.flags}`
      : `leave it out: ${name} has no ${given.long}`,
  })
}

/** `at` is the command that refuses what it was given. */
function usageError({ code, message }: CommanderError, program: Command, at: Command): Explanation {
  const remedy = ['npx tsx run.ts', pathOf(at), '--help'].filter(Boolean).join(' ')
  const [given = ''] = program.args[0] === 'help' ? program.args.slice(1) : program.args
  const command = program.commands.find((one) => one.name() === given)
  if (code === 'commander.help' && command !== undefined) {
    const below = command.commands.map((one) => one.name())
    return { problem: `${given} what? ${below.join(', ')}`, remedy }
  }
  if (['commander.help', 'commander.excessArguments'].includes(code) && command === undefined) {
    const known = program
      .createHelp()
      .visibleCommands(program)
      .map((one) => one.name())
    return {
      problem: `there is no command ${JSON.stringify(given)}`,
      seen: [`the commands, nearest first: ${byNearness(given, known).join(', ')}`],
      remedy,
    }
  }
  return { problem: message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '), remedy }
}
