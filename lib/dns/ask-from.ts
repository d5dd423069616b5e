import type { ClusterReader, PodContainer } from '../ports/cluster.ts'
import { askByNslookup } from './nslookup/ask-by-nslookup.ts'
import { PROBER, type ProberPath, PUT_PROBER } from '../ports/prober-commands.ts'
import { askByProber, isMissing } from './ask-by-prober.ts'
import type { Questions, Told } from './asking.ts'
import type { ProberSupply } from './prober-supply.ts'

/** A pod to ask from, the node that it stands on, and who may put the prober into it. */
export type AskedPod = PodContainer & {
  readonly node: string
  readonly supply?: ProberSupply | undefined
}

/** Where a pod may have the prober: put there, where it has a place for that, or in its image. */
export function placesOf(supply: ProberSupply | undefined): readonly ProberPath[] {
  return supply === undefined ? [PROBER] : [PUT_PROBER, PROBER]
}

/**
 * Asks from a probe, by its prober where it has one or can be given one, else by nslookup, which measures no times; what
 * was told until `patienceMs` counts. @throws StepError where it cannot be asked
 */
export async function askFrom(
  cluster: ClusterReader,
  { node, supply, ...of }: AskedPod,
  questions: Questions,
  patienceMs?: number,
): Promise<Told> {
  for (const prober of placesOf(supply)) {
    const told = await askByProber(cluster, { ...of, prober }, questions, patienceMs)
    if (told !== null) return told
  }
  if (supply === undefined) return askByNslookup(cluster, of, questions, patienceMs)
  const because = await supply.put(of, node)
  const put = { ...of, prober: PUT_PROBER } as const
  const told = because === null ? await askByProber(cluster, put, questions, patienceMs) : null
  if (told !== null) return told
  supply.unmeasured(node, because ?? 'the prober was gone right after it was put there')
  return askByNslookup(cluster, of, questions, patienceMs)
}

const READ_MS = 4_000

/** The resolv.conf of a pod that has `cat`, or the prober. @throws StepError where it cannot be asked */
export async function resolvConfOf(cluster: ClusterReader, of: PodContainer): Promise<string> {
  const read = async (argv: readonly string[]): Promise<string> => {
    const { stdout } = await cluster.exec(of, argv, { timeoutMs: READ_MS })
    return Buffer.from(stdout).toString('utf8')
  }
  try {
    return await read([PROBER, 'conf'])
  } catch (error) {
    if (!isMissing(error)) throw error
    return read(['cat', '/etc/resolv.conf'])
  }
}
