import type { ProgramFamily } from '../../lib/host/resources.ts'
import type { Layout } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/lab/resource-step.ts'

/** Kubernetes first: building it, where it has to be built, takes longest. */
const FAMILIES: readonly ProgramFamily[] = [
  'kubernetes',
  'etcd',
  'containerd',
  'runc',
  'cni',
  'iptables',
]

export const installPrograms = (layout: Layout) =>
  resourceStep({
    id: 'install-programs',
    title: 'Install the programs of controllers and workers',
    chapter: { section: '2', command: 'wget … kube-apiserver kubelet kubectl etcd containerd runc …' },
    resources: [
      { kind: 'folder', path: layout.bin, mode: 0o755 },
      ...FAMILIES.map((family) => ({ kind: 'programs', family, into: layout.bin }) as const),
    ],
    because: `${FAMILIES.join(', ')} are there in the pinned versions`,
  })
