import { randomBytes } from 'node:crypto'
import type { Inventory } from '../inventory/inventory.ts'
import { LIFETIME_S } from '../dns/probe-pods.ts'
import { type Asking, NOT_ASKED } from '../steady/while-changing.ts'
import type { Cluster } from '../ports/cluster.ts'
import type { RunOptions } from './run-ports.ts'
import { systemClock } from './system-clock.ts'

type Of = {
  readonly inventory: Inventory
  readonly cluster: Cluster
  /** An image with the prober; null where none is known. */
  readonly image: (() => Promise<string>) | null
}

/** Who asks while a run changes what answers. Loaded only then; nobody, where nothing is changed. */
export function runAsking({ mode, signal, sink }: RunOptions, of: Of): Asking {
  if (sink === undefined || (mode !== 'run' && mode !== 'rollback')) return NOT_ASKED
  const { cluster, image, inventory } = of
  let loaded: Promise<Asking> | undefined
  let notes: Asking['notes'] = () => []
  const load = async (): Promise<Asking> => {
    const [{ asking }, { ownAskers }] = await Promise.all([
      import('../steady/asking.ts'),
      import('../steady/askers.ts'),
    ])
    const ctx = { cluster, clock: systemClock, signal }
    const own =
      image &&
      ownAskers(ctx, {
        ...{ image, namespace: 'default', lifetimeS: LIFETIME_S },
        run: randomBytes(3).toString('hex'),
      })
    const { dnsAddress, domain } = inventory.cluster
    return asking({ ...ctx, dnsAddress, domain, own, sink })
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
