import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExecResult } from '../../../lib/ports/cluster.ts'
import { StepError } from '../../../lib/core/errors.ts'
import { lookupKubernetes } from '../../../steps/coredns/lookup-kubernetes.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeCluster } from '../../fakes/cluster.ts'
import {
  assertEndsWith,
  assertTimesOut,
  assertProven,
  assertWaits,
  INVENTORY,
  KUBERNETES,
  output,
} from './chapter.ts'

const step = lookupKubernetes({ inventory: INVENTORY })
const what = 'the answer for kubernetes'

/** The chapter's own output. */
function answered(address: string): string {
  return (
    'Server:    10.32.0.10\n' +
    'Address 1: 10.32.0.10 kube-dns.kube-system.svc.cluster.local\n\n' +
    `Name:      kubernetes\nAddress 1: ${address} kubernetes.default.svc.cluster.local\n`
  )
}

function where(exec: () => ExecResult, objects = [KUBERNETES]) {
  return acting({ cluster: fakeCluster({ objects, exec }) })
}

test("the Service's address in the answer is the proof", async () => {
  const on = where(() => output(answered('10.32.0.1')))
  await assertProven(step, on, 'kubernetes is 10.32.0.1, says 10.32.0.10')
})

test('the command is the one of the chapter, in the pod of the chapter', async () => {
  const asked: unknown[] = []
  const exec = (of: object, argv: readonly string[]): ExecResult => {
    asked.push(of, argv)
    return output(answered('10.32.0.1'))
  }
  await step.check(acting({ cluster: fakeCluster({ objects: [KUBERNETES], exec }) }))
  assert.deepEqual(asked, [{ namespace: 'default', pod: 'busybox' }, ['nslookup', 'kubernetes']])
})

test('a right answer is the proof even with exit code 1, as of busybox 1.31', async () => {
  const on = where(() =>
    output(
      'Server:\t\t10.32.0.10\nAddress:\t10.32.0.10:53\n\n' +
        'Name:\tkubernetes.default.svc.cluster.local\nAddress: 10.32.0.1\n\n',
      1,
      "*** Can't find kubernetes.default.svc.cluster.local: No answer\n",
    ),
  )
  const proof = 'kubernetes.default.svc.cluster.local is 10.32.0.1, says 10.32.0.10'
  await assertProven(step, on, proof)
})

test('exit code 0 without an answer, as of busybox 1.29, is no proof', async () => {
  const on = where(() =>
    output(
      'Server:\t\t10.32.0.10\nAddress:\t10.32.0.10:53\n\n' +
        "** server can't find kubernetes.default.svc.cluster.local: NXDOMAIN\n",
    ),
  )
  const seen = [
    'no answer from 10.32.0.10',
    'Server:\t\t10.32.0.10',
    'Address:\t10.32.0.10:53',
    '',
    "** server can't find kubernetes.default.svc.cluster.local: NXDOMAIN",
  ]
  await assertWaits(step, on, seen.join('; '))
  await assertTimesOut(step, on, { what, seen })
})

test('no answer yet is waited for until the deadline, with what nslookup said', async () => {
  const on = where(() => output('', 1, "nslookup: can't resolve 'kubernetes'\n"))
  const seen = ['no answer from 10.32.0.10', "nslookup: can't resolve 'kubernetes'"]
  await assertWaits(step, on, seen.join('; '))
  await assertTimesOut(step, on, { what, seen })
})

test('an answer that comes while it is waited for is the proof', async () => {
  let asked = 0
  const on = where(() => {
    asked += 1
    return output(asked === 1 ? '' : answered('10.32.0.1'))
  })
  const patient = lookupKubernetes({
    inventory: { ...INVENTORY, limits: { ...INVENTORY.limits, lookupMs: 10_000 } },
  })
  assert.equal(await patient.verify(on), 'kubernetes is 10.32.0.1, says 10.32.0.10')
  assert.equal(asked, 2)
})

test('an answer out of the cache of CoreDNS is waited out', async () => {
  let asked = 0
  const on = where(() => {
    asked += 1
    return output(answered(asked === 1 ? '10.32.0.77' : '10.32.0.1'))
  })
  const patient = lookupKubernetes({
    inventory: { ...INVENTORY, limits: { ...INVENTORY.limits, lookupMs: 10_000 } },
  })
  assert.equal(await patient.verify(on), 'kubernetes is 10.32.0.1, says 10.32.0.10')
  assert.equal(asked, 2)
})

test('another address until the deadline is a wrong answer, not a missing one', async () => {
  const on = where(() => output(answered('93.184.216.34')))
  await assertWaits(step, on, 'kubernetes is 93.184.216.34, not 10.32.0.1')
  await assertEndsWith(step, on, {
    problem: 'the name kubernetes leads to 93.184.216.34, not to 10.32.0.1',
    seen: ['nslookup answers kubernetes 93.184.216.34', 'service/kubernetes has 10.32.0.1'],
    cause: 'another DNS server answers, or CoreDNS serves another cluster',
    remedy:
      'kubectl exec busybox -- cat /etc/resolv.conf; kubectl get services -A | grep -w 10.32.0.10',
  })
})

test('without the Service there is nothing to compare an answer with', async () => {
  const on = where(() => output(answered('10.32.0.1')), [])
  await assertWaits(step, on, 'service/kubernetes has no clusterIP')
})

test('a pod that cannot be asked yet is looked at again', async () => {
  const on = where(() => {
    throw new StepError({ problem: 'pod default/busybox is not running', remedy: 'wait' })
  })
  await assertWaits(step, on, 'pod default/busybox is not running')
  await assertTimesOut(step, on, { what, seen: ['pod default/busybox is not running'] })
})
