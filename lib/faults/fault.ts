import type { Edition } from '../inventory/editions.ts'
import type { Lab } from '../lab/layout.ts'
import type { KubeObject, ObjectRef } from '../ports/cluster.ts'
import type { Resource } from '../ports/resources.ts'
import type { Acting, Reading, Step, StepId } from '../ports/step.ts'

/** What a fault changes: nothing else is written for it, and all of it is given back by mending. */
export type Breakage = {
  /** The host or worker concerned; kept for mending, which may be another process. */
  readonly subject: string
  /** What of the machine is to be, in the order in which it is put. */
  readonly resources?: readonly Resource[]
  /** Objects with the fault in them, whole as the chapter applies them. */
  readonly objects?: readonly KubeObject[]
  /** Objects that are to be gone; before the others are applied. */
  readonly gone?: readonly ObjectRef[]
}

/** When something is restarted so that it notices: the fault is in, or out again. */
export type Moment = {
  readonly subject: string
  readonly mended: boolean
}

/** A fault that can be put on a running lab. */
export interface Fault {
  readonly id: StepId
  /** Of the failure that it brings about (docs/failures.md); null where nothing is to be found fault with. */
  readonly code: string | null
  /** Imperative: `Take away a route to the pods of another worker`. */
  readonly title: string
  /** The chapter whose work it undoes, and how a person would have come to it. */
  readonly chapter: Step['chapter']
  /** What has to be there: `two workers`. */
  readonly requires: string
  /** Set where it takes effect only by CoreDNS pods that serve: then it is not put on after another fault. */
  readonly needsDns?: true
  /** Set where it takes effect on one edition's CoreDNS only. */
  readonly edition?: Edition
  /** Decides, once a run, what is broken. Throws StepError where something needed is not there. */
  plan(ctx: Reading): Promise<Breakage>
  /** Restarts what would not notice by itself; after breaking as after mending. */
  restartAffected?(ctx: Acting, moment: Moment): Promise<void>
  /** Waits until the fault is in force; returns what shows it, in one line. */
  waitUntilVisible(ctx: Reading, subject: string): Promise<string>
}

/** Whether it would take effect on a lab of that edition. */
export function fitsEdition(fault: Fault, edition: Edition): boolean {
  return fault.edition === undefined || fault.edition === edition
}

/** Whether a lab has as many hosts as the fault requires. */
export function fitsSize(
  { requires }: Fault,
  { controllers, workers }: Pick<Lab['inventory']['lab'], 'controllers' | 'workers'>,
): boolean {
  if (requires.startsWith('three controllers')) return controllers.length >= 3
  return workers.length >= (requires.startsWith('two workers') ? 2 : 1)
}

/** A fault of a lab. */
export type FaultOf = (lab: Lab) => Fault
