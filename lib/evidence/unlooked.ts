import type { Channel } from './evidence.ts'

/** A channel that was not looked at, and why. */
export type Unlooked = { readonly notLooked: string }

/** All channels, none of them looked at. */
export function unlooked(notLooked: string): { readonly [One in Channel]: Unlooked } {
  const dark = { notLooked }
  return {
    ...{ dns: dark, nodes: dark, pods: dark, deployment: dark, replicaSets: dark, services: dark },
    ...{ endpoints: dark, corefile: dark, corefileChanged: dark, access: dark, policies: dark },
    ...{ events: dark, logs: dark, kubelets: dark, apiServers: dark, signer: dark, hosts: dark },
    ...{ filters: dark, workerNetworks: dark, matrix: dark, arrivals: dark },
  }
}
