import type { Resource } from '../../lib/ports/resources.ts'
import { kubeconfigFile, kubeletKubeconfig, LOCAL_SERVER } from '../../lib/lab/kubeconfig.ts'
import { hostFolder, type Lab } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const writeKubeconfigs = ({ inventory, layout }: Lab) => {
  const { controllers, workers } = inventory.lab
  const servers = controllers.map(({ address }) => `https://${address}:6443`)
  const write = (path: string, user: string, pair: string, server: string): Resource =>
    kubeconfigFile(layout, { path, user, pair, server })
  const own = (host: string, name: string) => `${hostFolder(layout, host)}/${name}.kubeconfig`
  const resources: Resource[] = [
    ...controllers.flatMap(({ name }): Resource[] => [
      { kind: 'folder', path: hostFolder(layout, name), mode: 0o755 },
      ...['kube-controller-manager', 'kube-scheduler'].map((program) =>
        write(own(name, program), `system:${program}`, program, LOCAL_SERVER),
      ),
    ]),
    ...workers.flatMap(({ name }, i): Resource[] => {
      // The book has a load balancer here; without one each worker has an API server of its own.
      const server = servers[i % servers.length] ?? LOCAL_SERVER
      return [
        kubeletKubeconfig(layout, name, server),
        write(own(name, 'kube-proxy'), 'system:kube-proxy', 'kube-proxy', server),
      ]
    }),
    write(layout.adminKubeconfig, 'admin', 'admin', servers[0] ?? LOCAL_SERVER),
  ]
  return resourceStep({
    id: 'write-kubeconfigs',
    title: 'Write the kubeconfigs',
    chapter: {
      section: '5',
      command: 'kubectl config set-cluster … --kubeconfig=k8sworker0.kubeconfig',
    },
    touches: [],
    resources,
    because: `kubeconfigs for ${controllers.length + workers.length} hosts and the admin`,
  })
}
