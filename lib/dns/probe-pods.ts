import { at, type JsonObject, listAt, textAt } from '../core/json.ts'
import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { isReady } from '../objects/pod.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { PROBER_PLACE } from '../ports/prober-commands.ts'
import { all } from '../ports/refs.ts'
import type { ProberSupply } from './prober-supply.ts'

/** Where the pods stand that are asked to look names up, and what they are called. */
export type Probes = {
  readonly namespace: string
  readonly nameOn: (node: string) => string
  /** Puts the prober into those that have none; left out where their image has it. */
  readonly supply?: ProberSupply | undefined
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

const VOLUME = 'prober'

/** The same pod with a volume of its own that the prober can be put into; `restricted` namespaces take such volumes. */
export function withProberPlace(pod: KubeObject): KubeObject {
  const spec = at(pod, 'spec') as JsonObject
  const volumeMounts = [{ name: VOLUME, mountPath: PROBER_PLACE }]
  return {
    ...pod,
    spec: {
      ...spec,
      containers: listAt(spec, 'containers').map((one) => ({
        ...(one as JsonObject),
        volumeMounts,
      })),
      volumes: [{ name: VOLUME, emptyDir: { sizeLimit: '32Mi' } }],
    },
  }
}

/** Whether a pod has it. It is there from the pod's beginning, or never. */
export function hasProberPlace(pod: KubeObject): boolean {
  return listAt(pod, 'spec', 'containers').some((container) =>
    listAt(container, 'volumeMounts').some((one) => textAt(one, 'mountPath') === PROBER_PLACE),
  )
}

/** By this label `prove` finds the probes that an earlier one has left. */
export const PROVE_LABEL = { key: 'app', value: 'hardway-prove-probe' } as const

/** A probe outlives nobody's patience: its kubelet ends it after so many seconds, whoever has forgotten it. */
export const LIFETIME_S = 600

/** Those of one `prove`, told apart from all others by `run`, six characters of a name. */
export function proveProbes(namespace: string, run: string, supply?: ProberSupply): Probes {
  return { namespace, supply, nameOn: (node) => nameWithin(`hardway-prove-${run}-${node}`) }
}

/** The same pod with a lifetime of its own, fit for a namespace of the level `restricted` (Pod Security Standards). */
export function provePodObject(
  node: string,
  image: string,
  probes: Probes,
  lifetimeS = LIFETIME_S,
): KubeObject {
  const bare = probePodObject(node, image, probes)
  const probe = probes.supply === undefined ? bare : withProberPlace(bare)
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
