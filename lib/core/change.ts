import type { Json } from './json.ts'

/** One field that differs. */
export type FieldChange = {
  /** For objects the path as server-side apply spells it: `.spec.replicas`. */
  readonly path: string
  /** Absent where the field is new. */
  readonly from?: Json
  /** Absent where the field goes away. */
  readonly to?: Json
  /** The field manager that owns the field now; several in one text where they share it. */
  readonly owner?: string
  /** Set where that owner's other value stands in the way: what is done about it. */
  readonly conflict?: OnConflict
}

/** What is done where others own fields with other values: stop, leave these fields to them, take these over. */
export type OnConflict = 'abort' | 'skip' | 'adopt'

/** One thing that a step would do, in words and as data. */
export type Change = {
  /** `wait` and `leave` write nothing: what is waited for, and what is left to its owner as it is. */
  readonly action: 'create' | 'change' | 'delete' | 'run' | 'wait' | 'leave'
  /** The thing, by its real name: `deployment.apps/coredns`, `file /etc/x`, `route 10.200.1.0/24`. */
  readonly what: string
  readonly fields?: readonly FieldChange[]
  readonly note?: string
  /** Of an object that exists already: which one was looked at. */
  readonly uid?: string
  /** The object as the server says it would be, without what only a real write decides. */
  readonly after?: Json
}

export type Changes = readonly Change[]

/** True where carrying it out writes. */
export function isWriting({ action }: Change): boolean {
  return action !== 'wait' && action !== 'leave'
}
