import { z } from 'zod'
import { CHAPTER, dnsAddressIn, hostsOn } from './chapter.ts'
import { domainField, imageField, labelField } from './name-fields.ts'
import { addressField, networkField } from './network-fields.ts'
import {
  contextField,
  kubeconfigField,
  mirrorField,
  sha256Field,
  urlField,
} from './place-fields.ts'

/** The machine's interface is called `hw-NAME`, and Linux allows an interface's name 15 characters. */
const LAB_NAME = 10
/** `system:node:NAME` has to fit a certificate's 64, and /run/hardway/LAB/NAME/… a socket's 107 bytes. */
const HOST_NAME = 40

const hostName = labelField('a host name, a DNS label', 'k8sworker0', HOST_NAME)
const hostAddress = addressField('an IPv4 address on lab.network', '192.168.199.210')
const workerPods = networkField(
  "the range of this worker's pods, a part of cluster.podCIDR",
  '10.200.0.0/24',
)

/** The network of the lab's hosts. */
export const hostNetwork = networkField('the network of the hosts', CHAPTER.lab.network, {
  smallest: 29,
})

/** The network of all pods. */
export const podNetwork = networkField('the network of all pods', CHAPTER.cluster.podCIDR)

/** The network of all Services; kube-apiserver takes none larger than a /12. */
export const serviceNetwork = networkField(
  'the network of all Services: --service-cluster-ip-range of kube-apiserver',
  CHAPTER.cluster.serviceCIDR,
  { largest: 12 },
)

const dns = dnsAddressIn(CHAPTER.cluster.serviceCIDR)
const hosts = hostsOn(CHAPTER.lab.network, CHAPTER.cluster.podCIDR)

const ownCluster = section('a cluster of yours, named by kubeconfig and context', {
  kubeconfig: kubeconfigField,
  context: contextField,
  controllers: z
    .array(addressField('the address of an API server', '192.168.199.200'))
    .max(9)
    .meta({ description: 'API servers that the Service kubernetes has to lead to' })
    .optional(),
  workers: z
    .array(z.strictObject({ name: hostName, podCIDR: workerPods }))
    .max(1000)
    .meta({ description: 'workers, each with the range of its pods' })
    .optional(),
})

const lab = section('the hosts that target: lab builds on this machine', {
  name: labelField('the name of the lab, a DNS label', 'lab', LAB_NAME).default(CHAPTER.lab.name),
  network: hostNetwork.default(CHAPTER.lab.network),
  machine: addressField("this machine's own address on lab.network", hosts.machine).default(
    hosts.machine,
  ),
  controllers: z
    .array(z.strictObject({ name: hostName, address: hostAddress }))
    .min(1)
    .max(5)
    .meta({ description: 'hosts with etcd and an API server: 1, 3 or 5' })
    .default(hosts.controllers),
  workers: z
    .array(z.strictObject({ name: hostName, address: hostAddress, podCIDR: workerPods }))
    .min(1)
    .max(100)
    .meta({ description: 'hosts with containerd, kubelet and kube-proxy' })
    .default(hosts.workers),
  proxy: z
    .enum(['iptables', 'nftables'])
    .meta({ description: "how kube-proxy makes Services: its configuration's mode" })
    .default(CHAPTER.lab.proxy),
})

const cluster = section('how the cluster numbers and names things', {
  domain: domainField.default(CHAPTER.cluster.domain),
  podCIDR: podNetwork.default(CHAPTER.cluster.podCIDR),
  serviceCIDR: serviceNetwork.default(CHAPTER.cluster.serviceCIDR),
  dnsAddress: addressField(
    "the cluster DNS: the kubelets' clusterDNS, and the clusterIP in the manifest",
    dns,
  ).default(dns),
})

const manifest = section("the chapter's coredns.yaml", {
  url: urlField.default(CHAPTER.manifest.url),
  sha256: sha256Field.default(CHAPTER.manifest.sha256),
  limit: z
    .int()
    .min(1024)
    .max(16 * 1024 * 1024)
    .meta({ description: 'the largest size that is accepted, in bytes' })
    .default(CHAPTER.manifest.limit),
})

const probe = section('the pod that looks names up', {
  image: imageField.default(CHAPTER.probe.image),
  hosts: z
    .boolean()
    .meta({
      description:
        "on a cluster of yours, whether each worker also gets a pod on its own network, to see the worker's routes and settings",
    })
    .default(CHAPTER.probe.hosts),
})

const limits = section('timeouts, in seconds', {
  controlPlane: seconds('until all API servers are ready', CHAPTER.limits.controlPlane),
  nodes: seconds('until all workers are Ready', CHAPTER.limits.nodes),
  pods: seconds('until pods are Ready, images pulled', CHAPTER.limits.pods),
  endpoints: seconds('until all API servers are endpoints', CHAPTER.limits.endpoints),
  lookup: seconds('until a name is answered', CHAPTER.limits.lookup),
  verify: seconds('in verify, for each step', CHAPTER.limits.verify),
})

const mirrors = section('mirrors of the same programs and images; their checksums stay as pinned', {
  releases: mirrorField(
    'the base URL of a mirror with a folder per release host',
    'https://mirror.example.org',
  ).optional(),
  images: mirrorField('the URL of a registry', 'https://registry.example.org').optional(),
  modules: mirrorField('the URL of a Go module proxy', 'https://goproxy.example.org').optional(),
})

function section<S extends z.ZodRawShape>(description: string, fields: S) {
  return z.strictObject(fields).meta({ description })
}

function seconds(until: string, otherwise: number) {
  return z
    .int()
    .min(1)
    .max(3600)
    .meta({ description: `seconds ${until}` })
    .default(otherwise)
}

/** The inventory file: the one source of its types, its messages and inventory.schema.json. */
export const fileSchema = z
  .strictObject({
    target: z
      .union([z.literal('lab'), ownCluster])
      .meta({ description: 'the target: lab, or a cluster of yours', examples: ['lab'] }),
    edition: z
      .literal([2020, 'current'])
      .meta({
        description:
          "2020: the chapter's own CoreDNS 1.6.2; current: the CoreDNS that goes with a Kubernetes of today",
      })
      .default(CHAPTER.edition),
    lab: lab.prefault({}),
    cluster: cluster.prefault({}),
    manifest: manifest.prefault({}),
    probe: probe.prefault({}),
    limits: limits.prefault({}),
    mirrors: mirrors.prefault({}),
  })
  .meta({ title: 'hardway inventory', description: 'The hosts, networks and limits of a run.' })

/** A file that follows the schema, with its defaults. */
export type InventoryFile = z.output<typeof fileSchema>
