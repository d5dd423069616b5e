import type { OnConflict } from '../core/change.ts'
import type { Language } from '../words/language.ts'
import type { Edition } from '../inventory/editions.ts'

/** What holds for every command. */
export type CommonOptions = {
  readonly inventory: string
  readonly json: boolean
  readonly verbose: boolean
  /** Takes the place of what the inventory says. */
  readonly edition?: Edition
  /** What people read; left out: as the locale says. */
  readonly lang?: Language
}

/** What goes through steps can leave a report. */
export type ReportFlag = {
  /** The folder it is written into. */
  readonly report?: string
}

/** What a run and `lab up` have in common. */
export type PlanFlags = ReportFlag & {
  readonly dryRun: boolean
  readonly resume: boolean
  readonly keep: boolean
  /** Each step is shown with what it does and why before its turn. */
  readonly stepByStep?: true
  /** Where the plan of a dry-run is kept. */
  readonly save?: string
  /** The saved plan that is carried out. */
  readonly plan?: string
}

/** The flags of a run. */
export type RunFlags = PlanFlags & {
  readonly from?: string
  readonly only?: string
  /** What is done where others own fields with other values; `abort` where left out. */
  readonly onConflict?: OnConflict
}

/** The flags of `prove`. */
export type ProveFlags = ReportFlag & {
  readonly dryRun: boolean
  /** Left out: the inventory's target. */
  readonly kubeconfig?: string
  /** Left out: the kubeconfig's current one. */
  readonly context?: string
  /** Where the probes stand. */
  readonly namespace: string
  /** What the probes are made of. */
  readonly image?: string
  /** False: nothing is written at all. */
  readonly probes: boolean
  /** Only prints the least role that is needed. */
  readonly rbac: boolean
}

/** The flags of `watch`. */
export type WatchFlags = Pick<ProveFlags, 'kubeconfig' | 'context' | 'namespace' | 'image'> & {
  /** Questions a second, of each worker. */
  readonly rate: number
  /** Left out: until it is interrupted. */
  readonly seconds?: number
}

/** The requests of some of the commands. */
export type RequestOf<C extends Request['command']> = Extract<Request, { readonly command: C }>

/** A command that goes through steps, forward or back. */
export type RunRequest = RequestOf<
  'run' | 'verify' | 'rollback' | 'lab-up' | 'lab-down' | 'lab-break' | 'lab-mend'
>

/** One command as the user gave it. */
export type Request =
  | ({ readonly command: 'run' } & RunFlags)
  | ({ readonly command: 'verify'; readonly evidence?: string } & ReportFlag)
  | ({ readonly command: 'prove' } & ProveFlags)
  | ({ readonly command: 'watch' } & WatchFlags)
  | ({
      readonly command: 'rollback'
      readonly to?: string
      readonly lastRun?: true
      readonly resume: boolean
      readonly dryRun: boolean
    } & ReportFlag)
  | ({ readonly command: 'lab-up' } & PlanFlags)
  | ({ readonly command: 'lab-down' } & ReportFlag)
  | ({
      readonly command: 'lab-break'
      readonly fault: string
      readonly dryRun: boolean
    } & ReportFlag)
  | ({ readonly command: 'lab-mend'; readonly faults: readonly string[] } & ReportFlag)
  | { readonly command: 'lab-faults' }
  /** Puts on what nobody is told; without `seed` by lot. */
  | { readonly command: 'lab-exercise'; readonly level: number; readonly seed?: number }
  | { readonly command: 'lab-hint' }
  | { readonly command: 'lab-check' }
  | { readonly command: 'lab-status' }
  | { readonly command: 'lab-shell'; readonly host: string; readonly argv: readonly string[] }
  | { readonly command: 'lab-restart'; readonly host: string; readonly daemon: string }
  | { readonly command: 'lab-kubectl'; readonly argv: readonly string[] }
  | { readonly command: 'report'; readonly folder: string }
  | { readonly command: 'compare'; readonly before: string; readonly after: string }
  | { readonly command: 'steps' }
  | { readonly command: 'explain'; readonly id: string }
  | { readonly command: 'cache'; readonly empty: boolean }
  | { readonly command: 'completion'; readonly shell: string }
  /** What a shell asks at Tab: the words behind the program's name, the last one unfinished. */
  | { readonly command: 'complete'; readonly words: readonly string[] }
