import assert from 'node:assert/strict'
import test from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { openView } from '../../lib/view/open-view.ts'
import { fakeStream } from './fake-stream.ts'
import {
  MANIFEST,
  dryRun,
  ended,
  failure,
  freshRun,
  interrupted,
  labFailure,
  lostLock,
  nothingToDo,
  onlyOne,
  rollback,
  started,
  step,
  verifyDrift,
  verifyUnhealthy,
} from './runs.ts'

interface Printed {
  readonly out: string
  readonly err: string
}

/** What a run prints; begins with a line end, so that texts line up below. */
async function printed(events: readonly Event[], verbose = false): Promise<Printed> {
  const out = fakeStream()
  const err = fakeStream()
  // Colours are asked for and must not come: this is a pipe.
  const view = openView({ kind: 'plain', out, err, verbose, color: true })
  for (const event of events) view.sink(event)
  await view.close()
  return { out: `\n${out.text()}`, err: `\n${err.text()}` }
}

test('a fresh run', async () => {
  const { out, err } = await printed(freshRun)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[lab/check-machine] Check this machine
[lab/check-machine] unchanged: fit for a lab
[lab/start-etcd] Start etcd on the controllers
[lab/start-etcd] k8scontroller0 has no leader yet
[lab/start-etcd] done: three members, all healthy
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] unchanged: already there, sha256 7670cb36…
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] done: 6 objects as wanted
[chapter/coredns-pods] Wait for two CoreDNS pods
[chapter/coredns-pods] done: 7w4jf on k8sworker1 10.200.1.2, cs9qr on k8sworker2 10.200.2.2
Proven in 13.2 s: 2 changed, 3 unchanged. Undo: npx tsx run.ts rollback
export KUBECONFIG=/var/lib/hardway/lab/kubeconfig
`,
  )
  assert.equal(err, '\n')
})

test('a run with nothing to do', async () => {
  const { out, err } = await printed(nothingToDo)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[lab/check-machine] Check this machine
[lab/check-machine] unchanged: fit for a lab
[lab/start-etcd] Start etcd on the controllers
[lab/start-etcd] unchanged: three members, all healthy
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] unchanged: already there, sha256 7670cb36…
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] unchanged: all six objects as wanted
[chapter/coredns-pods] Wait for two CoreDNS pods
[chapter/coredns-pods] unchanged: two pods ready on two workers
Proven in 0.9 s: nothing to change, 5 steps as wanted.
`,
  )
  assert.equal(err, '\n')
})

test('a dry run', async () => {
  const { out, err } = await printed(dryRun)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · dry run · target lab: 3 controllers, 3 workers
[lab/check-machine] Check this machine
[lab/check-machine] unchanged: fit for a lab
[lab/start-etcd] Start etcd on the controllers
[lab/start-etcd] would change: 1 to run
[lab/start-etcd]   > run process etcd on k8scontroller0
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] would change: 1 to create
[chapter/download-manifest]   + file coredns.yaml   (4.2 kB)
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] cannot be done: .spec.clusterIP of service/kube-dns cannot be changed
[chapter/apply-manifest]   + serviceaccount/coredns
[chapter/apply-manifest]   ~ deployment.apps/coredns
[chapter/apply-manifest]       .spec.replicas: 3 → 2   (owned by kubectl-client-side-apply)
[chapter/coredns-pods] Wait for two CoreDNS pods
[chapter/coredns-pods] not known yet: there are no pods yet (known after apply-manifest)
Dry run: nothing was written (41 reads, 12 dry-run requests, 0 writes). 3 steps would change, 1 has nothing to do, 1 can only be known later.
A run would fail at apply-manifest now; the reason is shown there.
`,
  )
  assert.equal(err, '\n')
})

test('a failed step', async () => {
  const { out, err } = await printed(failure)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[lab/check-machine] Check this machine
[lab/check-machine] unchanged: fit for a lab
[lab/start-etcd] Start etcd on the controllers
[lab/start-etcd] unchanged: three members, all healthy
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] unchanged: already there, sha256 7670cb36…
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] failed: both CoreDNS pods have the address 10.200.0.2
Failed after 13.2 s: 3 unchanged, 1 failed, 1 not reached.
`,
  )
  assert.equal(
    err,
    `
✖ Apply coredns.yaml
  problem   both CoreDNS pods have the address 10.200.0.2
  seen      pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's 10.200.2.0/24
            pod coredns-x9zkq on k8sworker0 10.200.0.2
  cause     k8sworker2's CNI config hands out 10.200.0.0/24, the range of k8sworker0
  try       set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2, restart the kubelet
  undone    serviceaccount/coredns deleted
  go on     npx tsx run.ts --resume
`,
  )
})

test('a failed step of the lab', async () => {
  const { out, err } = await printed(labFailure)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[lab/check-machine] Check this machine
[lab/check-machine] unchanged: fit for a lab
[lab/start-etcd] Start etcd on the controllers
[lab/start-etcd] failed: both CoreDNS pods have the address 10.200.0.2
Failed after 13.2 s: 1 unchanged, 1 failed, 3 not reached.
`,
  )
  assert.equal(
    err,
    `
✖ Start etcd on the controllers
  problem   both CoreDNS pods have the address 10.200.0.2
  seen      pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's 10.200.2.0/24
            pod coredns-x9zkq on k8sworker0 10.200.0.2
  cause     k8sworker2's CNI config hands out 10.200.0.0/24, the range of k8sworker0
  try       set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2, restart the kubelet
  undone    nothing: this step had changed nothing
`,
  )
})

test('a rollback of two runs', async () => {
  const { out, err } = await printed(rollback)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · rollback · target lab: 3 controllers, 3 workers
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] undone
[chapter/apply-manifest]   deployment.apps/coredns put back
[chapter/apply-manifest]   serviceaccount/coredns deleted
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] undone: coredns.yaml deleted
[chapter/apply-manifest#2] Apply coredns.yaml
[chapter/apply-manifest#2] undone: nothing to undo
Rolled back in 13.2 s: 3 undone.
`,
  )
  assert.equal(err, '\n')
})

test('verify with drift', async () => {
  const { out, err } = await printed(verifyDrift)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · verify · target lab: 3 controllers, 3 workers
[lab/check-machine] Check this machine
[lab/check-machine] proven: fit for a lab
[lab/start-etcd] Start etcd on the controllers
[lab/start-etcd] proven: three members, all healthy
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] proven: sha256 7670cb36…
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] drifted: 1 to change
[chapter/apply-manifest]   ~ deployment.apps/coredns
[chapter/apply-manifest]       .spec.replicas: 3 → 2   (owned by kubectl-client-side-apply)
[chapter/coredns-pods] Wait for two CoreDNS pods
[chapter/coredns-pods] proven: two pods on two workers
Drifted, found in 13.2 s: 4 as wanted, 1 drifted (41 reads, 0 writes). Look at apply-manifest.
`,
  )
  assert.equal(err, '\n')
})

test('verify with a failure that does not end it', async () => {
  const { out, err } = await printed(verifyUnhealthy)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · verify · target lab: 3 controllers, 3 workers
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] proven: sha256 7670cb36…
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] failed: both CoreDNS pods have the address 10.200.0.2
[chapter/coredns-pods] Wait for two CoreDNS pods
[chapter/coredns-pods] proven: two pods on two workers
Not healthy, found in 13.2 s: 2 as wanted, 1 failed (41 reads, 0 writes). Look at apply-manifest.
`,
  )
  assert.equal(
    err,
    `
✖ Apply coredns.yaml
  problem   both CoreDNS pods have the address 10.200.0.2
  seen      pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's 10.200.2.0/24
            pod coredns-x9zkq on k8sworker0 10.200.0.2
  cause     k8sworker2's CNI config hands out 10.200.0.0/24, the range of k8sworker0
  try       set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2, restart the kubelet
`,
  )
})

test('an interrupted run', async () => {
  const { out, err } = await printed(interrupted)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[lab/check-machine] Check this machine
[lab/check-machine] unchanged: fit for a lab
[lab/start-etcd] Start etcd on the controllers
[lab/start-etcd] unchanged: three members, all healthy
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] interrupted
Interrupted after 4.0 s: 2 unchanged, 1 interrupted, 2 not reached.
`,
  )
  assert.equal(
    err,
    `
■ Download coredns.yaml
  problem   interrupted by Ctrl-C
  undone    nothing: an interrupted step is left as it is
  go on     npx tsx run.ts --resume
`,
  )
})

test('a run of one step only', async () => {
  const { out, err } = await printed(onlyOne)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[lab/check-machine] skipped: --only apply-manifest
[lab/start-etcd] skipped: --only apply-manifest
[chapter/download-manifest] skipped: --only apply-manifest
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] unchanged: all six objects as wanted
[chapter/coredns-pods] skipped: --only apply-manifest
Proven in 13.2 s: 1 unchanged, 4 left out.
`,
  )
  assert.equal(err, '\n')
})

test('a run ended by what is no fault of a step', async () => {
  const { out, err } = await printed(lostLock)
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[chapter/download-manifest] Download coredns.yaml
[chapter/download-manifest] unchanged: already there, sha256 7670cb36…
Failed after 13.2 s: 1 unchanged, 2 not reached.
`,
  )
  assert.equal(
    err,
    `
✖ the lock was lost
  try       npx tsx run.ts --resume
`,
  )
})

test('neither colours nor carriage returns nor cursor movements come out, whatever goes in', async () => {
  const { out, err } = await printed([
    started('run'),
    ...step(
      {
        type: 'step-done',
        step: 'start-etcd',
        changes: MANIFEST,
        proof: '\u001b[31mred\u001b[0m\r',
      },
      '10 %\r20 %\r30 %',
      'two\nlines',
    ),
    ended('run', 'done'),
  ])
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[lab/start-etcd] Start etcd on the controllers
[lab/start-etcd] 10 %\\r20 %\\r30 %
[lab/start-etcd] done: \\x1b[31mred\\x1b[0m\\r
Proven in 13.2 s: 1 changed, 4 not reached.
`,
  )
  assert.equal(err, '\n')
})

test('with verbose the changes of a step that is done are shown', async () => {
  const { out } = await printed(
    [
      started('run'),
      ...step({ type: 'step-done', step: 'apply-manifest', changes: MANIFEST, proof: 'as wanted' }),
    ],
    true,
  )
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[chapter/apply-manifest] Apply coredns.yaml
[chapter/apply-manifest] done: as wanted
[chapter/apply-manifest]   + serviceaccount/coredns
[chapter/apply-manifest]   ~ deployment.apps/coredns
[chapter/apply-manifest]       .spec.replicas: 3 → 2   (owned by kubectl-client-side-apply)
`,
  )
})

test('what was measured stands below the ending, and only what was measured last', async () => {
  const measured = (...lines: string[]): Event => ({
    ...{ type: 'step-measured', step: 'coredns-pods' },
    ...{ lines, data: { cells: lines.length } },
  })
  const { out } = await printed([
    started('run'),
    { type: 'step-started', step: 'coredns-pods' },
    measured('UDP/TCP  Service', 'worker0  0%/0%'),
    measured('UDP/TCP  Service', 'worker0  100%/100% \u001b[2J'),
    { type: 'step-satisfied', step: 'coredns-pods', because: 'all answered' },
  ])
  assert.equal(
    out,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers
[chapter/coredns-pods] Wait for two CoreDNS pods
[chapter/coredns-pods] unchanged: all answered
[chapter/coredns-pods]   UDP/TCP  Service
[chapter/coredns-pods]   worker0  100%/100% \\x1b[2J
`,
  )
})

test('progress is shown at once, then every ten seconds, for each step of its own', async () => {
  const out = fakeStream()
  let seconds = 0
  const clock = (): Date => new Date(seconds * 1000)
  const view = openView({ kind: 'plain', out, err: out, verbose: false, color: false, clock })
  const steps = ['etcd', 'images'].map((id) => ({ id, title: id, list: 'lab' }) as const)
  view.sink(started('run', steps))
  for (; seconds < 25; seconds++) {
    view.sink({ type: 'step-progress', step: 'etcd', text: `second ${String(seconds)}` })
    if (seconds % 12 === 1) view.sink({ type: 'step-progress', step: 'images', text: 'importing' })
  }
  await view.close()
  assert.equal(
    out.text(),
    `hardway · lab · target lab: 3 controllers, 3 workers
[lab/etcd] second 0
[lab/images] importing
[lab/etcd] second 10
[lab/images] importing
[lab/etcd] second 20
`,
  )
})

test('a notice goes to stderr', async () => {
  const out = fakeStream()
  const err = fakeStream()
  const view = openView({ kind: 'plain', out, err, verbose: false, color: false })
  view.notice('Ctrl-C again stops at once')
  await view.close()
  assert.equal(out.text(), '')
  assert.equal(err.text(), 'Ctrl-C again stops at once\n')
})
