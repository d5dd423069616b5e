import type { File } from '../ports/resources.ts'
import { hostFolder, type Layout, pemsOf } from './layout.ts'

/** The API server of a controller, for what runs there. */
export const LOCAL_SERVER = 'https://127.0.0.1:6443'

/** Whose kubeconfig, with which certificate, asking which API server. */
export type KubeconfigOf = {
  readonly path: string
  readonly user: string
  /** The pair's name below pki. */
  readonly pair: string
  /** `https://192.168.199.200:6443` */
  readonly server: string
}

/** A kubeconfig that names its certificates by path, so that it holds no secret itself. */
export function kubeconfigFile(layout: Layout, { path, user, pair, server }: KubeconfigOf): File {
  const cluster = `hardway-${layout.name}`
  const { cert, key } = pemsOf(layout, pair)
  return {
    kind: 'file',
    path,
    mode: 0o600,
    text: [
      'apiVersion: v1',
      'kind: Config',
      'clusters:',
      `- name: ${cluster}`,
      '  cluster:',
      `    server: ${server}`,
      `    certificate-authority: ${pemsOf(layout, 'ca').cert}`,
      'users:',
      `- name: ${user}`,
      '  user:',
      `    client-certificate: ${cert}`,
      `    client-key: ${key}`,
      'contexts:',
      `- name: ${cluster}`,
      '  context:',
      `    cluster: ${cluster}`,
      `    user: ${user}`,
      `current-context: ${cluster}`,
      '',
    ].join('\n'),
  }
}

/** A worker's kubelet's. */
export function kubeletKubeconfig(layout: Layout, worker: string, server: string): File {
  const path = `${hostFolder(layout, worker)}/kubelet.kubeconfig`
  return kubeconfigFile(layout, { path, user: `system:node:${worker}`, pair: worker, server })
}
