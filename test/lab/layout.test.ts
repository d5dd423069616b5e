import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  auditLogOf,
  binOf,
  containerdSocket,
  FAMILIES,
  hostFolder,
  layoutOf,
  mountNamespaceOf,
  pairOf,
  searchPath,
} from '../../lib/lab/layout.ts'

const layout = layoutOf('lab')

test('everything of a lab lies in folders of its own name', () => {
  assert.deepEqual(layout, {
    name: 'lab',
    folder: '/var/lib/hardway/lab',
    programs: '/var/lib/hardway/lab/programs',
    pki: '/var/lib/hardway/lab/pki',
    logs: '/var/lib/hardway/lab/logs',
    run: '/run/hardway/lab',
    cgroup: 'hardway-lab',
    lan: 'lab-lan',
    uplink: 'hw-lab',
    adminKubeconfig: '/var/lib/hardway/lab/admin.kubeconfig',
    manifest: '/var/lib/hardway/lab/coredns.yaml',
    parents: ['/var/lib/hardway', '/run/hardway'],
  })
})

test('two labs share nothing but the folders above them', () => {
  const { parents, ...own } = layoutOf('other')
  const mine = new Set<unknown>(Object.values(layout))
  assert.deepEqual(
    Object.values(own).filter((value) => mine.has(value)),
    [],
  )
  assert.deepEqual(parents, layout.parents)
})

test('a host has a folder, and what is kept about it lies in those of the lab', () => {
  assert.equal(hostFolder(layout, 'k8sworker0'), '/var/lib/hardway/lab/hosts/k8sworker0')
  assert.equal(pairOf(layout, 'ca'), '/var/lib/hardway/lab/pki/ca')
  assert.equal(auditLogOf(layout, 'k8smaster0'), '/var/lib/hardway/lab/logs/k8smaster0/audit.log')
  assert.equal(mountNamespaceOf(layout, 'k8sworker0'), '/run/hardway/lab/mnt/k8sworker0')
  assert.equal(
    containerdSocket(layout, 'k8sworker0'),
    '/run/hardway/lab/k8sworker0/containerd.sock',
  )
})

test("a lab's own programs are found before the system's", () => {
  const path = searchPath(layout).split(':')
  assert.deepEqual(
    path.slice(0, FAMILIES.length),
    FAMILIES.map((family) => binOf(layout, family)),
  )
  assert.equal(path[0], '/var/lib/hardway/lab/programs/kubernetes/bin')
  assert.deepEqual(path.slice(FAMILIES.length), ['/usr/sbin', '/usr/bin', '/sbin', '/bin'])
})
