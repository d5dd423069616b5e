import { InputError } from '../../lib/core/errors.ts'
import type { Lab } from '../../lib/lab/layout.ts'
import {
  GIB,
  isBuilt,
  taken,
  takenNames,
  tooSmall,
  type Trouble,
  unable,
} from '../../lib/lab/machine-checks.ts'
import type { Step } from '../../lib/ports/step.ts'

/** Everything that would make the lab fail later, all at once and before anything is changed. */
export const checkMachine = (lab: Lab): Step<null> => ({
  id: 'check-machine',
  title: 'Check this machine',
  chapter: { section: '1', command: 'uname -a; id -u; free -g; df -h; ip route' },
  touches: [],
  about: { satisfied: 'the machine can run the lab', undo: 'nothing: it only looks' },
  async check(ctx) {
    const facts = await ctx.host.facts()
    const troubles = [
      ...unable(facts),
      ...tooSmall(facts, lab, await isBuilt(ctx.host, lab)),
      ...taken(facts, lab),
      ...(await takenNames(ctx.host, lab)),
    ]
    if (troubles.length > 0) throw new InputError(explain(troubles))
    const memory = `${(facts.memoryBytes / GIB).toFixed(0)} GiB`
    return {
      status: 'satisfied',
      because: `Linux, root, ${facts.cpus} processors, ${memory} of memory, ${lab.inventory.lab.network} is free`,
    }
  },
  apply: () => Promise.resolve(),
  verify: () => Promise.resolve('fit for the lab'),
  rollback: () => Promise.resolve([]),
})

function explain(troubles: readonly Trouble[]) {
  const [first] = troubles
  if (first !== undefined && troubles.length === 1) return first
  return {
    problem: `this machine cannot run the lab, for ${troubles.length} reasons`,
    seen: troubles.map(({ problem }) => problem),
    remedy: troubles.map(({ remedy }) => remedy).join('; '),
  }
}
