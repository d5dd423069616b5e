import { at, type JsonObject } from '../core/json.ts'
import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { StepError } from '../core/errors.ts'
import type { HostNetwork } from '../ports/host.ts'
import { settingFile, settingsIn } from '../core/setting-files.ts'
import { PROBE_LABEL, probePodObject, PROBES } from './probe-pods.ts'

/** By this label, beside that of all probes, those on their host's own network are told apart. */
export const ON_HOST = { key: 'network', value: 'host' } as const

/** The name of the pod that looks at a worker's own network. */
export function hostProbeName(worker: string): string {
  return `host-probe-${worker}`.slice(0, 253)
}

/**
 * A pod on its worker's own network, for hosts that cannot be looked at from here: it sees the routes and
 * kernel settings that packets of pods depend on. It runs as nobody, and can change none of them.
 */
export function hostProbeObject(worker: string, image: string): KubeObject {
  const probe = probePodObject(worker, image)
  return {
    ...probe,
    metadata: {
      ...probe.metadata,
      name: hostProbeName(worker),
      labels: { [PROBE_LABEL.key]: PROBE_LABEL.value, [ON_HOST.key]: ON_HOST.value },
    },
    // It asks no names. ClusterFirst would not hold on a host's network, so what does is said.
    spec: { ...(at(probe, 'spec') as JsonObject), hostNetwork: true, dnsPolicy: 'Default' },
  }
}

/** What a probe sees of its host: not the filter, which only root may look at. */
export type SeenFromHost = Pick<HostNetwork, 'routes' | 'settings' | 'mtus'>

const PATIENCE_MS = 3_000

/**
 * Asks the probe on a worker's own network for its routes and for `settings`, named as sysctl names them.
 * @throws StepError where it cannot be asked, or has not the commands `ip` and `grep`
 */
export async function lookFromHost(
  cluster: ClusterReader,
  pod: string,
  settings: readonly string[],
): Promise<SeenFromHost> {
  const ask = async (argv: readonly string[]): Promise<string> => {
    const of = { namespace: PROBES.namespace, pod }
    const { stdout } = await cluster.exec(of, argv, { timeoutMs: PATIENCE_MS })
    return Buffer.from(stdout).toString('utf8')
  }
  const [routes, mtus, values] = await Promise.all([
    ask(['ip', 'route', 'show']).then(routesIn),
    ask(['ip', 'link', 'show']).then(mtusIn),
    // Settings that this kernel does not have are left out, and each line names its file.
    ask(['grep', '-s', '', ...settings.map(settingFile)]),
  ])
  const found = settingsIn(values, settings)
  // An image without these commands tells nothing; it does not tell that nothing is there.
  if (routes.length > 0 && found.size > 0) {
    return { routes, mtus, settings: Object.fromEntries(found) }
  }
  throw new StepError({
    problem: `pod ${pod} does not tell routes and settings of its host`,
    remedy: `kubectl -n ${PROBES.namespace} exec ${pod} -- ip route show`,
  })
}

/** In what `ip link show` prints: `2: eth0@if5: <BROADCAST,UP> mtu 1500 …`. */
export function mtusIn(text: string): NonNullable<SeenFromHost['mtus']> {
  const found = text.matchAll(/^\d+: ([^:@\s]+)[^:]*: <[^>]*> mtu (\d+)/gm)
  return Object.fromEntries([...found].map(([, dev = '', mtu]) => [dev, Number(mtu)]))
}

/** In what `ip route show` prints. What leads to nowhere (`blackhole …`) is none. */
export function routesIn(text: string): SeenFromHost['routes'] {
  return text.split('\n').flatMap((line) => {
    const [, to, rest = ''] = /^(default|\d[\d./]*) (.*)$/.exec(line.trim()) ?? []
    if (to === undefined) return []
    const word = (name: string): string | undefined =>
      new RegExp(String.raw`(?:^| )${name} (\S+)`).exec(rest)?.[1]
    return [{ to, via: word('via') ?? null, dev: word('dev') ?? '' }]
  })
}
