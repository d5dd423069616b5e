import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { listAt, textAt } from '../core/json.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { all } from '../ports/refs.ts'

/** In which namespace and under which label the probes stand. */
export const PROBES = { namespace: 'default', label: 'hardway-dns-probe' } as const

/** The name of a worker's probe. */
export function probeName(worker: string): string {
  return `dns-probe-${worker}`.slice(0, 253)
}

/**
 * A pod that waits to be asked to look names up. Put on its worker by name: that is what it is for,
 * whatever taints or cordons say, and no scheduler can put two on one worker.
 */
export function probePodObject(worker: string, image: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: probeName(worker),
      namespace: PROBES.namespace,
      labels: { app: PROBES.label },
    },
    spec: {
      nodeName: worker,
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

/** Nodes and pods alike. */
export function isReady(object: KubeObject): boolean {
  return listAt(object, 'status', 'conditions').some(
    (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
  )
}
