import { test } from 'node:test'
import type { JsonObject } from '../../../lib/core/json.ts'
import type { ExecResult, KubeObject } from '../../../lib/ports/cluster.ts'
import type { Json } from '../../../lib/core/json.ts'
import { resolvConf } from '../../../steps/coredns/resolv-conf.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeCluster } from '../../fakes/cluster.ts'
import {
  assertHopeless,
  assertTimesOut,
  assertProven,
  assertWaits,
  busyboxPodOn,
  INVENTORY,
  KUBE_DNS,
  output,
  RUNNING,
  serviceObject,
} from './chapter.ts'

const step = resolvConf({ inventory: INVENTORY })
const what = 'the resolv.conf of pod busybox'
const POD = busyboxPodOn('k8sworker0', RUNNING)
const FILE =
  'nameserver 10.32.0.10\n' +
  'search default.svc.cluster.local svc.cluster.local cluster.local\n' +
  'options ndots:5\n'

interface Given {
  readonly objects?: readonly KubeObject[]
  readonly file?: ExecResult
  readonly clusterDNS?: readonly string[]
  readonly clusterDomain?: string
}

function where({ objects = [POD, KUBE_DNS], file = output(FILE), ...given }: Given = {}) {
  const kubelet: Json = { clusterDNS: ['10.32.0.10'], clusterDomain: 'cluster.local', ...given }
  const exec = (): ExecResult => file
  return acting({ cluster: fakeCluster({ objects, exec, kubeletConfig: () => kubelet }) })
}

const problem = 'pod busybox does not ask the cluster DNS correctly'

/** What is said where the kubelet has other settings. */
function explained(settings: string, seen?: readonly string[], address = '10.32.0.10') {
  const kubelet = `the kubelet on k8sworker0 has ${settings}`
  return {
    problem,
    seen: seen ?? [kubelet],
    cause: `${kubelet}, which differs from Service kube-dns (${address}) and the inventory`,
    remedy: `set clusterDNS: [${address}] and clusterDomain: cluster.local in the kubelet config of k8sworker0, restart it, delete the pod`,
  }
}

test("the chapter's own file is the proof", async () => {
  const proof =
    'nameserver 10.32.0.10, search default.svc.cluster.local svc.cluster.local cluster.local, ndots 5'
  await assertProven(step, where(), proof)
})

test('another file never becomes the right one while its pod lives', async () => {
  const on = where({ file: output('nameserver 192.168.1.1\nsearch lan\n') })
  const faults = [
    'nameserver 192.168.1.1, expected 10.32.0.10',
    'search lan, expected default.svc.cluster.local svc.cluster.local cluster.local',
    'ndots 1, expected 5',
  ]
  await assertWaits(step, on, faults.join('; '))
  await assertHopeless(step, on, {
    problem,
    seen: faults,
    cause:
      'the pod was started before the kubelet on k8sworker0 had the clusterDNS and clusterDomain that it has now, which are as wanted',
    remedy: 'kubectl delete pod busybox && npx tsx run.ts',
  })
})

test('a kubelet that has changed since the pod was made is a fault, though the file is right', async () => {
  const on = where({ clusterDNS: ['10.96.0.10'] })
  await assertHopeless(step, on, explained('clusterDNS 10.96.0.10'))
})

test('a kubelet without clusterDNS is a fault', async () => {
  await assertHopeless(step, where({ clusterDNS: [] }), explained('clusterDNS none'))
})

test('a kubelet of another domain is a fault', async () => {
  const on = where({ clusterDNS: ['10.96.0.10'], clusterDomain: 'lan' })
  await assertHopeless(step, on, explained('clusterDNS 10.96.0.10 and clusterDomain lan'))
})

test("a Service with another address than the kubelet's is a fault", async () => {
  const other = serviceObject('kube-dns', 'kube-system', {
    ...(KUBE_DNS['spec'] as JsonObject),
    clusterIP: '10.32.0.99',
  })
  const on = where({ objects: [POD, other] })
  const faults = ['nameserver 10.32.0.10, expected 10.32.0.99']
  await assertHopeless(step, on, explained('clusterDNS 10.32.0.10', faults, '10.32.0.99'))
})

test('a pod on no worker yet has no kubelet to ask', async () => {
  for (const objects of [[KUBE_DNS], [KUBE_DNS, busyboxPodOn(null)]]) {
    const on = where({ objects })
    await assertWaits(step, on, 'pod/busybox is on no worker yet')
    await assertTimesOut(step, on, { what, seen: ['pod/busybox is on no worker yet'] })
  }
})

test('without the Service kube-dns there is nothing to compare with', async () => {
  await assertWaits(step, where({ objects: [POD] }), 'no Service has the address 10.32.0.10')
})

test('a file that could not be read, or only in part, is not judged', async () => {
  const missing = "cat: can't open '/etc/resolv.conf': No such file or directory"
  await assertWaits(
    step,
    where({ file: output('', 1, `${missing}\n`) }),
    `cat /etc/resolv.conf ended with code 1: ${missing}`,
  )
  await assertWaits(
    step,
    where({ file: output('nameserver 10.3', null) }),
    'cat /etc/resolv.conf ended without a status',
  )
})
