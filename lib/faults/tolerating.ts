import { type ObjectRef, refOf } from '../ports/cluster.ts'
import { identityOf } from '../ports/identity.ts'
import type { Check, Reading, Step, StepId } from '../ports/step.ts'
import type { FaultOn } from './faults-on.ts'

/** A step under the faults that are on: it leaves alone what they hold, and says so, where they may be `named`. */
export function tolerating(
  step: Step,
  faultsOn: () => Promise<readonly FaultOn[]>,
  named = true,
): Step {
  return {
    ...step,
    async check(ctx): Promise<Check> {
      const met = new Set<StepId>()
      const check = await step.check(maskFaults(ctx, await faultsOn(), met))
      if (check.status !== 'satisfied') return check
      return named ? { ...check, because: withFaults(check.because, met) } : check
    },
    async apply(ctx, changes) {
      await step.apply(maskFaults(ctx, await faultsOn(), new Set()), changes)
    },
    async verify(ctx) {
      const met = new Set<StepId>()
      const proof = await step.verify(maskFaults(ctx, await faultsOn(), met))
      return named ? withFaults(proof, met) : proof
    },
  }
}

/** The same ports, through which what a fault holds is seen as wanted. `met` gets the faults that differ. */
function maskFaults<Ctx extends Reading>(
  ctx: Ctx,
  faults: readonly FaultOn[],
  met: Set<StepId>,
): Ctx {
  if (faults.length === 0) return ctx
  const resources = holders(faults, ({ holds }) => holds.resources.map(identityOf))
  const objects = holders(faults, ({ holds }) => holds.refs.map(spell))
  return {
    ...ctx,
    host: {
      ...ctx.host,
      async look(all) {
        const sightings = await ctx.host.look(all)
        return sightings.map((sighting, i) => {
          const resource = all[i]
          const fault = resource && resources.get(identityOf(resource))
          if (fault === undefined || sighting.change === null) return sighting
          met.add(fault)
          return { ...sighting, change: null }
        })
      },
    },
    cluster: {
      ...ctx.cluster,
      async preview(object, adopt) {
        const preview = await ctx.cluster.preview(object, adopt)
        const fault = objects.get(spell(refOf(object)))
        if (fault === undefined || preview.outcome === 'unchanged') return preview
        met.add(fault)
        return { outcome: 'unchanged', live: preview.live ?? object }
      },
    },
  }
}

function holders(
  faults: readonly FaultOn[],
  keysOf: (fault: FaultOn) => readonly string[],
): ReadonlyMap<string, StepId> {
  return new Map(faults.flatMap((fault) => keysOf(fault).map((key) => [key, fault.id])))
}

function spell({ apiVersion, kind, namespace = '', name }: ObjectRef): string {
  return [apiVersion, kind, namespace, name].join(' ')
}

function withFaults(text: string, met: ReadonlySet<StepId>): string {
  if (met.size === 0) return text
  const names = [...met]
  return `${text}; but for ${names.join(', ')}, the ${names.length === 1 ? 'fault that is' : 'faults that are'} on`
}
