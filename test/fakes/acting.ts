import type { Json } from '../../lib/core/json.ts'
import type { Acting, Measured } from '../../lib/ports/step.ts'
import { type FakeCluster, fakeCluster } from './cluster.ts'
import { fakeClock } from './engine.ts'
import { type FakeHost, fakeHost } from './host.ts'

/** What a step gets, over fakes, and what it said and recorded by it. */
export interface FakeActing extends Acting {
  readonly host: FakeHost
  readonly cluster: FakeCluster
  readonly facts: readonly Json[]
  readonly remarks: readonly string[]
  /** What a rollback has told last. */
  readonly undoneSoFar: () => readonly string[]
  readonly said: readonly string[]
  readonly shown: readonly Measured[]
}

/** The ports for one step; an empty machine and an empty cluster where none is given. */
export function acting(
  ports: {
    readonly host?: FakeHost
    readonly cluster?: FakeCluster
    readonly signal?: AbortSignal
  } = {},
): FakeActing {
  const facts: Json[] = []
  const remarks: string[] = []
  let undone: readonly string[] = []
  const said: string[] = []
  const shown: Measured[] = []
  return {
    host: ports.host ?? fakeHost(),
    cluster: ports.cluster ?? fakeCluster(),
    clock: fakeClock(),
    signal: ports.signal ?? new AbortController().signal,
    facts,
    remarks,
    undoneSoFar: () => undone,
    said,
    shown,
    progress: (progress) => {
      said.push(progress)
    },
    saw: () => undefined,
    show: (measured) => {
      shown.push(measured)
    },
    remark: (text) => {
      remarks.push(text)
    },
    undone: (lines) => {
      undone = [...lines]
    },
    record: (fact) => {
      facts.push(fact)
      return Promise.resolve()
    },
  }
}
