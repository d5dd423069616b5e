import { quoted } from '../core/shell.ts'
import type { Hints } from '../engine/command.ts'
import { hostsOf, type Inventory } from '../inventory/inventory.ts'
import { binOf, type Layout, layoutOf } from '../lab/layout.ts'
import { type ActsOn, PROGRAM } from './hints.ts'
import type {
  CommonOptions,
  ProveFlags,
  RunFlags,
  RunRequest,
  WatchFlags,
} from '../command-line/request.ts'

/** The commands to paste that this run names. */
export type RunHints = Hints & {
  /** Takes faults off the lab. */
  readonly mend: string
}

/** Each command as it is given, and the one that undoes what it does. */
const WORDS: Readonly<Record<RunRequest['command'], readonly [given: string, undo: string]>> = {
  run: ['', 'rollback'],
  verify: ['verify', 'rollback'],
  rollback: ['rollback', 'rollback'],
  'lab-up': ['lab up', 'lab down'],
  'lab-down': ['lab down', 'lab down'],
  'lab-break': ['lab break', 'lab mend'],
  'lab-mend': ['lab mend', 'lab mend'],
}

/** What any of the requests may have; `--evidence` names a new file, so it cannot be given again. */
type Given = Pick<RunRequest, 'command'> &
  Partial<RunFlags> & {
    readonly to?: string
    readonly lastRun?: boolean
    readonly fault?: string
    readonly faults?: readonly string[]
  }

/** Not kept in the journal: a run that is resumed has to be told again. */
const HOW = ['keep', 'onConflict', 'stepByStep'] as const
/** Besides `--resume`; how far a rollback goes, so that no other one is resumed. */
const REST = ['to', 'lastRun', ...HOW, 'plan'] as const
const ALL = ['dryRun', 'save', 'from', 'only', ...REST, 'resume'] as const

/** Every one of them acts on what this run acts on. */
export function hintsFor(request: RunRequest, common: CommonOptions): RunHints {
  const given: Given = request
  const base = programFor(common)
  const [name, undo] = WORDS[given.command]
  const { fault, faults = [] } = given
  const named = [...(fault === undefined ? [] : [fault]), ...faults].map(quoted)
  const command = [base, name, ...named]
  const line = (...words: readonly string[]) => [...command, ...words].filter(Boolean).join(' ')
  const again = line(...optionsOf(given, ALL))
  const mend = `${base} lab mend`
  return {
    again,
    resume: isResumable(given) ? line(...optionsOf(given, REST), '--resume') : again,
    all: line(...optionsOf(given, HOW)),
    undo: [base, undo, ...(fault === undefined ? [] : [quoted(fault)])].join(' '),
    mend,
    ...(fault === undefined ? {} : { half: `${mend} ${quoted(fault)} && ${again}` }),
  }
}

/** `prove` changes nothing that lasts: whatever is to be done, it is the same command once more. */
export function proveHints(request: ProveFlags, common: CommonOptions): Hints {
  const given = { ...request, namespace: request.namespace !== 'default' && request.namespace }
  const options = optionsOf(given, ['kubeconfig', 'context', 'namespace', 'image'])
  const flags = [...(request.probes ? [] : ['--no-probes']), ...optionsOf(request, ['dryRun'])]
  const again = [programFor(common), 'prove', ...options, ...flags].join(' ')
  return { again, resume: again, all: again, undo: again }
}

/** `watch` leaves nothing behind, either. */
export function watchAgain(request: WatchFlags, common: CommonOptions): string {
  const { seconds, rate, namespace } = request
  const given = {
    ...request,
    namespace: namespace !== 'default' && namespace,
    rate: String(rate),
    for: seconds !== undefined && String(seconds),
  }
  const options = optionsOf(given, ['kubeconfig', 'context', 'namespace', 'image', 'rate', 'for'])
  return [programFor(common), 'watch', ...options].join(' ')
}

/** The program with its inventory, edition and language: what every command that it names begins with. */
export function programFor({
  inventory,
  edition,
  lang,
}: Pick<CommonOptions, 'inventory' | 'edition' | 'lang'>): string {
  return [
    PROGRAM,
    ...(inventory === 'inventory.yaml' ? [] : [`--inventory ${quoted(inventory)}`]),
    ...(edition === undefined ? [] : [`--edition ${edition}`]),
    ...(lang === undefined ? [] : [`--lang ${lang}`]),
  ].join(' ')
}

/** kubectl for the target as a shell takes it, also where this program is not. */
export function plainKubectl({ target, lab }: Inventory): string {
  const { kubeconfig, context, program } =
    target.kind === 'lab' ? labKubectl(layoutOf(lab.name)) : { ...target, program: 'kubectl' }
  const where = context === undefined ? '' : ` --context ${quoted(context)}`
  return `${quoted(program)} --kubeconfig ${quoted(kubeconfig)}${where}`
}

function labKubectl(layout: Layout) {
  const program = `${binOf(layout, 'kubernetes')}/kubectl`
  return { program, kubeconfig: layout.adminKubeconfig, context: undefined }
}

/** What the commands in remedies act on. */
export function actsOn({ target, lab }: Inventory, common: CommonOptions): ActsOn {
  const program = programFor(common)
  if (target.kind === 'lab') {
    const [controllers, workers] = [lab.controllers, lab.workers].map((all) =>
      all.map(({ name }) => name),
    )
    const each = { 'each controller': controllers ?? [], 'each worker': workers ?? [] }
    const hosts = Object.fromEntries(hostsOf(lab).map(({ name }) => [name, [name]]))
    return { program, kubectl: `${program} lab kubectl`, hosts: { ...each, ...hosts } }
  }
  const [file, context] = [quoted(target.kubeconfig), quoted(target.context)]
  return { program, kubectl: `kubectl --kubeconfig ${file} --context ${context}` }
}

/**
 * The same for `prove --kubeconfig`, which needs no inventory: what else the program is asked to do there
 * needs one, so the command makes it where it is not there yet.
 */
export function provedActs(
  { kubeconfig }: Pick<ProveFlags, 'kubeconfig'>,
  inventory: Inventory,
  common: CommonOptions,
): ActsOn {
  const acts = actsOn(inventory, common)
  const { target } = inventory
  if (kubeconfig === undefined || target.kind === 'lab') return acts
  const file = `hardway-${target.context.replaceAll(/[^\w.-]/g, '_')}.yaml`
  const { context } = target
  const text = JSON.stringify({ target: { kubeconfig: target.kubeconfig, context } })
  return {
    ...acts,
    program: programFor({ inventory: file }),
    before: `test -e ${file} || echo ${quoted(text)} > ${file}`,
  }
}

/** Those of the options that were given: `--on-conflict skip`. */
function optionsOf<K extends string>(
  given: { readonly [name in K]?: string | boolean },
  names: readonly K[],
): readonly string[] {
  return names.flatMap((name) => {
    const value = given[name] ?? false
    if (value === false) return []
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return value === true ? [flag] : [flag, quoted(value)]
  })
}

/**
 * What only looks, and what goes on already, is the same command once more. So is `--only`: where an
 * earlier run is unfinished, that is the one that `--resume` would go on with.
 */
function isResumable({ resume, dryRun, only }: Given): boolean {
  return resume === false && dryRun !== true && only === undefined
}
