import assert from 'node:assert/strict'
import test from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { openView } from '../../lib/view/open-view.ts'
import { fakeStream } from './fake-stream.ts'
import { play } from './play.ts'
import {
  dryRun,
  failure,
  freshRun,
  interrupted,
  labFailure,
  lostLock,
  nothingToDo,
  onlyOne,
  rollback,
  verifyDrift,
  verifyUnhealthy,
} from './runs.ts'
import { screenOf } from './screen.ts'

const SIZE = { columns: 80, rows: 24 }

/** What stands on the terminal after a run; begins with a line end, so that texts line up below. */
async function drawn(events: readonly Event[]): Promise<string> {
  const terminal = fakeStream(SIZE)
  const view = openView({
    kind: 'live',
    out: terminal,
    err: terminal,
    verbose: false,
    color: false,
  })
  const { feed } = play(view)
  for (const event of events) await feed(event)
  await view.close()
  const { lines, cursorShown } = screenOf(terminal.text(), SIZE)
  assert.equal(cursorShown, true, 'the cursor is back')
  return `\n${lines.join('\n')}\n`
}

test('a fresh run', async () => {
  assert.equal(
    await drawn(freshRun),
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✔ Lab                              2 steps: 1 changed, 1 unchanged
✔ Download coredns.yaml            already there, sha256 7670cb36…
✔ Apply coredns.yaml               6 objects as wanted
✔ Wait for two CoreDNS pods        7w4jf on k8sworker1 10.200.1.2, cs9qr on
                                   k8sworker2 10.200.2.2

Proven in 13.2 s: 2 changed, 3 unchanged. Undo: npx tsx run.ts rollback
export KUBECONFIG=/var/lib/hardway/lab/kubeconfig
`,
  )
})

test('a run with nothing to do', async () => {
  assert.equal(
    await drawn(nothingToDo),
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✔ Lab                              2 steps, nothing to do
✔ Download coredns.yaml            already there, sha256 7670cb36…
✔ Apply coredns.yaml               all six objects as wanted
✔ Wait for two CoreDNS pods        two pods ready on two workers

Proven in 0.9 s: nothing to change, 5 steps as wanted.
`,
  )
})

test('a dry run', async () => {
  assert.equal(
    await drawn(dryRun),
    `
hardway · chapter 14 CoreDNS · dry run · target lab: 3 controllers, 3 workers

~ Lab                              2 steps: 1 unchanged, 1 would change
  ✔ Check this machine             fit for a lab
  ~ Start etcd on the controllers  1 to run
      > run process etcd on k8scontroller0
~ Download coredns.yaml            1 to create
    + file coredns.yaml   (4.2 kB)
✖ Apply coredns.yaml               .spec.clusterIP of service/kube-dns cannot
                                   be changed
    + serviceaccount/coredns
    ~ deployment.apps/coredns
        .spec.replicas: 3 → 2   (owned by kubectl-client-side-apply)
? Wait for two CoreDNS pods        there are no pods yet (known after
                                   apply-manifest)

Dry run: nothing was written (41 reads, 12 dry-run requests, 0 writes). 3 steps
would change, 1 has nothing to do, 1 can only be known later.
A run would fail at apply-manifest now; the reason is shown there.
`,
  )
})

test('a failed step', async () => {
  assert.equal(
    await drawn(failure),
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✔ Lab                              2 steps, nothing to do
✔ Download coredns.yaml            already there, sha256 7670cb36…
✖ Apply coredns.yaml
  problem   both CoreDNS pods have the address 10.200.0.2
  seen      pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's
            10.200.2.0/24
            pod coredns-x9zkq on k8sworker0 10.200.0.2
  cause     k8sworker2's CNI config hands out 10.200.0.0/24, the range of
            k8sworker0
  try       set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2,
            restart the kubelet
  undone    serviceaccount/coredns deleted
  go on     npx tsx run.ts --resume

Failed after 13.2 s: 3 unchanged, 1 failed, 1 not reached.
`,
  )
})

test('a failed step of the lab', async () => {
  assert.equal(
    await drawn(labFailure),
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✖ Lab                              2 steps: 1 unchanged, 1 failed
  ✔ Check this machine             fit for a lab
  ✖ Start etcd on the controllers
  problem   both CoreDNS pods have the address 10.200.0.2
  seen      pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's
            10.200.2.0/24
            pod coredns-x9zkq on k8sworker0 10.200.0.2
  cause     k8sworker2's CNI config hands out 10.200.0.0/24, the range of
            k8sworker0
  try       set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2,
            restart the kubelet
  undone    nothing: this step had changed nothing

Failed after 13.2 s: 1 unchanged, 1 failed, 3 not reached.
`,
  )
})

test('a rollback of two runs', async () => {
  assert.equal(
    await drawn(rollback),
    `
hardway · chapter 14 CoreDNS · rollback · target lab: 3 controllers, 3 workers

✔ Apply coredns.yaml
    deployment.apps/coredns put back
    serviceaccount/coredns deleted
✔ Download coredns.yaml  coredns.yaml deleted
✔ Apply coredns.yaml     nothing to undo

Rolled back in 13.2 s: 3 undone.
`,
  )
})

test('verify with drift', async () => {
  assert.equal(
    await drawn(verifyDrift),
    `
hardway · chapter 14 CoreDNS · verify · target lab: 3 controllers, 3 workers

✔ Lab                              2 steps, all as wanted
✔ Download coredns.yaml            sha256 7670cb36…
! Apply coredns.yaml               1 to change
    ~ deployment.apps/coredns
        .spec.replicas: 3 → 2   (owned by kubectl-client-side-apply)
✔ Wait for two CoreDNS pods        two pods on two workers

Drifted, found in 13.2 s: 4 as wanted, 1 drifted (41 reads, 0 writes). Look at
apply-manifest.
`,
  )
})

test('verify with a failure that does not end it', async () => {
  assert.equal(
    await drawn(verifyUnhealthy),
    `
hardway · chapter 14 CoreDNS · verify · target lab: 3 controllers, 3 workers

✔ Download coredns.yaml      sha256 7670cb36…
✖ Apply coredns.yaml         both CoreDNS pods have the address 10.200.0.2
✔ Wait for two CoreDNS pods  two pods on two workers

✖ Apply coredns.yaml
  problem   both CoreDNS pods have the address 10.200.0.2
  seen      pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's
            10.200.2.0/24
            pod coredns-x9zkq on k8sworker0 10.200.0.2
  cause     k8sworker2's CNI config hands out 10.200.0.0/24, the range of
            k8sworker0
  try       set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2,
            restart the kubelet

Not healthy, found in 13.2 s: 2 as wanted, 1 failed (41 reads, 0 writes). Look
at apply-manifest.
`,
  )
})

test('an interrupted run', async () => {
  assert.equal(
    await drawn(interrupted),
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✔ Lab                              2 steps, nothing to do
■ Download coredns.yaml
  problem   interrupted by Ctrl-C
  undone    nothing: an interrupted step is left as it is
  go on     npx tsx run.ts --resume

Interrupted after 4.0 s: 2 unchanged, 1 interrupted, 2 not reached.
`,
  )
})

test('a run of one step only', async () => {
  assert.equal(
    await drawn(onlyOne),
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✔ Apply coredns.yaml               all six objects as wanted

Proven in 13.2 s: 1 unchanged, 4 left out.
`,
  )
})

test('a run ended by what is no fault of a step', async () => {
  assert.equal(
    await drawn(lostLock),
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✔ Download coredns.yaml      already there, sha256 7670cb36…

✖ the lock was lost
  try       npx tsx run.ts --resume

Failed after 13.2 s: 1 unchanged, 2 not reached.
`,
  )
})
