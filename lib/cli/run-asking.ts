import { randomBytes } from 'node:crypto'
import type { Inventory } from '../inventory/inventory.ts'
import { LIFETIME_S } from '../dns/probe-pods.ts'
import { type Asking, NOT_ASKED } from '../steady/while-changing.ts'
import type { ProberSupply } from '../dns/prober-supply.ts'
import type { Cluster } from '../ports/cluster.ts'
import type { RunOptions } from './run-ports.ts'
import { systemClock } from './system-clock.ts'

type Of = {
  readonly inventory: Inventory
  readonly cluster: Cluster
  /** Of pods that only ask: with the prober, or one that `supply` puts it into. */
  readonly image: () => Promise<string>
  readonly supply: ProberSupply | undefined
}

/** Who asks while a run changes what answers. Loaded only then; nobody, where nothing is changed. */
export function runAsking({ mode, signal, sink }: RunOptions, of: Of): Asking {
  if (sink === undefined || (mode !== 'run' && mode !== 'rollback')) return NOT_ASKED
  const { cluster, image, inventory, supply } = of
  let loaded: Promise<Asking> | undefined
  let notes: Asking['notes'] = () => []
  const load = async (): Promise<Asking> => {
    const [{ asking }, { ownAskers }] = await Promise.all([
      import('../steady/asking.ts'),
      import('../steady/askers.ts'),
    ])
    const ctx = { cluster, clock: systemClock, signal }
    const own = ownAskers(ctx, {
      ...{ image, supply, namespace: 'default', lifetimeS: LIFETIME_S },
      needsSupply: supply !== undefined,
      run: randomBytes(3).toString('hex'),
    })
    const { dnsAddress, domain } = inventory.cluster
    return asking({ ...ctx, dnsAddress, domain, own, supply, sink })
  }
  return {
    async begin() {
      const asking = await (loaded ??= load())
      notes = asking.notes
      await asking.begin()
    },
    untilSettled: async (ctx) => (await loaded)?.untilSettled(ctx),
    end: async () => (await loaded)?.end(),
    notes: () => notes(),
  }
}
