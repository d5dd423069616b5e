import type { Hints } from '../engine/command.ts'
import { PROGRAM } from './hints.ts'
import type { CommonOptions, PlanFlags, RunFlags, RunRequest } from './request.ts'

/** The commands to paste that this run names. */
export interface RunHints extends Hints {
  /** Takes faults off the lab. */
  readonly mend: string
}

/** Every one of them acts on what this run acts on. */
export function hintsFor(request: RunRequest, common: CommonOptions): RunHints {
  const base = programFor(common)
  const command = [base, ...namesOf(request)]
  const again = [...command, ...optionsOf(request)].join(' ')
  const mend = `${base} lab mend`
  const how = 'keep' in request ? howOf(request) : []
  return {
    again,
    resume: isResumable(request) ? [...command, ...restOf(request), '--resume'].join(' ') : again,
    all: [...command, ...how].join(' '),
    undo: `${base} ${undoOf(request)}`,
    mend,
    ...(request.command === 'lab-break' ? { half: `${mend} && ${again}` } : {}),
  }
}

/** The program with its inventory: what every command that it names begins with. */
export function programFor({ inventory }: Pick<CommonOptions, 'inventory'>): string {
  return inventory === 'inventory.yaml' ? PROGRAM : `${PROGRAM} --inventory ${quoted(inventory)}`
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function namesOf(request: RunRequest): readonly string[] {
  switch (request.command) {
    case 'run':
      return []
    case 'lab-break':
      return ['lab', 'break', quoted(request.fault)]
    case 'verify':
    case 'rollback':
      return [request.command]
    case 'lab-up':
      return ['lab', 'up']
    case 'lab-down':
      return ['lab', 'down']
    case 'lab-mend':
      return ['lab', 'mend']
  }
}

/** All that was given, but for what every command has. */
function optionsOf(request: RunRequest): readonly string[] {
  switch (request.command) {
    case 'run':
    case 'lab-up': {
      const { dryRun, save, from, only, plan, resume }: RunFlags = request
      return [
        ...flag('--dry-run', dryRun),
        ...option('--save', save),
        ...option('--from', from),
        ...option('--only', only),
        ...howOf(request),
        ...option('--plan', plan),
        ...flag('--resume', resume),
      ]
    }
    case 'rollback':
      return [...option('--to', request.to), ...flag('--resume', request.resume)]
    case 'lab-break':
      return flag('--dry-run', request.dryRun)
    default:
      return []
  }
}

/** Not kept in the journal: whoever goes on says it again. */
function howOf({ keep, onConflict }: Pick<RunFlags, 'keep' | 'onConflict'>): readonly string[] {
  return [...flag('--keep', keep), ...option('--on-conflict', onConflict)]
}

/**
 * What only looks, and what goes on already, is the same command once more. So is `--only`: where an
 * earlier run is unfinished, that is the one that `--resume` would go on with.
 */
function isResumable(request: RunRequest): boolean {
  if (request.command === 'rollback') return !request.resume
  if (request.command !== 'run' && request.command !== 'lab-up') return false
  const { dryRun, resume, only }: RunFlags = request
  return !dryRun && !resume && only === undefined
}

/** What is to be said besides `--resume`; `--to`, so that no other rollback is gone on with. */
function restOf(request: RunRequest): readonly string[] {
  if (request.command === 'rollback') return option('--to', request.to)
  if (request.command !== 'run' && request.command !== 'lab-up') return []
  const { plan }: PlanFlags = request
  return [...howOf(request), ...option('--plan', plan)]
}

function undoOf({ command }: RunRequest): string {
  switch (command) {
    case 'run':
    case 'verify':
    case 'rollback':
      return 'rollback'
    case 'lab-up':
    case 'lab-down':
      return 'lab down'
    case 'lab-break':
    case 'lab-mend':
      return 'lab mend'
  }
}

function flag(name: string, given: boolean): readonly string[] {
  return given ? [name] : []
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, quoted(value)]
}
