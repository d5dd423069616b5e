import { kubectlAt, workloadAt } from '../evidence/cluster-dns.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { undoRollout } from './undo-rollout.ts'

/** Away from an image that does not run here: to the one that a lab's workers have, else to that of the pods that serve still. */
export function otherImage(e: Evidence, container: string): string {
  const { image } = e.wanted
  return image === undefined
    ? undoRollout(
        e,
        `${kubectlAt(e)} edit ${workloadAt(e)}; name an image that the workers can pull, and that fits this Kubernetes`,
      )
    : `${kubectlAt(e)} set image ${workloadAt(e)} ${container}=${image}`
}
