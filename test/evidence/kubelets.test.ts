import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../lib/core/clock.ts'
import { PROBES } from '../../lib/dns/probe-pods.ts'
import { type Evidence, itemsOf } from '../../lib/evidence/evidence.ts'
import { gather } from '../../lib/evidence/gather.ts'
import { layoutOf } from '../../lib/lab/layout.ts'
import type { Barrier } from '../../lib/ports/host.ts'
import { failureOf } from '../diagnosis/evidence.ts'
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts'
import { fakeHost, type FakeHostOptions } from '../fakes/host.ts'
import { smallInventory } from '../fakes/lab-world.ts'
import { readOnlyCluster, readOnlyHost } from '../fakes/read-only.ts'

const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'k8sworker0' } }
const NAMED = '/run/systemd/resolve/resolv.conf'
const KUBELET = fakeCluster({ objects: [node], kubeletConfig: () => ({ resolvConf: NAMED }) })

/** Of the small lab, in which no time passes but by `sleep`. */
function gathered(
  machine: FakeHostOptions,
  cluster: FakeCluster,
  sleep: Clock['sleep'] = () => new Promise(() => undefined),
): Promise<Evidence> {
  const clock: Clock = { now: () => new Date(0), sleep }
  const ports = { host: readOnlyHost(fakeHost(machine)), cluster: readOnlyCluster(cluster), clock }
  const layout = layoutOf('lab')
  return gather(
    ports,
    { inventory: smallInventory, layout, probes: PROBES, has: () => true },
    { failure: failureOf('dns-matrix', 'nobody answers', []), data: {} },
  )
}

test('what a filter stops on its way to a kubelet is counted for two seconds, and no name is asked for', async () => {
  let stopped = 40
  const barrier = (): Barrier => ({
    ...{ tool: 'nft', table: 'inet host', chain: 'input', from: ['INPUT'], stopped },
    ...{ rule: 'tcp dport 10250 counter drop', undo: 'nft delete rule inet host input handle 2' },
  })
  const { filters } = await gathered(
    { filters: (netns) => (netns === 'k8sworker0' ? { barriers: [barrier()] } : {}) },
    fakeCluster(),
    async (ms) => {
      if (ms !== 2_000) return new Promise(() => undefined)
      stopped += 3
    },
  )
  const seen = itemsOf(filters).find(({ host }) => host === 'k8sworker0')
  assert.deepEqual([seen?.asked, seen?.barriers[0]?.rose], [0, 3])
})

test('it is looked whether the resolv.conf is there that the kubelet of a lab names', async () => {
  const lacks = async (files: FakeHostOptions['files']) =>
    itemsOf((await gathered(files === undefined ? {} : { files }, KUBELET)).kubelets).map(
      (one) => one.lacks,
    )
  assert.deepEqual(await lacks({}), [NAMED])
  assert.deepEqual(await lacks({ [NAMED]: 'nameserver 192.0.2.53\n' }), [undefined])
})
