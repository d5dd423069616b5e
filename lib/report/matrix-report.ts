import { z } from 'zod'
import type { Figures, MatrixCell, MatrixTarget, NameCheck } from '../core/look-data.ts'
import { isObject, type JsonObject } from '../core/json.ts'

const target = z
  .object({
    kind: z.enum(['service', 'pod', 'host']),
    name: z.string(),
    address: z.string(),
    node: z.string().exactOptional(),
  })
  .readonly() satisfies z.ZodType<MatrixTarget>

/** Of a prober that sees each question: loss, and times in microseconds, 0 where there was no answer. */
const figures = z
  .object({
    sent: z.number(),
    lost: z.number(),
    p50: z.number(),
    p99: z.number(),
    max: z.number(),
  })
  .readonly() satisfies z.ZodType<Figures>

const cell = z
  .object({
    worker: z.string(),
    target,
    protocol: z.enum(['udp', 'tcp']),
    via: z.enum(['pod', 'port-forward']),
    asked: z.number(),
    answered: z.number(),
    wrong: z.array(z.string()).readonly(),
    notProven: z.string().exactOptional(),
    large: z.enum(['answered', 'lost']).exactOptional(),
    figures: figures.exactOptional(),
  })
  .readonly() satisfies z.ZodType<MatrixCell>

const check = z
  .object({
    worker: z.string(),
    name: z.string(),
    kind: z.enum(['short', 'partial', 'full', 'reverse', 'absent', 'external', 'resolv.conf']),
    expected: z.string(),
    got: z.string(),
    ok: z.boolean(),
  })
  .readonly() satisfies z.ZodType<NameCheck>

/** How one worker's pods reach one server; without `figures` no times were measured. */
export type Cell = z.infer<typeof cell> & {
  /** The same in every run, whatever a pod is called there: `w0 -> pod on w1 UDP`. */
  readonly key: string
  /** Answered without loss and rightly; `unknown` where it could not be asked. */
  readonly state: 'good' | 'bad' | 'unknown'
}

/** A matrix as a run has told it. */
export type MatrixReport = {
  readonly cells: readonly Cell[]
  readonly names: readonly NameCheck[]
  readonly servers: readonly Server[]
  /** Those who asked, in their order; empty for the port-forward. */
  readonly workers: readonly string[]
}

/** Who was asked; `label` is the same in every run. */
export type Server = MatrixTarget & { readonly label: string }

/** The matrix that was measured last; null where there was none. */
export function matrixReport(
  steps: readonly { readonly data?: JsonObject }[],
): MatrixReport | null {
  const measured = steps.findLast(({ data }) => isObject(data?.['matrix']))?.data?.['matrix']
  if (measured === undefined) return null
  const read = z.object({ cells: z.array(cell), names: z.array(check) }).safeParse(measured)
  if (!read.success) return null
  const { cells, names } = read.data
  const servers = labelled([
    ...new Map(cells.map((one) => [one.target.address, one.target])).values(),
  ])
  const labelOf = new Map(servers.map(({ address, label }) => [address, label]))
  return {
    servers,
    names,
    workers: [...new Set(cells.map(({ worker }) => worker))],
    cells: cells.map((one) => ({
      ...one,
      key: `${one.worker || 'port-forward'} -> ${labelOf.get(one.target.address) ?? ''} ${one.protocol.toUpperCase()}`,
      state: stateOf(one),
    })),
  }
}

/** `CoreDNS on w1`: names and addresses of pods are others in every run. */
function labelled(targets: readonly MatrixTarget[]): readonly Server[] {
  const seen = new Map<string, number>()
  return targets.map((one) => {
    const label = labelOf(one)
    const times = (seen.get(label) ?? 0) + 1
    seen.set(label, times)
    return { ...one, label: times === 1 ? label : `${label} (${times})` }
  })
}

function labelOf({ kind, address, node }: MatrixTarget): string {
  if (kind === 'service') return `Service ${address}`
  return kind === 'host' ? address : `pod on ${node ?? '?'}`
}

function stateOf(one: z.infer<typeof cell>): Cell['state'] {
  if (one.notProven !== undefined || one.asked === 0) return 'unknown'
  const whole = one.answered === one.asked && one.large !== 'lost'
  return whole && one.wrong.length === 0 ? 'good' : 'bad'
}
