import type { ClusterReader, PodContainer } from '../ports/cluster.ts'
import { askByNslookup } from './ask-by-nslookup.ts'
import { PROBER } from '../ports/prober-commands.ts'
import { askByProber, isMissing } from './ask-by-prober.ts'
import type { Questions, Told } from './asking.ts'

/** Asks from a probe, by its prober where it has one; what was told until `patienceMs` counts. @throws StepError where it cannot be asked */
export async function askFrom(
  cluster: ClusterReader,
  of: PodContainer,
  questions: Questions,
  patienceMs?: number,
): Promise<Told> {
  const told = await askByProber(cluster, of, questions, patienceMs)
  return told ?? askByNslookup(cluster, of, questions, patienceMs)
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
