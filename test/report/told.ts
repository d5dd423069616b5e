import type { Event } from '../../lib/ports/events.ts'
import { readRunLines } from '../../lib/report/run-lines.ts'
import { type RunReport, runReport } from '../../lib/report/run-report.ts'
import { eventLine } from '../../lib/view/event-line.ts'
import * as runs from '../view/runs.ts'

/** All runs that are written by hand. */
export const RUNS = Object.values(runs).flatMap((one): readonly (readonly Event[])[] => {
  if (!Array.isArray(one)) return []
  const events = one as readonly Event[]
  return events[0]?.type === 'run-started' ? [events] : []
})

/** When the first event of such a run is told; each later one comes a second after the one before. */
const FROM = Date.UTC(2026, 0, 2, 3, 4, 5)

/** The run.jsonl of a run that has told these events. */
export function runText(events: readonly Event[]): string {
  return events.map((event, i) => eventLine(event, new Date(FROM + i * 1000))).join('')
}

/** What a report is made of, from the text of its run.jsonl, as `report DIR` reads it. */
export function reportOf(events: readonly Event[]): RunReport {
  return runReport(readRunLines(runText(events), 'run.jsonl'))
}

/** A matrix of two workers and two servers, of which one path may lose answers. */
export function matrixEvent(step: string, answered = 4): Event {
  const service = { kind: 'service', name: 'kube-dns', address: '10.32.0.10' }
  const pod = { kind: 'pod', name: 'coredns-1', address: '10.200.1.2', node: 'w1' }
  const cells = ['w0', 'w1'].flatMap((worker) =>
    [service, pod].flatMap((target) =>
      ['udp', 'tcp'].map((protocol) => ({
        ...{ worker, target, protocol, via: 'pod', asked: 4, wrong: [], latencyMs: 10 },
        answered: worker === 'w0' && target === pod ? answered : 4,
      })),
    ),
  )
  const name = { name: 'kubernetes', kind: 'short', expected: '10.32.0.1', got: '10.32.0.1' }
  const names = ['w0', 'w1'].map((worker) => ({ worker, ...name, ok: true }))
  const data = { matrix: { cells, names } }
  return { type: 'step-measured', step, lines: ['w0  100%'], table: true, data }
}
