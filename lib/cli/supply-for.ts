import {
  type MakeProber,
  noSupply,
  type ProberMade,
  type ProberSupply,
  proberSupply,
} from '../dns/prober-supply.ts'
import type { Cluster } from '../ports/cluster.ts'
import { stoppable } from '../core/stoppable.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { programsContext } from './project.ts'
import type { RunOptions } from './run-ports.ts'

type Of = Pick<RunOptions, 'mode' | 'signal' | 'tell'>

/**
 * Who puts the prober into probes whose image has none: what writes pods does, and makes the prober where it is not there
 * yet; what only looks asks by one that is there.
 */
export function supplyFor(
  { mirrors }: Pick<Inventory, 'mirrors'>,
  of: Of,
  cluster: Cluster,
): ProberSupply {
  if (of.mode !== 'run' && of.mode !== 'rollback') return noSupply()
  return proberSupply(stoppable(cluster, of.signal), maker(mirrors, of))
}

/** Loaded and made when the first probe lacks it, and once for each architecture. */
function maker(mirrors: Inventory['mirrors'], { signal, tell }: Of): MakeProber {
  const made = new Map<string, Promise<ProberMade>>()
  const make = async (arch: string): Promise<ProberMade> => {
    const { proberFor } = await import('../supply/prober.ts')
    const context = programsContext(mirrors)
    const progress = (text: string): void => tell(`the prober for ${arch}: ${text}`)
    const found = await proberFor(arch, { context, progress, signal })
    if ('lacking' in found) return found
    const { gzipped, plain, sha256 } = found
    return {
      gzipped: { bytes: gzipped, gzipped: true, sha256 },
      plain: { bytes: plain, gzipped: false, sha256 },
    }
  }
  return (arch) => {
    // One after the other: Go uses all processors for one.
    const before = [...made.values()].at(-1) ?? Promise.resolve()
    const making = made.get(arch) ?? before.then(() => make(arch))
    made.set(arch, making)
    return making
  }
}
