import type { Missing } from '../core/observation.ts'
import type { Layer } from '../core/layers.ts'
import type { Changes } from '../core/change.ts'
import type { Clock } from '../core/clock.ts'
import type { Explanation } from '../core/errors.ts'
import type { Fingerprint, Move } from '../core/fingerprint.ts'
import type { Cluster, ClusterReader } from './cluster.ts'
import type { Host, HostReader } from './host.ts'
import type { Json, JsonObject } from '../core/json.ts'

/** Kebab-case; equal to the step's file name and its key in the journal. */
export type StepId = string

/** What a step has measured: a small table for people, all of it for machines. Only shown, never decided on. */
export type Measured = {
  readonly lines: readonly string[]
  /** The lines are a table: columns two blanks apart, the first line its head. */
  readonly table?: true
  readonly data: JsonObject
}

/** What a step may use to look: ports without a writing method, so the compiler keeps it harmless. */
export interface Reading {
  readonly host: HostReader
  readonly cluster: ClusterReader
  readonly clock: Clock
  /** Aborts when the run is to stop. */
  readonly signal: AbortSignal
  /** One short line on what is being waited for or done; only shown, never decided on. */
  readonly progress: (text: string) => void
  /** What the last look of a wait has found missing: its cause is asked for meanwhile. */
  readonly saw: (seen: Missing) => void
  /** What is measured again takes the place of what was. */
  readonly show: (measured: Measured) => void
}

/** What a step may use to change the world. */
export interface Acting extends Reading {
  readonly host: Host
  readonly cluster: Cluster
  /** Journals, durably, what only the write itself could tell, such as the uid of a new object. */
  readonly record: (fact: Json) => Promise<void>
  /** What the reader has to know at the end, such as a fallback that was taken: joins the proof. */
  readonly remark: (text: string) => void
  /** What a rollback has given back so far, all lines each time: needed only where it fails before its end. */
  readonly undone: (lines: readonly string[]) => void
}

export type Check<Undo extends Json = Json> =
  | {
      readonly status: 'satisfied'
      readonly because: string
      readonly evidence?: readonly Fingerprint[]
      /** Set where this look was the whole proof: `verify` would only ask the same again. */
      readonly proven?: true
    }
  | {
      readonly status: 'drifted'
      readonly changes: Changes
      /** All that rollback needs; journaled before the first write. */
      readonly undo: Undo
      /** Set where the plan cannot succeed: a conflict, an immutable field. A dry-run then ends with 1. */
      readonly blocked?: Explanation
      /** Set where nothing of what its list makes is there: `verify` says this instead of looking any further. */
      readonly absent?: Explanation
      /** What this decision rests on: a saved plan is carried out only while that has not moved. */
      readonly evidence?: readonly Fingerprint[]
    }
  | { readonly status: 'unknown'; readonly after: StepId; readonly because: string }

/** `client-pods` are those that ask, not those of CoreDNS. */
export type Examined = 'client-pods' | 'resolv.conf' | 'endpoints' | 'busybox' | 'probes'

/** A part of the lab, or a program that runs on its hosts. */
export type LabPart =
  | 'images'
  | 'hosts'
  | 'pod-routes'
  | 'etcd'
  | 'containerd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'kube-proxy'

/** One line of the chapter or one part of the lab, a plain object. It gets only undo data that it made itself. */
export interface Step<Undo extends Json = Json> {
  readonly id: StepId
  /** Imperative, as the chapter says it. */
  readonly title: string
  /** Where the chapter has it, and the command it stands for. */
  readonly chapter: { readonly section: string; readonly command: string }
  /** For `explain`: when there is nothing to do, and what rollback does. */
  readonly about: { readonly satisfied: string; readonly undo: string }
  /** Where a fault can be the cause of its failure; nowhere, where it needs this machine or a download only. */
  readonly touches: readonly Layer[]
  /** What it examines itself, where others only rely on it: some causes matter there and nowhere else. */
  readonly examines?: readonly Examined[]
  /** What of a lab is there only after it: before, that it is missing is no fault. */
  readonly provides?: readonly LabPart[]
  /** What it makes is kept on this machine for later runs: where it is not there, the target is none the worse. */
  readonly onlyHere?: true
  /** What it changes answers for DNS, which is asked meanwhile; and undoing it too, unless that takes DNS away. */
  readonly changesDns?: { takenAwayBy(undo: Undo): boolean }
  /** Reads only and does not wait. */
  check(ctx: Reading): Promise<Check<Undo>>
  /** Makes it so; safe to repeat. */
  apply(ctx: Acting, changes: Changes): Promise<void>
  /** Waits, with a deadline, until it is so; returns what was proven, in one line, or throws StepError. */
  verify(ctx: Reading): Promise<string>
  /** Gives back what `check` had found, also in a later process, and says what. `facts` are the step's `record`s. */
  rollback(ctx: Acting, undo: Undo, facts: readonly Json[]): Promise<readonly string[]>
  /** Which rights its list needs and the user lacks, and what an admin pastes for them; null where none. Reads only. */
  lackingRights?(ctx: Reading): Promise<Explanation | null>
  /** What a person types for the same with today's kubectl; left out where that is the chapter's own command. */
  byHand?(ctx: Reading): Promise<string>
  /** Which fields moved between two fingerprints of a thing, and who moved them. Pure; plain JSON where left out. */
  explainMove?(then: Fingerprint, now: Fingerprint): readonly Move[]
}
