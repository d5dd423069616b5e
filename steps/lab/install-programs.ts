import { FAMILIES, type Lab } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const installPrograms = ({ layout }: Lab) =>
  resourceStep({
    id: 'install-programs',
    title: 'Install the programs of controllers and workers',
    chapter: {
      section: '2',
      command: 'wget … kube-apiserver kubelet kubectl etcd containerd runc …',
    },
    touches: [],
    resources: [
      { kind: 'folder', path: layout.programs, mode: 0o755 },
      ...FAMILIES.map((family) => ({ kind: 'programs', family, into: layout.programs }) as const),
    ],
    undo: 'the links go; the cache stays for the next lab (npx tsx run.ts cache --empty)',
    because: `${FAMILIES.join(', ')} are there in the pinned versions`,
  })
