import { Argument, type Command, Option } from 'commander'
import type { OnConflict } from '../core/change.ts'
import { defined } from '../core/defined.ts'
import { describeLab } from './lab-commands.ts'
import { DRY_RUN, PLAN_FLAGS, REPORT } from './plan-flags.ts'
import { bare, flagsOf, wholeNumber } from './plan-options.ts'
import { LANGUAGES } from '../words/language.ts'
import type { CommonOptions, Request } from './request.ts'

/** Each question is a packet of its own: enough to see a gap of some milliseconds. */
const MOST_A_SECOND = 1_000
const A_DAY_S = 86_400

/** What an action hands over: the request, and the command whose options hold for it. */
type Made = (request: Request, command: Command) => void

/** The options of all commands; commander tells those that the command has and the user gave. */
export type Given = {
  readonly [name in 'dryRun' | 'resume' | 'keep' | 'stepByStep' | 'empty' | 'rbac']?: true
} & {
  readonly [
    name in
      | 'from'
      | 'only'
      | 'to'
      | 'save'
      | 'plan'
      | 'evidence'
      | 'report'
      | 'kubeconfig'
      | 'context'
      | 'image'
      | 'rate'
      | 'for'
      | 'level'
      | 'seed'
  ]?: string
} & { readonly probes?: boolean; readonly namespace?: string } & {
  readonly onConflict?: OnConflict
}

/** These hold for every command, before its name or behind it. */
const COMMON = [
  new Option('--inventory <file>', 'hosts, addresses, manifest, limits (default: inventory.yaml)'),
  new Option(
    '--edition <which>',
    "2020, the chapter's own CoreDNS, or current (default: the inventory's)",
  ).choices(['2020', 'current']),
  new Option('--lang <which>', "what people read (default: the locale's, else en)").choices(
    LANGUAGES,
  ),
  new Option('--json', 'one JSON object per line on stdout, nothing else there'),
  new Option('--verbose', 'more detail, and the whole chain of causes of a failure'),
]
const RUN_FLAGS = [
  ...PLAN_FLAGS,
  new Option('--from <id>', 'start at this step; earlier ones are only checked'),
  new Option('--only <id>', 'only this step'),
  new Option(
    '--on-conflict <what>',
    'what to do where others own fields with other values (default: abort)',
  ).choices(['abort', 'skip', 'adopt']),
]
const EVIDENCE = new Option(
  '--evidence <file>',
  'keep what was gathered in a new file, secrets masked',
)
const PROVE_FLAGS = [
  new Option('--kubeconfig <file>', "the cluster's kubeconfig (default: the inventory's target)"),
  new Option('--context <name>', 'its context (default: the current one)'),
  new Option('--namespace <name>', 'where the probes stand for as long as it takes').default(
    'default',
  ),
  new Option('--image <reference>', 'an image with busybox (default: one that the nodes have)'),
  new Option('--no-probes', 'write nothing at all; says what is not proven then'),
  new Option('--rbac', 'print the least rights that it needs, and do nothing else'),
  DRY_RUN,
  REPORT,
]
const WATCH_FLAGS = [
  ...PROVE_FLAGS.filter(({ long }) =>
    ['--kubeconfig', '--context', '--namespace'].includes(long ?? ''),
  ),
  new Option(
    '--image <reference>',
    "what probes of its own are made of: an image with sleep, and the prober or a shell (default: the lab's, or the nodes' busybox)",
  ),
  new Option('--rate <number>', 'questions a second from each worker').default('50'),
  new Option('--for <seconds>', 'end after so many seconds (default: at Ctrl-C)'),
]
const SHELL = new Argument('<shell>', 'whose').choices(['bash', 'zsh', 'fish'])
const EMPTY = new Option('--empty', 'delete them')
const ROLLBACK_FLAGS = [
  DRY_RUN,
  new Option('--to <id>', 'undo only what came after this step'),
  new Option('--last-run', 'undo only what the last run has changed').conflicts('to'),
  new Option('--resume', 'resume a rollback that failed or was interrupted'),
  REPORT,
]

/** Everything that can stand on the command line. */
export function describe(program: Command, version: string, made: Made): void {
  const does = (
    command: Command,
    request: (given: Given, args: readonly string[], command: Command) => Request,
  ) => command.action(() => made(request(ownOf(command.opts()), command.args, command), command))
  withOptions(program, RUN_FLAGS)
    .description(
      'Replays "Kubernetes the hard way", chapter 14 (CoreDNS). Builds a lab first where the inventory says so.',
    )
    .version(version)
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
  does(program, (given) => ({ command: 'run', ...flagsOf(given) }))

  const verify = 'prove every step again, read-only: 0 as wanted, 3 drifted, 4 not healthy'
  does(below(program, 'verify', verify, [EVIDENCE, REPORT]), (given) => ({
    command: 'verify',
    ...given,
  }))
  const prove = 'prove the DNS of any cluster from every node: 0 healthy, 4 not healthy'
  does(below(program, 'prove', prove, PROVE_FLAGS), (given) => ({
    command: 'prove',
    ...{ dryRun: false, probes: true, rbac: false, namespace: 'default' },
    ...given,
  }))
  const watch = 'ask from every worker, second by second, until Ctrl-C: 0 none lost, 4 some lost'
  does(below(program, 'watch', watch, WATCH_FLAGS), ({ rate, for: seconds, ...given }) => ({
    command: 'watch',
    namespace: 'default',
    ...given,
    rate: wholeNumber('--rate', rate, MOST_A_SECOND) ?? 0,
    ...defined({ seconds: wholeNumber('--for', seconds, A_DAY_S) }),
  }))
  const rollback = 'undo the chapter, exactly, back to before the first run'
  does(below(program, 'rollback', rollback, ROLLBACK_FLAGS), (given) => ({
    command: 'rollback',
    ...{ resume: false, dryRun: false },
    ...given,
  }))

  describeLab(program, { does, below })

  const report = 'make the files of a report again from its run.jsonl'
  does(below(program, 'report <folder>', report), (_, [folder = '']) => ({
    command: 'report',
    folder,
  }))
  const compare =
    'what is better, worse, new or gone between two reports: 3 where something got worse'
  does(below(program, 'compare <old> <new>', compare), (_, [before = '', after = '']) => ({
    command: 'compare',
    before,
    after,
  }))
  const steps = 'all steps in order, each with the command of the chapter it stands for'
  does(below(program, 'steps', steps), () => ({ command: 'steps' }))
  const explain = 'one step, or one failure by its code: explain E3'
  does(below(program, 'explain <id>', explain), (_, [id = '']) => ({ command: 'explain', id }))
  const cache = 'programs, images and build results kept for the next lab'
  does(below(program, 'cache', cache, [EMPTY]), (given) => ({
    command: 'cache',
    empty: false,
    ...given,
  }))
  const completion = 'what a shell reads to know `hardway` as a command and complete it by Tab'
  does(below(program, 'completion', completion).addArgument(SHELL), (_, [shell = '']) => ({
    command: 'completion',
    shell,
  }))
  const complete = program.command('complete [words...]', { hidden: true }).helpOption(false)
  does(complete.allowUnknownOption().passThroughOptions(), (_, words) => ({
    command: 'complete',
    words: bare(words),
  }))
}

function below(parent: Command, usage: string, about: string, options: readonly Option[] = []) {
  return withOptions(parent.command(usage).description(about), options)
}

function withOptions(command: Command, options: readonly Option[]): Command {
  for (const option of [...COMMON, ...options]) command.addOption(option)
  return command
}

function ownOf({
  inventory: _inventory,
  edition: _edition,
  lang: _lang,
  json: _json,
  verbose: _verbose,
  ...own
}: Given & Partial<CommonOptions>): Given {
  return own
}
