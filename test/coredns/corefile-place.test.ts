import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { corednsVersion, corefilePlaceIn } from '../../lib/coredns/corefile-place.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { KEPT } from '../fakes/lab-world.ts'

const OBJECTS = parseManifest(await readFile(KEPT), KEPT)

function withImage(image: string): KubeObject {
  const pod = { spec: { containers: [{ name: 'coredns', image }] } }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, ...pod }
}

test('the version is that of the image, as CoreDNS and distributions have it', () => {
  for (const [image, version] of [
    ['coredns/coredns:1.6.2', '1.6.2'],
    ['registry.example:5000/coredns:v1.14.6', '1.14.6'],
    ['registry.k8s.io/coredns/coredns:v1.12.1@sha256:0123', '1.12.1'],
    ['602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/coredns:v1.11.4-eksbuild.2', '1.11.4'],
    ['rancher/mirrored-coredns-coredns:1.12.1', '1.12.1'],
    ['rancher/coredns-coredns:1.8.3', '1.8.3'],
    ['rancher/hardened-coredns:v1.12.1-build20250401', '1.12.1'],
    ['mcr.microsoft.com/oss/v2/kubernetes/coredns:v1.12.1-2', '1.12.1'],
    ['docker.io/bitnami/coredns:1.11.1-debian-11-r0', '1.11.1'],
    ['example/own-coredns:1.14.6', null],
    ['example/coredns-plus:1.14.6', null],
    ['coredns/coredns:latest', null],
    ['coredns/coredns@sha256:0123', null],
  ] as const) {
    assert.equal(corednsVersion(withImage(image)), version, image)
  }
})

test('beside a cache on each node the Corefile is that of the pods that a Service for DNS leads to', () => {
  const labels = { 'k8s-app': 'node-local-dns' }
  const cache: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'node-local-dns', namespace: 'kube-system' },
    spec: {
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'node-cache',
              args: ['-localip', '169.254.20.10', '-conf', '/etc/Corefile'],
              ports: [{ containerPort: 53 }],
              volumeMounts: [{ name: 'config', mountPath: '/etc' }],
            },
          ],
          volumes: [{ name: 'config', configMap: { name: 'node-local-dns' } }],
        },
      },
    },
  }
  const more: readonly KubeObject[] = [
    cache,
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      metadata: { name: 'node-local-dns', namespace: 'kube-system' },
      data: { Corefile: '.:53 {\n  cache 30\n}\n' },
    },
    {
      ...{ apiVersion: 'v1', kind: 'Service' },
      metadata: { name: 'node-local-dns', namespace: 'kube-system' },
      spec: { clusterIP: 'None', ports: [{ port: 53 }], selector: labels },
    },
  ]
  for (const all of [
    [...OBJECTS, ...more],
    [...more, ...OBJECTS],
  ]) {
    assert.equal(corefilePlaceIn(all)?.configMap.metadata.name, 'coredns')
  }
  const none = OBJECTS.filter(({ kind }) => kind !== 'Service')
  assert.equal(corefilePlaceIn([...none, ...more]), null)
})
