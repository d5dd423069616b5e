import { isMistake } from '../core/errors.ts'
import type { Barrier, FilterPrograms, Filters } from '../ports/host.ts'
import { run } from '../process/command.ts'
import { barriersInIptables, tablesInIptables } from './filters-iptables.ts'
import { barriersInNft } from './filters-nft.ts'
import { inside } from './kinds/sysctl.ts'

/** A look must not take longer than a failure is willing to wait for its cause. */
const TIMEOUT_MS = 3_000

/**
 * What stops packets in a network namespace, in all tables and chains, as each program shows its own rules.
 * What nft shows of the tables of iptables is left out. All programs only list.
 */
export async function filtersIn(
  netns: string,
  { iptables: bin, nftables }: FilterPrograms,
): Promise<Filters> {
  // Null where there is no such program, or its rules cannot be read.
  const ask = async (...argv: readonly string[]): Promise<string | null> => {
    const ran = await run([...inside(netns), ...argv], { timeoutMs: TIMEOUT_MS }).catch(unread)
    return ran?.code === 0 ? ran.stdout : null
  }
  const [iptables, legacy, nft] = await Promise.all([
    ask(`${bin}/iptables-save`, '-c'),
    ask(`${bin}/iptables-legacy-save`, '-c'),
    ask(`${nftables}/nft`, '-a', 'list', 'ruleset'),
  ])
  const told = [
    {
      tool: 'iptables',
      found: iptables === null ? null : barriersInIptables('iptables', iptables),
    },
    {
      tool: 'iptables-legacy',
      found: legacy === null ? null : barriersInIptables('iptables-legacy', legacy),
    },
    {
      tool: 'nft',
      found: nft === null ? null : barriersInNft(nft, tablesInIptables(iptables ?? '')),
    },
  ] as const satisfies readonly {
    readonly tool: Barrier['tool']
    readonly found: readonly Barrier[] | null
  }[]
  return {
    read: told.flatMap(({ tool, found }) => (found === null ? [] : [tool])),
    barriers: told.flatMap(({ found }) => found ?? []),
  }
}

function unread(error: unknown): null {
  if (isMistake(error)) throw error
  return null
}
