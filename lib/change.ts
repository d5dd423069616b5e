import type { Json } from './json.ts'

/** One field that differs. */
export interface FieldChange {
  /** For objects the path as server-side apply spells it: `.spec.replicas`. */
  readonly path: string
  /** Absent where the field is new. */
  readonly from?: Json
  /** Absent where the field goes away. */
  readonly to?: Json
  /** The field manager that owns the field now. */
  readonly owner?: string
}

/** One thing that a step would do, in words and as data. */
export interface Change {
  readonly action: 'create' | 'change' | 'delete' | 'run' | 'wait'
  /** The thing, by its real name: `deployment.apps/coredns`, `file /etc/x`, `route 10.200.1.0/24`. */
  readonly what: string
  readonly fields?: readonly FieldChange[]
  readonly note?: string
}

export type Changes = readonly Change[]
