import { type Command, Option } from 'commander'
import { defined } from '../core/defined.ts'
import type { Given } from './commands.ts'
import { DRY_RUN, PLAN_FLAGS, REPORT } from './plan-flags.ts'
import { bare, flagsOf, wholeNumber } from './plan-options.ts'
import type { Request } from './request.ts'

/** How a command is declared, and what it asks for. */
type Declaring = {
  readonly below: (
    parent: Command,
    usage: string,
    about: string,
    options?: readonly Option[],
  ) => Command
  readonly does: (
    command: Command,
    request: (given: Given, args: readonly string[], command: Command) => Request,
  ) => Command
}

const EXERCISE_FLAGS = [
  new Option(
    '--level <number>',
    '1: the cluster shows it; 2: the hosts do; 3: one of each',
  ).default('1'),
  new Option('--seed <number>', 'draws the same for everybody who gives it (default: by lot)'),
]
const MOST_SEED = 999_999

/** `lab` and all below it. */
export function describeLab(program: Command, { below, does }: Declaring): void {
  const lab = below(program, 'lab', 'the six-host cluster on this machine')
  does(below(lab, 'up', 'build it, or repair what is gone', PLAN_FLAGS), (given) => ({
    command: 'lab-up',
    ...flagsOf(given),
  }))
  does(below(lab, 'down', 'remove it and leave nothing behind', [REPORT]), (given) => ({
    command: 'lab-down',
    ...given,
  }))
  const status = 'what runs where; exit code 1 if something is missing'
  does(below(lab, 'status', status), () => ({ command: 'lab-status' }))
  const faults = 'what can be broken on purpose, and what is broken now'
  does(below(lab, 'faults', faults), () => ({ command: 'lab-faults' }))
  const breaks = 'put a fault on, to see what it does to cluster DNS'
  does(below(lab, 'break <fault>', breaks, [DRY_RUN, REPORT]), (given, [fault = '']) => ({
    command: 'lab-break',
    fault,
    dryRun: false,
    ...given,
  }))
  const mends = 'take faults off again, exactly; all of them where none is named'
  does(below(lab, 'mend [fault...]', mends, [REPORT]), (given, named) => ({
    command: 'lab-mend',
    faults: named,
    ...given,
  }))
  const shell = "a shell, or one command, on one of the lab's hosts"
  does(
    below(lab, 'shell <host> [command...]', shell).passThroughOptions(),
    (_, [host = '', ...argv], command) => ({
      command: 'lab-shell',
      host,
      argv: withoutOptions(command, argv),
    }),
  )
  const restart = 'restart a daemon of a host, as systemctl restart does: k8sworker0 kubelet'
  does(below(lab, 'restart <host> <daemon>', restart), (_, [host = '', daemon = '']) => ({
    command: 'lab-restart',
    host,
    daemon,
  }))
  // Everything else behind its name is kubectl's own.
  const kubectl = below(lab, 'kubectl [arguments...]', "kubectl, as the lab's admin")
  does(kubectl.allowUnknownOption().passThroughOptions().helpOption(false), (_, argv) => ({
    command: 'lab-kubectl',
    argv: bare(argv),
  }))
  const exercise = 'put on a fault without saying which, to be found and cured by hand'
  does(below(lab, 'exercise', exercise, EXERCISE_FLAGS), ({ level, seed }) => ({
    command: 'lab-exercise',
    level: wholeNumber('--level', level, 3) ?? 1,
    ...defined({ seed: wholeNumber('--seed', seed, MOST_SEED) }),
  }))
  does(below(lab, 'hint', 'one more hint for the exercise: symptom, layer, place, cure'), () => ({
    command: 'lab-hint',
  }))
  const check = 'whether the exercise is solved: cured, DNS proven, nothing else changed'
  does(below(lab, 'check', check), () => ({ command: 'lab-check' }))
}

/** What stands between the host and the command on it are options of this program. */
function withoutOptions(command: Command, argv: readonly string[]): readonly string[] {
  if (argv[0]?.startsWith('-') !== true) return argv
  const { operands, unknown } = command.parseOptions([...argv])
  const [option] = unknown
  if (option !== undefined) {
    command.error(`error: unknown option '${option}'`, { code: 'commander.unknownOption' })
  }
  return operands
}
