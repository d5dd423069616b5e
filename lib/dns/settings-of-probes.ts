import { bounded } from '../core/bounded.ts'
import type { ClusterReader } from '../ports/cluster.ts'
import type { KubeletSettings } from './discover.ts'
import type { Probes } from './probe-pods.ts'
import { parseResolvConf } from './resolv-conf.ts'
import { orWhereRefused } from './unless-refused.ts'

const AT_ONCE = 6
const PATIENCE_MS = 4_000

/** What pods of these nodes are given, read from their probes: for kubelets that may not be asked themselves. */
export async function settingsOfProbes(
  cluster: ClusterReader,
  { namespace, nameOn }: Probes,
  nodes: readonly string[],
): Promise<readonly KubeletSettings[]> {
  const read = await bounded(nodes, AT_ONCE, (node) =>
    // Whoever asks it for names next is told why it cannot be asked.
    orWhereRefused<readonly KubeletSettings[]>([], async () => {
      const of = { namespace, pod: nameOn(node) }
      const argv = ['cat', '/etc/resolv.conf']
      const { stdout } = await cluster.exec(of, argv, { timeoutMs: PATIENCE_MS })
      const { nameservers, search } = parseResolvConf(Buffer.from(stdout).toString('utf8'))
      const own = `${namespace}.svc.`
      const domain = search.find((one) => one.startsWith(own))?.slice(own.length) ?? ''
      return [{ node, servers: nameservers, domain }]
    }),
  )
  return read.flat()
}
