import { dirname, resolve } from 'node:path'
import { prefixOf } from './address.ts'
import type { Inventory, Target } from './inventory.ts'
import type { InventoryFile } from './schema.ts'

/** Where the file lies and who reads it: what its paths are relative to. */
export interface FileContext {
  readonly source: string
  readonly home: string
}

const SECOND = 1000

/** The inventory of a file that was found to be right. */
export function complete(file: InventoryFile, { source, home }: FileContext): Inventory {
  const { target, lab, cluster, manifest, probe, limits, mirrors } = file
  return frozen({
    source,
    target: targetOf(target, { source, home }),
    lab: { ...lab, prefix: prefixOf(lab.network) },
    cluster,
    controllers:
      target === 'lab'
        ? lab.controllers.map(({ address }) => ({ address }))
        : (target.controllers ?? []).map((address) => ({ address })),
    workers:
      target === 'lab'
        ? lab.workers.map(({ name, podCIDR }) => ({ name, podCIDR }))
        : (target.workers ?? []),
    manifest: {
      url: manifest.url,
      sha256: manifest.sha256.toLowerCase(),
      limitBytes: manifest.limit,
    },
    probe,
    limits: {
      controlPlaneMs: limits.controlPlane * SECOND,
      nodesMs: limits.nodes * SECOND,
      podsMs: limits.pods * SECOND,
      endpointsMs: limits.endpoints * SECOND,
      lookupMs: limits.lookup * SECOND,
      verifyMs: limits.verify * SECOND,
    },
    mirrors: Object.fromEntries(
      Object.entries(mirrors).map(([name, url]) => [name, url?.replace(/\/+$/, '')]),
    ),
  })
}

function targetOf(target: InventoryFile['target'], { source, home }: FileContext): Target {
  if (target === 'lab') return { kind: 'lab' }
  const { kubeconfig, context } = target
  const path = kubeconfig.startsWith('~/') ? `${home}/${kubeconfig.slice(2)}` : kubeconfig
  return { kind: 'cluster', kubeconfig: resolve(dirname(source), path), context }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}
