import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { withCorefileByHand } from '../../lib/coredns/corefile-by-hand.ts'
import { textAt, textsAt } from '../../lib/core/json.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import { withMetadata } from '../../lib/objects/objects.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { OF_2020, OF_CURRENT } from '../corefile/editions.ts'
import { acting } from '../fakes/acting.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import { fakeHost } from '../fakes/host.ts'
import { KEPT, PROJECT } from '../fakes/lab-world.ts'

const CURRENT = `${PROJECT}manifests/coredns-1.14.6.yaml`
const texts = [await readFile(KEPT, 'utf8'), await readFile(CURRENT, 'utf8')] as const
const files = { [KEPT]: texts[0], [CURRENT]: texts[1] }
const of2020 = parseManifest(Buffer.from(texts[0]), KEPT)
const ofCurrent = parseManifest(Buffer.from(texts[1]), CURRENT)
const BY_HAND = OF_2020.replace('    loop\n', '    loop\n    log\n')

function configMapIn(objects: readonly KubeObject[]): KubeObject {
  const found = objects.find(({ kind }) => kind === 'ConfigMap')
  assert.ok(found)
  return found
}

/** A live ConfigMap, its Corefile owned by these managers. */
function live(
  Corefile: string,
  owners: readonly string[],
  annotations: Readonly<Record<string, string>> = {},
): KubeObject {
  const managedFields = owners.map((manager) => ({
    ...{ manager, operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' },
    fieldsV1: { 'f:data': { 'f:Corefile': {} } },
  }))
  return {
    ...withMetadata(configMapIn(of2020), { managedFields, annotations }),
    data: { Corefile },
  }
}

/** The Deployment, made by this program or by another. */
function workload(manager: string): KubeObject {
  const found = of2020.find(({ kind }) => kind === 'Deployment')
  assert.ok(found)
  const entry = { manager, operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }
  return withMetadata(found, { managedFields: [entry] })
}

async function carried(there: KubeObject | null, objects = ofCurrent, maker = 'hardway') {
  const cluster = fakeCluster({ objects: there === null ? [] : [there, workload(maker)] })
  const on = acting({ cluster, host: fakeHost({ files }) })
  const { told, obstacles, ...rest } = await withCorefileByHand(on, objects, KEPT)
  assert.deepEqual(cluster.writes, [])
  const configMap = configMapIn(rest.objects)
  const text = textAt(configMap, 'data', 'Corefile') ?? ''
  return { told, obstacles, text, annotations: textsAt(configMap, 'metadata', 'annotations') }
}

test("where no ConfigMap is there, or one as it was shipped, the manifest's own is wanted", async () => {
  for (const there of [
    null,
    live(OF_2020, ['hardway']),
    live(OF_2020, ['kubectl-client-side-apply']),
    live(OF_CURRENT, ['kubeadm']),
  ]) {
    const { text, ...rest } = await carried(there)
    assert.equal(text, OF_CURRENT)
    assert.deepEqual(rest, { told: [], obstacles: [], annotations: {} })
  }
})

test('an edit of another edition by hand is kept, told with its line, and noted beside it', async () => {
  for (const owners of [['kubectl-edit'], ['kubectl-client-side-apply'], ['helm']] as const) {
    const { text, told, annotations } = await carried(live(BY_HAND, owners))
    assert.match(text, /^ {4}log$/m)
    assert.match(text, /lameduck 5s/)
    assert.match(told.join(), /^Corefile of configmap\/coredns, line 12, log: kept/)
    assert.equal(annotations['hardway/corefile'], text)
  }
})

test('a later run of the same manifest wants what was noted, whoever has edited it since', async () => {
  const { text, annotations } = await carried(live(BY_HAND, ['kubectl-edit']))
  for (const now of [text, text.replace('cache 30', 'cache 5')]) {
    const again = await carried(live(now, ['hardway'], annotations))
    assert.deepEqual(again, { text, annotations, told: [], obstacles: [] })
  }
})

test('what was noted is carried on to the next manifest, and back', async () => {
  const there = await carried(live(BY_HAND, ['kubectl-edit']))
  const back = await carried(live(there.text, ['hardway'], there.annotations), of2020)
  assert.equal(back.text.replace('    log\n', ''), OF_2020)
  assert.match(back.told.join(), /log: kept/)
})

test('an edit of the same edition is drift where this program has made it, else it is kept', async () => {
  const edited = live(OF_CURRENT.replace('cache 30', 'cache 5'), ['kubectl-edit'])
  assert.equal((await carried(edited)).text, OF_CURRENT)
  assert.match((await carried(edited, ofCurrent, 'kubeadm')).text, /cache 5 \{/)
})

test('what this program alone has written is no edit by hand: another manifest takes its place', async () => {
  const own = OF_2020.replace('    loop\n', '    loop\n    forward . 10.0.0.1\n')
  const { text, told } = await carried(live(own, ['hardway']))
  assert.equal(text, OF_CURRENT)
  assert.deepEqual(told, [])
})

test('what has no place in the version of the image stands in the way, with a command', async () => {
  const lost = BY_HAND.replace('    log\n', '    federation cluster.local {\n    }\n')
  const { obstacles } = await carried(live(lost, ['kubectl-edit']))
  assert.match(obstacles[0]?.seen ?? '', /^Corefile of configmap\/coredns, line 12, federation/)
  assert.match(obstacles[0]?.remedy ?? '', /kubectl edit -n kube-system configmap coredns/)
})
