import { Command } from 'commander'

/** What a person wants to do, and the commands and options that do it. */
type Groups = Readonly<Record<string, readonly string[]>>

const READING = 'Read about it:'

const COMMANDS: Groups = {
  'The chapter, on the cluster that the inventory names:': ['verify', 'rollback'],
  'Any cluster, whoever set it up:': ['prove', 'watch'],
  'The lab, and breaking it on purpose:': ['lab'],
  'Learn by putting it right:': ['lab exercise', 'lab hint', 'lab check'],
  [READING]: ['steps', 'explain'],
  'Reports:': ['report', 'compare'],
  'This machine:': ['cache', 'completion'],
}

const OPTIONS: Groups = {
  'Look before you write:': ['--dry-run', '--save', '--plan', '--on-conflict', '--step-by-step'],
  'Go on, or do a part:': ['--resume', '--keep', '--from', '--only', '--to', '--last-run'],
  'Keep what was found:': ['--report', '--evidence'],
  'With every command:': ['--inventory', '--edition', '--lang', '--json', '--verbose'],
}

/** The lines below `--help`, by command. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [command: string, why: string])[]>> = {
  '': [
    ['npx tsx run.ts', 'replay the chapter; a second time there is nothing to do'],
    ['npx tsx run.ts --dry-run', 'what would that change? Nothing is written'],
    ['npx tsx run.ts verify', 'is everything still as wanted?'],
    ['npx tsx run.ts prove', 'the DNS alone; with --kubeconfig F of any cluster'],
    ['npx tsx run.ts lab break missing-route', 'break it; verify names the cause and a cure'],
    ['npx tsx run.ts rollback', 'as it was before the first run'],
  ],
  prove: [
    ['npx tsx run.ts prove --kubeconfig F --context C', 'starts a probe a node, takes them away'],
    ['npx tsx run.ts prove --kubeconfig F --no-probes', 'writes nothing, proves less, and says so'],
    ['npx tsx run.ts prove --rbac | kubectl apply -f -', 'a role that may do this and no more'],
  ],
  watch: [
    ['npx tsx run.ts watch', 'ask until Ctrl-C, while you change something by hand'],
    ['npx tsx run.ts watch --rate 200 --for 60 --json', 'a minute, one line for each second'],
  ],
  rollback: [
    ['npx tsx run.ts rollback --dry-run', 'what would it undo?'],
    ['npx tsx run.ts rollback --last-run', 'as it was before the last run'],
    ['npx tsx run.ts rollback --to apply-manifest', 'keep that step and all before it'],
  ],
  lab: [
    ['npx tsx run.ts lab up', 'the cluster without the chapter'],
    ['npx tsx run.ts lab shell k8sworker0', 'look around on a host'],
    ['npx tsx run.ts lab kubectl get pods -A', 'as its admin'],
    ['npx tsx run.ts lab exercise --level 2', 'something is wrong: find it, cure it, lab check'],
    ['npx tsx run.ts lab down', 'leaves nothing behind'],
  ],
  explain: [
    ['npx tsx run.ts explain resolv-conf', 'a step: its command, what it does, why'],
    ['npx tsx run.ts explain E3', 'a failure by the code that was printed'],
  ],
  completion: [
    [
      'source <(npx tsx run.ts completion bash)',
      'now `hardway` is a command, and Tab completes it',
    ],
  ],
}

/** Sorts what `--help` shows by what a person wants to do, and adds examples. */
export function withHelp(program: Command): void {
  for (const command of [program, ...everyBelow(program)]) {
    const path = pathOf(command)
    const above = headingOf(COMMANDS, path)
    if (above !== undefined) command.helpGroup(above)
    for (const option of command.options) {
      const heading = headingOf(OPTIONS, option.long ?? '')
      if (heading !== undefined) option.helpGroup(heading)
    }
    const examples = EXAMPLES[path]
    if (examples !== undefined) command.addHelpText('after', () => textOf(command, examples))
  }
  program.addHelpCommand(
    new Command('help')
      .argument('[command]')
      .description('the same as --help behind a command')
      .helpGroup(READING),
  )
}

function headingOf(groups: Groups, name: string): string | undefined {
  return Object.keys(groups).find((heading) => groups[heading]?.includes(name))
}

function textOf(command: Command, examples: readonly (readonly [string, string])[]): string {
  const help = command.createHelp()
  help.prepareContext({})
  help.minWidthToWrap = 20
  const width = Math.max(...examples.map(([line]) => line.length))
  return [
    '',
    'Examples:',
    ...examples.map(([line, why]) => help.formatItem(line, width, why, help)),
  ].join('\n')
}

/** All commands below this one, at any depth. */
export function everyBelow(command: Command): Command[] {
  return command.commands.flatMap((one) => [one, ...everyBelow(one)])
}

/** `lab up`; the program itself is the empty text. */
export function pathOf(command: Command): string {
  if (command.parent === null) return ''
  return `${pathOf(command.parent)} ${command.name()}`.trimStart()
}
