import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaint } from './inventory-text.ts'

const HOST = 'begin with a letter, then only a-z, 0-9 and -, such as k8sworker0'
const ADDRESS = "write this machine's own address on lab.network, such as 192.168.199.1"
const POD_NETWORK = 'write the network of all pods, such as 10.200.0.0/16'
const CONTROLLER = 'write the address of an API server, such as 192.168.199.200'
const URL_REMEDY =
  'write the address of the manifest, such as https://storage.googleapis.com/kubernetes-the-hard-way/coredns.yaml'
const IMAGE = 'write the image of the pod that looks names up, such as busybox:1.28'
const SUM = 'write what sha256sum coredns.yaml prints, without anything before or after it'
const SECRET = 'leave them out: an inventory is shown, copied and committed'
const SUM_LINE = `sha256: ${'a'.repeat(64)}`

/** What stands on the file's second line, the problem without its place, and the remedy. */
const cases: readonly (readonly [string, string, string])[] = [
  [
    'lab: { machine: 192.168.199.300 }',
    '2:17 lab.machine "192.168.199.300" is not an IPv4 address',
    ADDRESS,
  ],
  [
    'lab: { machine: 192.168.199.01 }',
    '2:17 lab.machine "192.168.199.01" is not an IPv4 address',
    ADDRESS,
  ],
  ['lab: { machine: "" }', '2:17 lab.machine is empty', ADDRESS],
  ['lab: { machine: }', '2:17 lab.machine is empty', ADDRESS],
  [
    'lab: { machine: "fd00::1" }',
    '2:17 lab.machine "fd00::1" is not an IPv4 address: IPv6 is not supported',
    ADDRESS,
  ],
  [
    'lab: { machine: 192.168.199.1/24 }',
    '2:17 lab.machine "192.168.199.1/24" is longer than 15 characters',
    ADDRESS,
  ],
  [
    'lab: { machine: 10.0.0.1/8 }',
    '2:17 lab.machine "10.0.0.1/8" is a network, not an address',
    'leave out the slash and what follows',
  ],
  [
    'cluster: { podCIDR: 10.200.0.1/16 }',
    '2:21 cluster.podCIDR "10.200.0.1/16" has bits set beyond its first 16',
    'write 10.200.0.0/16',
  ],
  [
    'cluster: { podCIDR: 10.200.0.0 }',
    '2:21 cluster.podCIDR "10.200.0.0" has no prefix length',
    'write a network, such as 10.200.0.0/16',
  ],
  ['cluster: { podCIDR: ten }', '2:21 cluster.podCIDR "ten" is not an IPv4 network', POD_NETWORK],
  [
    'cluster: { podCIDR: 10.200.0.0/30 }',
    '2:21 cluster.podCIDR "10.200.0.0/30" is too small',
    'take a network between /8 and /28, such as 10.200.0.0/16',
  ],
  [
    'cluster: { podCIDR: 0.0.0.0/0 }',
    '2:21 cluster.podCIDR "0.0.0.0/0" is too large',
    'take a network between /8 and /28, such as 10.200.0.0/16',
  ],
  [
    'cluster: { podCIDR: 127.16.0.0/16 }',
    '2:21 cluster.podCIDR "127.16.0.0/16" meets 127.0.0.0/8, reserved for loopback',
    'take a private network, such as 10.200.0.0/16',
  ],
  [
    'cluster: { domain: Cluster_Local }',
    '2:20 cluster.domain "Cluster_Local" is not a DNS name',
    "write the cluster's DNS domain, such as cluster.local",
  ],
  [
    'cluster: { domain: cluster.local. }',
    '2:20 cluster.domain "cluster.local." ends with a dot',
    'leave the dot out',
  ],
  [
    'lab: { name: hardwaylab1 }',
    '2:14 lab.name "hardwaylab1" is longer than 10 characters',
    'write the name of the lab, a DNS label, such as lab',
  ],
  ['lab: { name: 3 }', '2:14 lab.name is the number 3, not text', 'put it in quotes'],
  [
    'lab: { name: "3" }',
    '2:14 lab.name "3" is not a DNS label',
    'begin with a letter, then only a-z, 0-9 and -, such as lab',
  ],
  [
    'lab: { controllers: [{ name: ../etc, address: 192.168.199.9 }] }',
    '2:30 lab.controllers[0].name "../etc" is not a DNS label',
    HOST,
  ],
  ['lab: { controllers: [] }', '2:21 lab.controllers has 0 entries', 'write at least 1'],
  [
    'lab: { controllers: [{ name: a }] }',
    '2:22 lab.controllers[0].address is missing: an IPv4 address on lab.network',
    'add address: 192.168.199.210',
  ],
  [
    'lab: { workers: k8sworker0 }',
    '2:17 lab.workers is the text "k8sworker0", not a list',
    'write one line for each, beginning with “- ”',
  ],
  [
    'lab: { controllers: k8smaster0 }',
    '2:21 lab.controllers is the text "k8smaster0", not a list',
    'write one line for each, beginning with “- ”',
  ],
  [
    'lab: [a]',
    '2:6 lab is a list, not a map',
    'write its keys below it, indented: name, network, machine, controllers, workers, proxy',
  ],
  [
    'limits: { pods: soon }',
    '2:17 limits.pods is the text "soon", not a whole number',
    'write seconds until pods are Ready, images pulled, such as 180',
  ],
  [
    'limits: { pods: 0.5 }',
    '2:17 limits.pods is the number 0.5, not a whole number',
    'write seconds until pods are Ready, images pulled, such as 180',
  ],
  ['limits: { pods: 0 }', '2:17 limits.pods is 0', 'write at least 1'],
  ['limits: { pods: 1e9 }', '2:17 limits.pods is 1000000000', 'write at most 3600'],
  [
    'limits: { pods: .inf }',
    '2:17 limits.pods is the number Infinity, not a whole number',
    'write seconds until pods are Ready, images pulled, such as 180',
  ],
  [
    'manifest: { limit: true }',
    '2:20 manifest.limit is true, not a whole number',
    'write the largest size that is accepted, in bytes, such as 1048576',
  ],
  ['manifest: { limit: 104857600 }', '2:20 manifest.limit is 104857600', 'write at most 16777216'],
  [
    'manifest: { sha256: sha256:7670 }',
    '2:21 manifest.sha256 "sha256:7670" is not 64 hexadecimal digits',
    SUM,
  ],
  [
    `manifest: { url: ftp://example.org/x, ${SUM_LINE} }`,
    '2:18 manifest.url "ftp://example.org/x" begins neither with https:// nor with http://',
    URL_REMEDY,
  ],
  [
    `manifest: { url: "http://", ${SUM_LINE} }`,
    '2:18 manifest.url "http://…" is no URL',
    URL_REMEDY,
  ],
  [
    `manifest: { url: "https://me:s3cret@example.org/x", ${SUM_LINE} }`,
    '2:18 manifest.url "https://…" holds a user name or password',
    SECRET,
  ],
  [
    `manifest: { url: "https://me:s3cret example.org/x", ${SUM_LINE} }`,
    '2:18 manifest.url "https://…" is no URL',
    URL_REMEDY,
  ],
  [
    'manifest: { url: https://example.org/x }',
    '2:18 manifest.sha256 is missing, and a different url has a different sum',
    'read that manifest, then add sha256: with what sha256sum prints of it',
  ],
  [
    'mirrors: { images: "https://example.org/?key=s3cret" }',
    '2:20 mirrors.images "https://example.org/?…" has a ? or # part, and paths are put behind it',
    'leave out that part',
  ],
  [
    'mirrors: { modules: "https://token@example.org" }',
    '2:21 mirrors.modules "https://…" holds a user name or password',
    SECRET,
  ],
  [
    'probe: { image: https://me:s3cret@example.org/busybox:1 }',
    '2:17 probe.image "https://…" is not an image name',
    IMAGE,
  ],
  [
    'probe: { image: busybox }',
    '2:17 probe.image "busybox" has no tag, so it could change between runs',
    IMAGE,
  ],
  [
    'probe: { image: localhost:5000/busybox:latest }',
    '2:17 probe.image "localhost:5000/busybox:latest" can change between runs: latest is not a version',
    IMAGE,
  ],
  [
    'probe: { image: "\\e[31mred\\x9b\\u202e" }',
    String.raw`2:17 probe.image "\u001b[31mred\u009b\u202e" holds characters that do not print`,
    'remove them',
  ],
]

for (const [line, problem, remedy] of cases) {
  test(`one value that cannot be: ${line}`, async () => {
    assert.deepEqual(await complaint(`target: lab\n${line}\n`), {
      problem: `inventory.yaml:${problem}`,
      remedy,
    })
  })
}

const TARGET =
  'write target: lab, or for a cluster of yours its kubeconfig and context below target:'

const targets: readonly (readonly [string, string, string])[] = [
  ['lab: {}', '1:1 target is missing', TARGET],
  ['target: remote', '1:9 target is the text "remote"', TARGET],
  ['target: [lab]', '1:9 target is a list', TARGET],
  [
    'target: { kubeconfig: k }',
    '1:9 target.context is missing: the context in that kubeconfig; kubectl config get-contexts lists them',
    'add context: kubernetes-the-hard-way',
  ],
  [
    'target: { kubeconfig: $HOME/.kube/config, context: c }',
    '1:23 target.kubeconfig "$HOME/.kube/config" holds a $, and variables are not looked up',
    'write the path out',
  ],
  [
    'target: { kubeconfig: ~root/.kube/config, context: c }',
    '1:23 target.kubeconfig "~root/.kube/config" begins with the home of another user',
    'write the path out',
  ],
  [
    'target: { kubeconfig: k, context: c, controllers: [master] }',
    '1:52 target.controllers[0] "master" is not an IPv4 address',
    CONTROLLER,
  ],
]

for (const [line, problem, remedy] of targets) {
  test(`a target that cannot be: ${line}`, async () => {
    assert.deepEqual(await complaint(`${line}\n`), { problem: `inventory.yaml:${problem}`, remedy })
  })
}

test('a file that is a list, or a word, is no inventory', async () => {
  const remedy =
    'write its keys below it, indented: target, edition, lab, cluster, manifest, probe, limits, mirrors'
  assert.deepEqual(await complaint('- a\n'), {
    problem: 'inventory.yaml:1:1 the file is a list, not a map',
    remedy,
  })
  assert.deepEqual(await complaint('lab'), {
    problem: 'inventory.yaml:1:1 the file is the text "lab", not a map',
    remedy,
  })
})
