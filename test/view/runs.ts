import type { Event, Ledger, Mode, Outcome, StepTitle } from '../../lib/ports/events.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import type { Changes } from '../../lib/core/change.ts'

/** Runs as the engine tells them, written by hand. */

const LAB: readonly StepTitle[] = [
  { id: 'check-machine', title: 'Check this machine', list: 'lab' },
  { id: 'start-etcd', title: 'Start etcd on the controllers', list: 'lab' },
]

const CHAPTER: readonly StepTitle[] = [
  { id: 'download-manifest', title: 'Download coredns.yaml', list: 'chapter' },
  { id: 'apply-manifest', title: 'Apply coredns.yaml', list: 'chapter' },
  { id: 'coredns-pods', title: 'Wait for two CoreDNS pods', list: 'chapter' },
]

export const STEPS: readonly StepTitle[] = [...LAB, ...CHAPTER]

const NO_LEDGER: Ledger = { reads: 41, dryRuns: 0, writes: 0, hostWrites: 0 }

export const PODS: Explanation = {
  problem: 'both CoreDNS pods have the address 10.200.0.2',
  seen: [
    "pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's 10.200.2.0/24",
    'pod coredns-x9zkq on k8sworker0 10.200.0.2',
  ],
  cause: "k8sworker2's CNI config hands out 10.200.0.0/24, the range of k8sworker0",
  remedy: 'set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2, restart the kubelet',
}

export const MANIFEST: Changes = [
  { action: 'create', what: 'serviceaccount/coredns' },
  {
    action: 'change',
    what: 'deployment.apps/coredns',
    fields: [{ path: '.spec.replicas', from: 3, to: 2, owner: 'kubectl-client-side-apply' }],
  },
]

const ETCD: Changes = [{ action: 'run', what: 'process etcd on k8scontroller0' }]
const PODS_WAIT: Changes = [{ action: 'wait', what: 'two CoreDNS pods', note: 'one is Pending' }]

export function started(mode: Mode, steps: readonly StepTitle[] = STEPS): Event {
  const target = 'target lab: 3 controllers, 3 workers'
  const chapter = (id: string) => ({ section: '14.1', command: `make ${id}` })
  const told = steps.map((one) => ({ ...one, chapter: chapter(one.id) }))
  return { type: 'run-started', mode, run: 'run-1', target, steps: told }
}

export function ended(
  mode: Mode,
  outcome: Outcome,
  more: Partial<Extract<Event, { type: 'run-ended' }>> = {},
): Event {
  const code = outcome === 'done' ? 0 : 1
  const usual = { durationMs: 13_200, ledger: NO_LEDGER, notes: [], code }
  return { type: 'run-ended', mode, outcome, ...usual, ...more }
}

/** A step from its start to its ending. */
export function step(ending: Extract<Event, { step: string }>, ...progress: string[]): Event[] {
  return [
    { type: 'step-started', step: ending.step },
    ...progress.map((text) => ({ type: 'step-progress', step: ending.step, text }) as const),
    ending,
  ]
}

const satisfied = (id: string, because: string): Event[] =>
  step({ type: 'step-satisfied', step: id, because })

const labSatisfied: Event[] = [
  ...satisfied('check-machine', 'fit for a lab'),
  ...satisfied('start-etcd', 'three members, all healthy'),
]

export const freshRun: readonly Event[] = [
  started('run'),
  ...satisfied('check-machine', 'fit for a lab'),
  ...step(
    { type: 'step-done', step: 'start-etcd', changes: ETCD, proof: 'three members, all healthy' },
    'k8scontroller0 has no leader yet',
    'one of three members',
  ),
  ...satisfied('download-manifest', 'already there, sha256 7670cb36…'),
  ...step({
    type: 'step-done',
    step: 'apply-manifest',
    changes: MANIFEST,
    proof: '6 objects as wanted',
  }),
  ...step({
    type: 'step-done',
    step: 'coredns-pods',
    changes: PODS_WAIT,
    proof: '7w4jf on k8sworker1 10.200.1.2, cs9qr on k8sworker2 10.200.2.2',
  }),
  ended('run', 'done', {
    notes: ['Undo: npx tsx run.ts rollback', 'export KUBECONFIG=/var/lib/hardway/lab/kubeconfig'],
  }),
]

export const nothingToDo: readonly Event[] = [
  started('run'),
  ...labSatisfied,
  ...satisfied('download-manifest', 'already there, sha256 7670cb36…'),
  ...satisfied('apply-manifest', 'all six objects as wanted'),
  ...satisfied('coredns-pods', 'two pods ready on two workers'),
  ended('run', 'done', { durationMs: 940 }),
]

export const dryRun: readonly Event[] = [
  started('dry-run'),
  ...satisfied('check-machine', 'fit for a lab'),
  ...step({ type: 'step-planned', step: 'start-etcd', changes: ETCD }),
  ...step({
    type: 'step-planned',
    step: 'download-manifest',
    changes: [{ action: 'create', what: 'file coredns.yaml', note: '4.2 kB' }],
  }),
  ...step({
    type: 'step-planned',
    step: 'apply-manifest',
    changes: MANIFEST,
    blocked: '.spec.clusterIP of service/kube-dns cannot be changed',
  }),
  ...step({
    type: 'step-unknown',
    step: 'coredns-pods',
    after: 'apply-manifest',
    because: 'there are no pods yet',
  }),
  ended('dry-run', 'failed', { ledger: { ...NO_LEDGER, dryRuns: 12 } }),
]

export const failure: readonly Event[] = [
  started('run'),
  ...labSatisfied,
  ...satisfied('download-manifest', 'already there, sha256 7670cb36…'),
  ...step({
    type: 'step-failed',
    step: 'apply-manifest',
    explanation: PODS,
    undone: ['serviceaccount/coredns deleted'],
    goOn: 'npx tsx run.ts --resume',
  }),
  ended('run', 'failed'),
]

export const labFailure: readonly Event[] = [
  started('run'),
  ...satisfied('check-machine', 'fit for a lab'),
  ...step({ type: 'step-failed', step: 'start-etcd', explanation: PODS, undone: [] }),
  ended('run', 'failed'),
]

export const rollback: readonly Event[] = [
  started('rollback', [...CHAPTER.slice(1, 2), ...CHAPTER.slice(0, 1), ...CHAPTER.slice(1, 2)]),
  ...step({
    type: 'step-undone',
    step: 'apply-manifest',
    undone: ['deployment.apps/coredns put back', 'serviceaccount/coredns deleted'],
  }),
  ...step({ type: 'step-undone', step: 'download-manifest', undone: ['coredns.yaml deleted'] }),
  ...step({ type: 'step-undone', step: 'apply-manifest', undone: [] }),
  ended('rollback', 'done'),
]

export const verifyDrift: readonly Event[] = [
  started('verify'),
  ...step({ type: 'step-proven', step: 'check-machine', proof: 'fit for a lab' }),
  ...step({ type: 'step-proven', step: 'start-etcd', proof: 'three members, all healthy' }),
  ...step({ type: 'step-proven', step: 'download-manifest', proof: 'sha256 7670cb36…' }),
  ...step({ type: 'step-drifted', step: 'apply-manifest', changes: MANIFEST.slice(1) }),
  ...step({ type: 'step-proven', step: 'coredns-pods', proof: 'two pods on two workers' }),
  ended('verify', 'failed', { code: 3 }),
]

/** In verify a failure does not end the run. */
export const verifyUnhealthy: readonly Event[] = [
  started('verify', CHAPTER),
  ...step({ type: 'step-proven', step: 'download-manifest', proof: 'sha256 7670cb36…' }),
  ...step({ type: 'step-failed', step: 'apply-manifest', explanation: PODS, undone: [] }),
  ...step({ type: 'step-proven', step: 'coredns-pods', proof: 'two pods on two workers' }),
  ended('verify', 'failed', { code: 4 }),
]

export const interrupted: readonly Event[] = [
  started('run'),
  ...labSatisfied,
  ...step({
    type: 'step-failed',
    step: 'download-manifest',
    explanation: { problem: 'interrupted by Ctrl-C', remedy: 'npx tsx run.ts --resume' },
    undone: ['nothing: an interrupted step is left as it is'],
    goOn: 'npx tsx run.ts --resume',
    interrupted: true,
  }),
  ended('run', 'interrupted', { code: 130, durationMs: 4040 }),
]

/** `--only apply-manifest`. */
export const onlyOne: readonly Event[] = [
  started('run'),
  ...['check-machine', 'start-etcd', 'download-manifest'].map(
    (id) => ({ type: 'step-skipped', step: id, because: '--only apply-manifest' }) as const,
  ),
  ...satisfied('apply-manifest', 'all six objects as wanted'),
  { type: 'step-skipped', step: 'coredns-pods', because: '--only apply-manifest' },
  ended('run', 'done'),
]

/** Nothing of a step's making. */
export const lostLock: readonly Event[] = [
  started('run', CHAPTER),
  ...satisfied('download-manifest', 'already there, sha256 7670cb36…'),
  ended('run', 'failed', {
    code: 75,
    error: { problem: 'the lock was lost', remedy: 'npx tsx run.ts --resume' },
  }),
]
