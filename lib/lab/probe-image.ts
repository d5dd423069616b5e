import type { ProbeImage } from '../dns/chapter.ts'
import { UnknownYetError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { textAt } from '../core/json.ts'
import type { StepId } from '../ports/step.ts'

/**
 * The inventory's image where it could be pulled, else one made here under another name; or that of the prober. Known
 * once step `made` is done.
 */
export function labImage(
  { probe }: Inventory,
  made: StepId,
  image: 'probe' | 'prober' = 'probe',
): ProbeImage {
  return async (ctx) => {
    const [found] = await ctx.host.look([{ kind: 'image-archive', image }])
    const reference = textAt(found?.now, 'reference')
    if (reference !== undefined) return reference.replace(/^docker\.io\/(library\/)?/, '')
    throw new UnknownYetError(
      made,
      `${probe.image}, or the image that is made where it is not available`,
    )
  }
}
