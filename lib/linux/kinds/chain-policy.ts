import { type Json, textAt } from '../../core/json.ts'
import { runTogether } from '../../process/run-together.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import type { ChainPolicy } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'
import { isNetworkNamespace, NETNS_FOLDER } from './network-namespace.ts'

export const chainPolicy: Kind<ChainPolicy> = {
  name: ({ netns, chain }) => `policy of chain ${chain} in ${netns}`,
  wanted: ({ policy }) => ({ policy }),
  look: oneByOne(lookAt),
  async put(wanted) {
    await runOrThrow([...iptablesOf(wanted), '--policy', wanted.chain, wanted.policy])
  },
  async restore(wanted, before) {
    const policy = textAt(before, 'policy')
    // Without one it came with its namespace, and goes with it.
    if (policy === undefined || !(await isNetworkNamespace(wanted.netns))) return
    await runOrThrow([...iptablesOf(wanted), '--policy', wanted.chain, policy])
  },
}

/** The first of the rules printed: `-P FORWARD ACCEPT`. */
async function lookAt(wanted: ChainPolicy): Promise<Json> {
  if (!(await isNetworkNamespace(wanted.netns))) return null
  const { stdout } = await runTogether([...iptablesOf(wanted), '--list-rules', wanted.chain])
  const policy = /^-P \S+ (\S+)$/m.exec(stdout)?.[1]
  return policy === undefined ? null : { policy }
}

/** Waits for the lock that kube-proxy takes while it writes its own rules. */
function iptablesOf({ netns, program }: ChainPolicy): readonly string[] {
  return ['nsenter', `--net=${NETNS_FOLDER}/${netns}`, program, '--wait', '10']
}
