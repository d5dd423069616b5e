import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causesOf, unlessDiagnosing } from '../../lib/cli/causes.ts'
import { systemClock } from '../../lib/cli/system-clock.ts'
import { PROBES } from '../../lib/dns/probe-pods.ts'
import type { ClusterReader, Selection } from '../../lib/ports/cluster.ts'
import { all } from '../../lib/ports/refs.ts'
import { kubernetesService } from '../../steps/coredns/kubernetes-service.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import { fakeHost } from '../fakes/host.ts'
import { smallInventory } from '../fakes/lab-world.ts'
import { readOnlyCluster, readOnlyHost } from '../fakes/read-only.ts'

test('that a server is asked again is told of who waits for it, and not where a cause is looked for', async () => {
  const said: string[] = []
  const asked: Selection[] = []
  const tell = unlessDiagnosing((text) => said.push(text))
  const whole = readOnlyCluster(fakeCluster())
  const cluster: ClusterReader = {
    ...whole,
    async list(selection) {
      asked.push(selection)
      await new Promise(setImmediate)
      tell('it is asked again')
      return whole.list(selection)
    },
  }
  const { diagnose } = causesOf({
    looking: { host: readOnlyHost(fakeHost()), cluster, clock: systemClock },
    ...{ inventory: smallInventory, layout: null, probes: PROBES, labSteps: [] },
    onEvidence: undefined,
  })
  const step = kubernetesService({ inventory: smallInventory })
  const explanation = { problem: 'it is not there', remedy: '' }
  await Promise.all([diagnose(step, { explanation }, 'wait'), cluster.list(all.nodes())])
  assert.ok(asked.length > 5)
  assert.deepEqual(said, ['it is asked again'])
})
