import { dirname, resolve } from 'node:path'
import { prefixOf } from './address.ts'
import { manifestOf } from './editions.ts'
import type { Inventory, Target } from './inventory.ts'
import type { InventoryFile } from './schema.ts'

const SECOND = 1000

/** The inventory of a file that was found to be right; its paths are relative to the file, and `~` is `home`. */
export function complete(file: InventoryFile, source: string, home: string): Inventory {
  const { target, edition, lab, cluster, probe, limits, mirrors } = file
  return frozen({
    source,
    target: targetOf(target, source, home),
    edition,
    lab: { ...lab, prefix: prefixOf(lab.network) },
    cluster,
    ...hostsOf(file),
    manifest: manifestOf(file),
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

function hostsOf({ target, lab }: InventoryFile): Pick<Inventory, 'controllers' | 'workers'> {
  if (target === 'lab') {
    return {
      controllers: lab.controllers.map(({ address }) => ({ address })),
      workers: lab.workers.map(({ name, podCIDR }) => ({ name, podCIDR })),
    }
  }
  const { controllers = [], workers = [] } = target
  return { controllers: controllers.map((address) => ({ address })), workers }
}

function targetOf(target: InventoryFile['target'], source: string, home: string): Target {
  if (target === 'lab') return { kind: 'lab' }
  const { kubeconfig, context } = target
  const path = kubeconfig.startsWith('~/') ? `${home}/${kubeconfig.slice(2)}` : kubeconfig
  return { kind: 'cluster', kubeconfig: resolve(dirname(source), path), context }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}
