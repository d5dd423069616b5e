import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ActsOn, completed, completedEvent } from '../../lib/cli/hints.ts'
import type { Event } from '../../lib/ports/events.ts'
import type { Explanation, Cause } from '../../lib/core/errors.ts'

const ON: ActsOn = {
  program: "npx tsx run.ts --inventory 'my lab.yaml'",
  kubectl: '--kubeconfig /k --context c',
}

const remedyOf = (remedy: string): string => completed({ problem: 'p', remedy }, ON).remedy

test('a command of this program names the inventory of the run, once', () => {
  assert.equal(
    remedyOf('fix it, then continue with npx tsx run.ts --resume; or npx tsx run.ts lab up'),
    `fix it, then continue with ${ON.program} --resume; or ${ON.program} lab up`,
  )
  assert.equal(remedyOf(`${ON.program} rollback`), `${ON.program} rollback`)
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

test('for a lab kubectl is left as it is', () => {
  const { remedy } = completed(
    { problem: 'p', remedy: 'kubectl get nodes' },
    { program: ON.program },
  )
  assert.equal(remedy, 'kubectl get nodes')
})

test('cures of all causes are completed, and what was seen stays as it was seen', () => {
  const cause: Cause = {
    ...{ code: 'E3', certainty: 'seen', cause: 'c', evidence: 'e', subject: 's' },
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
  }
  const failed: Event = { type: 'step-failed', step: 'a', explanation, undone: [] }
  assert.deepEqual(completedEvent(failed, ON), { ...failed, explanation: expected })
})

test('what an admin is to paste keeps out of this run’s kubeconfig, and a plan’s remedy is completed', () => {
  const granted =
    'kubectl create role a --verb=get && kubectl create clusterrolebinding b --user=jane'
  assert.equal(remedyOf(granted), granted)
  const explanation = { problem: 'p', remedy: 'kubectl get pods' }
  const event: Event = { type: 'step-planned', step: 'a', changes: [], blocked: 'p', explanation }
  const after = completedEvent(event, ON)
  assert.ok(after.type === 'step-planned')
  assert.equal(after.explanation?.remedy, 'kubectl --kubeconfig /k --context c get pods')
})
