import type { File } from '../ports/resources.ts'
import { type Layout, pairOf } from './layout.ts'

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
      `    certificate-authority: ${pairOf(layout, 'ca')}.pem`,
      'users:',
      `- name: ${user}`,
      '  user:',
      `    client-certificate: ${pairOf(layout, pair)}.pem`,
      `    client-key: ${pairOf(layout, pair)}-key.pem`,
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
