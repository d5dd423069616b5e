import type { ContainerSeen, NameCheck, PodSeen, Refusal } from '../../lib/core/look-data.ts'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Evidence,
  type FailureSeen,
  itemsOf,
  type LogSeen,
} from '../../lib/evidence/evidence.ts'
import { LAYERS } from '../../lib/core/layers.ts'
import { labWorld } from '../fakes/lab-world.ts'
import { stepsOf } from '../laws/scenario.ts'

const STEPS = stepsOf(labWorld())
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
  return { ...evidence, failure: failureOf(step, 'it did not come true', seen) }
}

/** The server would not store an object as it is wanted. */
export function refused(refusal: Refusal): Evidence {
  const failed = failing('apply-manifest', HEALTHY)
  return { ...failed, failure: { ...failed.failure, refusals: [refusal] } }
}

/** A matrix in which one worker gets another answer than it should. */
export function redName(name: Partial<NameCheck>): Pick<Evidence, 'matrix'> {
  const red: NameCheck = {
    ...{ worker: 'causew1', name: 'kubernetes', kind: 'short', ok: false },
    ...{ expected: '10.32.0.1', got: 'NXDOMAIN', ...name },
  }
  return { matrix: { found: { cells: [], names: [red] } } }
}

/** A failure of that step, with what it says of itself. */
export function failureOf(step: string, problem: string, seen: readonly string[]): FailureSeen {
  const found = STEPS.find(({ id }) => id === step)
  if (found === undefined) throw new Error(`there is no step ${step}`)
  return { step, touches: found.touches, examines: found.examines ?? [], problem, seen }
}

function read(name: string): Partial<Evidence> {
  const text = readFileSync(join(FOLDER, `${name}.json`), 'utf8')
  const { failure, ...evidence } = JSON.parse(text) as Partial<Evidence>
  if (failure === undefined) return evidence
  // Older ones do not have what the step touches.
  const step = STEPS.find(({ id }) => id === failure.step)
  const { touches = LAYERS, examines = [] } = step ?? {}
  return { ...evidence, failure: { ...failure, touches, examines } }
}

/** The healthy pods, with what is said of those that CoreDNS runs in. */
export function corednsPods(
  pod: Partial<PodSeen>,
  container: Partial<ContainerSeen> = {},
): Pick<Evidence, 'pods'> {
  return {
    pods: {
      found: itemsOf(HEALTHY.pods).map((one) =>
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
  const [pod] = itemsOf(HEALTHY.pods).filter(({ labels }) => labels['k8s-app'] === 'kube-dns')
  const log: LogSeen = { pod: pod?.name ?? '', previous: false, lines }
  return { ...corednsPods({ ready: false }), logs: { found: [log] } }
}

/** Evidence of a failure that the lab was not brought into: words as upstream's sources and issues have them. */
export interface HandMade {
  readonly code: string
  readonly what: string
  readonly evidence: Evidence
}
