import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerSeen, Evidence, LogSeen, PodSeen } from '../../lib/diagnosis/evidence.ts'
import { each } from '../../lib/diagnosis/evidence.ts'

const FOLDER = join(import.meta.dirname, 'fixtures')

/** Recorded on a lab of one controller and two workers that was as it should be. */
export const HEALTHY = read('healthy') as Evidence

/** Names of the recorded faults: `E3-missing-route`, as `verify --evidence FILE` has written them. */
export const RECORDED: readonly string[] = readdirSync(FOLDER)
  .map((file) => file.replace(/\.json$/, ''))
  .filter((name) => name !== 'healthy')

/** The evidence recorded while a fault was on; a channel that its file has not is as it was without. */
export function recorded(name: string): Evidence {
  return but(read(name))
}

/** The healthy evidence with other channels. */
export function but(channels: Partial<Evidence>): Evidence {
  return { ...HEALTHY, ...channels }
}

/** The same, as the step of that name has failed. */
export function failing(step: string, evidence: Evidence, seen: readonly string[] = []): Evidence {
  return { ...evidence, failure: { step, problem: 'it did not come true', seen } }
}

function read(name: string): Partial<Evidence> {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Partial<Evidence>
}

/** The healthy pods, with what is said of those that CoreDNS runs in. */
export function corednsPods(
  pod: Partial<PodSeen>,
  container: Partial<ContainerSeen> = {},
): Pick<Evidence, 'pods'> {
  return {
    pods: {
      found: each(HEALTHY.pods).map((one) =>
        one.labels['k8s-app'] === 'kube-dns'
          ? {
              ...one,
              ...pod,
              containers: one.containers.map((each_) => ({ ...each_, ...container })),
            }
          : one,
      ),
    },
  }
}

/** A CoreDNS that is not ready and has written these lines. */
export function corednsSays(...lines: readonly string[]): Pick<Evidence, 'pods' | 'logs'> {
  const [pod] = each(HEALTHY.pods).filter(({ labels }) => labels['k8s-app'] === 'kube-dns')
  const log: LogSeen = { pod: pod?.name ?? '', previous: false, lines }
  return { ...corednsPods({ ready: false }), logs: { found: [log] } }
}

/** Evidence of a failure that the lab was not brought into: words as upstream's sources and issues have them. */
export interface HandMade {
  readonly code: string
  readonly what: string
  readonly evidence: Evidence
}
