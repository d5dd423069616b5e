import type { PodSeen } from '../core/look-data.ts'
import { listAt, textAt } from '../core/json.ts'
import { type Gathering, map } from './channel.ts'
import { type Evidence, type LogSeen, valueOf } from './evidence.ts'
import { type DnsNames, runsDns } from './cluster-dns.ts'

/** Lines of a log that are read, and pods whose logs are: the newest trouble stands at the end. */
const LINES = 60
const PODS = 4
/** The API server waits for a kubelet that hangs, and so would everybody for the API server. */
const KUBELET_MS = 2_000

/** Current and, after a restart, previous logs of the CoreDNS pods, those that are not ready first. */
export async function logsOf(
  { cluster, ask }: Gathering,
  dns: Promise<DnsNames>,
  listed: Promise<Evidence['pods']>,
): Promise<Evidence['logs']> {
  const [names, pods] = await Promise.all([dns, listed])
  if (!('found' in pods)) return pods
  const chosen = pods.found
    .filter((pod) => runsDns(names, pod) && pod.node !== null && !pod.leaving)
    .toSorted((a, b) => Number(a.ready) - Number(b.ready))
    .slice(0, PODS)
  const wanted = chosen.flatMap((pod) => {
    const restarted = pod.containers.some(({ restarts }) => restarts > 0)
    return [{ pod, previous: false }, ...(restarted ? [{ pod, previous: true }] : [])]
  })
  const logs = await Promise.all(
    wanted.map(async ({ pod, previous }): Promise<readonly LogSeen[]> => {
      const text = await ask(
        () => cluster.logs(containerOf(pod, names), { previous, lines: LINES }),
        { withinMs: KUBELET_MS, of: `logs ${pod.namespace}/${pod.name} ${String(previous)}` },
      )
      const lines = valueOf(text)
        ?.split('\n')
        .filter((line) => line !== '')
      return lines === undefined ? [] : [{ pod: pod.name, previous, lines: [...new Set(lines)] }]
    }),
  )
  return { found: logs.flat() }
}

/** Named only where there are several: a pod's only one needs no name. */
function containerOf({ namespace, name: pod, containers }: PodSeen, { container }: DnsNames) {
  const several = containers.length > 1
  return { namespace, pod, ...(several ? { container } : {}) }
}

/** What the kubelets run with. */
export async function kubeletsOf(
  { cluster, host, ask, scene }: Gathering,
  listed: Promise<Evidence['nodes']>,
): Promise<Evidence['kubelets']> {
  const nodes = await listed
  if (!('found' in nodes)) return nodes
  const asked = nodes.found.map(async ({ name }) => {
    const answer = await ask(() => cluster.kubeletConfig(name), {
      ...{ withinMs: KUBELET_MS, of: `kubelet ${name}` },
    })
    const config = map(answer, (configz) => ({
      clusterDNS: listAt(configz, 'clusterDNS').filter((one) => typeof one === 'string'),
      clusterDomain: textAt(configz, 'clusterDomain') ?? '',
      podCIDR: textAt(configz, 'podCIDR') ?? '',
    }))
    // The files of a lab's hosts are on this machine.
    const file = scene.layout === null ? undefined : textAt(valueOf(answer), 'resolvConf')
    const isGone = file && valueOf(await ask(() => host.readFile(file))) === null
    return { node: name, config, ...(isGone ? { lacks: file } : {}) }
  })
  return { found: await Promise.all(asked) }
}
