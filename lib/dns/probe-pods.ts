import { at, type JsonObject } from '../core/json.ts'
import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { isReady } from '../objects/pod.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { all } from '../ports/refs.ts'

/** Where the pods stand that are asked to look names up, and what they are called. */
export type Probes = {
  readonly namespace: string
  readonly nameOn: (node: string) => string
}

/** The label that tells the chapter's probes from all other pods. */
export const PROBE_LABEL = { key: 'app', value: 'hardway-dns-probe' } as const

/** Those of the chapter; kept until its rollback. */
export const PROBES: Probes = {
  namespace: 'default',
  nameOn: (node) => nameWithin(`dns-probe-${node}`),
}

/** Names of objects have 253 characters at most (RFC 1123 subdomains, kubernetes.io). */
function nameWithin(name: string): string {
  return name.slice(0, 253)
}

/**
 * A pod that waits to be asked to look names up. Put on its node by name: that is what it is for,
 * whatever taints or cordons say, and no scheduler can put two on one node.
 */
export function probePodObject(node: string, image: string, probes = PROBES): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: probes.nameOn(node),
      namespace: probes.namespace,
      labels: { [PROBE_LABEL.key]: PROBE_LABEL.value },
    },
    spec: {
      nodeName: node,
      tolerations: [{ operator: 'Exists' }],
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Always',
      // sleep is process 1 and takes no notice of SIGTERM.
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'probe',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['sleep', '2147483647'],
          resources: {
            requests: { cpu: '5m', memory: '8Mi' },
            limits: { memory: '64Mi' },
          },
          securityContext: {
            runAsUser: 65534,
            runAsNonRoot: true,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  }
}

/** By this label `prove` finds the probes that an earlier one has left. */
export const PROVE_LABEL = { key: 'app', value: 'hardway-prove-probe' } as const

/** A probe outlives nobody's patience: its kubelet ends it after so many seconds, whoever has forgotten it. */
export const LIFETIME_S = 600

/** Those of one `prove`, told apart from all others by `run`, six characters of a name. */
export function proveProbes(namespace: string, run: string): Probes {
  return { namespace, nameOn: (node) => nameWithin(`hardway-prove-${run}-${node}`) }
}

/** The same pod with a lifetime of its own, fit for a namespace of the level `restricted` (Pod Security Standards). */
export function provePodObject(
  node: string,
  image: string,
  probes: Probes,
  lifetimeS = LIFETIME_S,
): KubeObject {
  const probe = probePodObject(node, image, probes)
  return {
    ...probe,
    metadata: {
      ...probe.metadata,
      labels: { [PROVE_LABEL.key]: PROVE_LABEL.value },
    },
    spec: {
      ...(at(probe, 'spec') as JsonObject),
      activeDeadlineSeconds: lifetimeS,
      // It only sleeps: deleting it waits for nobody.
      terminationGracePeriodSeconds: 0,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    },
  }
}

/** Where DNS has to be proven from: the lab's workers, or all nodes of somebody's own cluster. */
export async function provenFrom(
  { target, workers }: Pick<Inventory, 'target' | 'workers'>,
  cluster: ClusterReader,
): Promise<readonly string[]> {
  if (target.kind === 'lab') return workers.map(({ name }) => name)
  return (await nodesOf(cluster)).map(({ metadata }) => metadata.name)
}

/** Those of them that can take a probe now. From the others nothing can be proven, and the matrix says so. */
export async function probedWorkers(
  inventory: Pick<Inventory, 'target' | 'workers'>,
  cluster: ClusterReader,
): Promise<readonly string[]> {
  if (inventory.target.kind === 'lab') return provenFrom(inventory, cluster)
  return (await nodesOf(cluster)).filter(isReady).map(({ metadata }) => metadata.name)
}

function nodesOf(cluster: ClusterReader): Promise<readonly KubeObject[]> {
  return cluster.list(all.nodes())
}
