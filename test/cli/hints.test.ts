import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ActsOn, completed, completedEvent } from '../../lib/cli/hints.ts'
import type { Event } from '../../lib/ports/events.ts'
import type { Explanation, Cause } from '../../lib/core/errors.ts'

const ON: ActsOn = {
  program: "npx tsx run.ts --inventory 'my lab.yaml'",
  kubectl: 'kubectl --kubeconfig /k --context c',
}

const remedyOf = (remedy: string): string => completed({ problem: 'p', remedy }, ON).remedy

test('a command of this program names the inventory of the run, once', () => {
  assert.equal(
    remedyOf('fix it, then continue with npx tsx run.ts --resume; or npx tsx run.ts lab up'),
    `fix it, then continue with ${ON.program} --resume; or ${ON.program} lab up`,
  )
  assert.equal(remedyOf(`${ON.program} rollback`), `${ON.program} rollback`)
})

test('to continue is to do the rest of what was asked for', () => {
  const told = completed(
    { problem: 'p', remedy: 'mend it, then continue with npx tsx run.ts --resume' },
    { ...ON, resume: `${ON.program} lab up --resume` },
  )
  assert.equal(told.remedy, `mend it, then continue with ${ON.program} lab up --resume`)
})

test("a command of kubectl leads to the run's cluster, once", () => {
  assert.equal(
    remedyOf('kubectl -n kube-system get svc kube-dns -o yaml > x && kubectl delete pod a'),
    'kubectl --kubeconfig /k --context c -n kube-system get svc kube-dns -o yaml > x && ' +
      'kubectl --kubeconfig /k --context c delete pod a',
  )
  for (const whole of [
    'kubectl --kubeconfig /k --context c get nodes',
    'name a file made by `kubectl config`',
  ]) {
    assert.equal(remedyOf(whole), whole)
  }
})

const LAB: ActsOn = {
  program: ON.program,
  kubectl: `${ON.program} lab kubectl`,
  hosts: { w0: ['w0'], w1: ['w1'], 'each worker': ['w0', 'w1'] },
}
const inLab = (remedy: string): string => completed({ problem: 'p', remedy }, LAB).remedy

test("for a lab kubectl is the lab's own, and its hosts are entered by this program", () => {
  const shell = `${ON.program} lab shell`
  const kubectl = `${ON.program} lab kubectl`
  for (const [given, pasted] of [
    ['kubectl get nodes | grep w0', `${ON.program} lab kubectl get nodes | grep w0`],
    ['ip route   # on w0', `${shell} w0 -- ip route`],
    [
      "nft list ruleset; echo 'a'   # on w1",
      `${shell} w1 -- sh -c 'nft list ruleset; echo '\\''a'\\'''`,
    ],
    ['ip route; then add what lacks   # on w0', `${shell} w0 -- ip route; then add what lacks`],
    ['ip route   # on each worker', `for host in w0 w1; do ${shell} $host -- ip route; done`],
    [
      'mv a b && kubectl -n x rollout restart deployment/y && kubectl get nodes   # on w0',
      `${shell} w0 -- mv a b && ${kubectl} -n x rollout restart deployment/y && ${kubectl} get nodes`,
    ],
    ['mv a b; npx tsx run.ts verify   # on w0', `${shell} w0 -- mv a b; ${ON.program} verify`],
    ['ip route   # on elsewhere', 'ip route   # on elsewhere'],
  ] as const) {
    assert.equal(inLab(given), pasted)
    assert.equal(inLab(pasted), pasted)
  }
})

test('where a run had no inventory, a command that needs one makes it first', () => {
  const before = 'test -e c.yaml || echo target > c.yaml'
  const on = { ...ON, before }
  const told = completed({ problem: 'p', remedy: 'npx tsx run.ts --only a; npx tsx run.ts' }, on)
  assert.equal(told.remedy, `${before}; ${ON.program} --only a; ${ON.program}`)
})

test('cures of all causes are completed, and what was seen stays as it was seen', () => {
  const cause: Cause = {
    ...{ code: 'E3', layer: 'network', certainty: 'seen', cause: 'c', evidence: 'e', subject: 's' },
    cure: 'npx tsx run.ts lab up',
  }
  const explanation: Explanation = {
    problem: 'npx tsx run.ts',
    seen: ['kubectl get nodes'],
    remedy: 'npx tsx run.ts lab up',
    verdict: cause,
    further: [cause],
  }
  const told = { ...cause, cure: `${ON.program} lab up` }
  const expected = {
    ...explanation,
    ...{ remedy: `${ON.program} lab up`, verdict: told, further: [told] },
    more: `${ON.program} explain E3`,
  }
  const failed: Event = { type: 'step-failed', step: 'a', explanation, undone: [] }
  assert.deepEqual(completedEvent(failed, ON), { ...failed, explanation: expected })
})

test('what an admin is to paste keeps out of this run’s kubeconfig, and a plan’s remedy is completed', () => {
  const granted =
    'kubectl create role hardway-pods --verb=get && kubectl create clusterrolebinding hardway-b --user=jane'
  assert.equal(remedyOf(granted), granted)
  const explanation = { problem: 'p', remedy: 'kubectl get pods' }
  const event: Event = { type: 'step-planned', step: 'a', changes: [], blocked: 'p', explanation }
  const after = completedEvent(event, ON)
  assert.ok(after.type === 'step-planned')
  assert.equal(after.explanation?.remedy, 'kubectl --kubeconfig /k --context c get pods')
})
