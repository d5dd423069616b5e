import type { KubeObject } from '../../lib/ports/cluster.ts'
import type { Step } from '../../lib/ports/step.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'

const ROLE = 'system:kube-apiserver-to-kubelet'

/** As the book has them: the API servers call the kubelets as user kubernetes, their certificate's name. */
const OBJECTS: readonly KubeObject[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: ROLE,
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
    },
    rules: [
      {
        apiGroups: [''],
        resources: ['nodes/proxy', 'nodes/stats', 'nodes/log', 'nodes/spec', 'nodes/metrics'],
        verbs: ['*'],
      },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'system:kube-apiserver' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: ROLE },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'kubernetes' }],
  },
]

export const allowKubeletAccess = (): Step => ({
  ...objectsStep({
    id: 'allow-kubelet-access',
    title: 'Allow the API servers to reach the kubelets',
    chapter: { section: '8', command: 'kubectl apply -f kube-apiserver-to-kubelet.yaml' },
    touches: ['hosts'],
    objects: () => Promise.resolve(OBJECTS),
  }),
  // They go with etcd's data; a lab whose API servers are gone has to come down, too.
  rollback: () => Promise.resolve([]),
})
