import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Explanation, StepError } from '../../lib/core/errors.ts'
import type { Observation } from '../../lib/core/observation.ts'
import type { DnsFound } from '../../lib/dns/find-dns.ts'
import { lookFromEverywhere } from '../../lib/dns/look-from-everywhere.ts'
import { PROBES } from '../../lib/dns/probe-pods.ts'
import { ref } from '../../lib/ports/refs.ts'
import { acting } from '../fakes/acting.ts'
import { NAMES, probedCluster } from '../fakes/probes.ts'

const dns: DnsFound = {
  address: '10.32.0.10',
  service: ref.service('kube-dns', 'kube-system'),
  selector: { 'k8s-app': 'kube-dns' },
  servers: [{ address: '10.200.0.2', port: 53, ready: true, node: 'worker0', pod: 'coredns-a' }],
  pods: [],
  workload: null,
  notTold: [],
}

/** Where every exec ends with this. */
async function lookedWith(error: StepError): Promise<Observation> {
  const cluster = probedCluster({
    exec: () => {
      throw error
    },
  })
  return lookFromEverywhere(acting({ cluster }), {
    ...{ dns, given: dns.address, kubernetes: '10.32.0.1', domain: NAMES.domain },
    ...{ workers: ['worker0'], probes: PROBES },
  })
}

function neverOf(looked: Observation): Explanation | undefined {
  assert.ok('missing' in looked)
  return looked.never
}

const problem = 'the API server refuses to create pods/exec'

test('without the right to ask a pod, DNS is not waited for', async () => {
  const never = neverOf(
    await lookedWith(new StepError({ problem, remedy: '' }, { lacksRight: true })),
  )
  assert.equal(never?.problem, `no pod can be asked for DNS: ${problem}`)
  assert.match(never.remedy, /^kubectl auth can-i create pods\/exec/)
})

test('a pod that does not answer for another reason is asked again', async () => {
  const looked = await lookedWith(new StepError({ problem, remedy: '' }))
  assert.equal(neverOf(looked), undefined)
  assert.ok('missing' in looked)
  assert.match(looked.missing.join('\n'), new RegExp(`not proven, ${problem}`))
})
