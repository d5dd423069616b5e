import { dnsOf, runsDns } from '../../evidence/cluster-dns.ts'
import type { PodSeen } from '../../core/look-data.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { type Contained, containers, podSubject, waitingLine } from '../../evidence/pods.ts'
import { otherImage } from '../other-image.ts'
import { permanent, rule, type Rule, seen } from '../rule.ts'

/** Of A what is about the image of a container. */
export const imageRules: readonly Rule[] = [
  rule('A6', 'pods', 'Image not available', {
    symptom: 'Pods stay in ImagePullBackOff, ErrImagePull, InvalidImageName or ErrImageNeverPull.',
    proof: 'The reason and message of the waiting container.',
    cure: 'Name an image that the workers can pull, or import it.',
    find: (e) =>
      containers(e).map((one) => {
        const why = whyNot(one, e)
        if (why === null) return null
        return (why.forGood ? permanent : seen)({
          cause: `the image ${one.image} is not available: ${why.words}`,
          ...about(e, one),
        })
      }),
    ruleOut: (e) => (allStarted(e) ? 'every container has its image' : null),
  }),
  rule('A7', 'pods', 'Registry rate limit', {
    symptom: 'Pods stay in ImagePullBackOff, though the image was pulled before.',
    proof: 'The message of the waiting container has the registry’s answer `toomanyrequests`.',
    cure: 'Wait, log in to the registry, or use a mirror.',
    find: (e) =>
      pulled(e, RATE_LIMIT).map((one) =>
        seen({
          cause: `the registry's rate limit is used up, so ${one.image} cannot be pulled for a while`,
          ...about(e, one),
          cure: loggedIn(one.pod),
        }),
      ),
  }),
  rule('A8', 'pods', 'Image format too old', {
    symptom: 'Pods stay in ImagePullBackOff with a new containerd (2.1 or later).',
    proof: 'The message of the waiting container: containerd no longer supports the format.',
    cure: 'Name a newer build of the image.',
    find: (e) =>
      pulled(e, OLD_IMAGE).map((one) =>
        permanent({
          cause: `the image ${one.image} has a format so old that containerd no longer reads it`,
          ...about(e, one),
        }),
      ),
  }),
]

/** As kubernetes.io, "Pull an Image from a Private Registry": who logs in may pull more. */
function loggedIn({ namespace, name }: PodSeen): string {
  const at = `kubectl -n ${namespace}`
  return [
    `${at} create secret docker-registry hub --docker-username=USER --docker-password=TOKEN`,
    `${at} patch serviceaccount "$(${at} get pod ${name} -o jsonpath={.spec.serviceAccountName})" -p '{"imagePullSecrets":[{"name":"hub"}]}'`,
    `${at} delete pod ${name}`,
  ].join(' && ')
}

const RATE_LIMIT = /\btoomanyrequests: /
/** containerd's, from 2.1 on. */
const OLD_IMAGE = /\bmanifest\.v1\+prettyjws" is no longer supported\b/
const PULLS = ['ErrImagePull', 'ImagePullBackOff']

/** Containers whose image does not come, with these words. */
function pulled(e: Evidence, words: RegExp): readonly Contained[] {
  return containers(e).filter(
    ({ waiting }) =>
      waiting !== null && PULLS.includes(waiting.reason) && words.test(waiting.message),
  )
}

function allStarted(e: Evidence): boolean {
  const all = containers(e)
  return all.length > 0 && all.every(({ waiting }) => waiting === null)
}

/** The kubelet's reasons that no waiting heals. */
const NEVER = ['InvalidImageName', 'ErrImageNeverPull']
/** What a registry says of an image that it does not have, or does not show. */
const ABSENT =
  /\b(?:not found|NotFound|pull access denied|manifest unknown|no match for platform in manifest)\b/

/** What containerd says at the end of its message, behind the names of all that it has tried. */
function saidOf(message: string): string {
  const [, said] =
    /(?:failed to (?:resolve|do|copy|pull)[^:]*|desc = [^:]*): ([^:]+(?:: [^:]+){0,2})$/.exec(
      message,
    ) ?? []
  return said === undefined ? '' : `: ${said}`
}

/** Why an image does not come; null where the container does not wait for one, or another rule says why. */
function whyNot(
  { waiting }: Contained,
  { wanted }: Evidence,
): { readonly words: string; readonly forGood: boolean } | null {
  const { reason = '', message = '' } = waiting ?? {}
  if (RATE_LIMIT.test(message) || OLD_IMAGE.test(message)) return null
  const forGood = true
  if (NEVER.includes(reason)) return { words: 'the name is not one that can be pulled', forGood }
  if (!PULLS.includes(reason)) return null
  if (ABSENT.test(message)) return { words: 'its registry does not have it', forGood }
  // The lab's workers reach no registry: what was not brought to them never comes.
  return wanted.target === 'lab' && reason === 'ImagePullBackOff'
    ? { words: 'it was not brought to the workers, which reach no registry', forGood }
    : { words: `its registry cannot be asked${saidOf(message)}`, forGood: false }
}

/** The Deployment's image is the one to change; a pod by itself can only be made again. */
function about(e: Evidence, one: Contained) {
  return { evidence: waitingLine(one), subject: podSubject(one.pod), cure: cureOf(e, one) }
}

function cureOf(e: Evidence, { pod, name, image }: Contained): string {
  if (!runsDns(dnsOf(e), pod)) {
    return `kubectl -n ${pod.namespace} describe pod ${pod.name}; then name an image that can be pulled in probe.image of inventory.yaml`
  }
  // A run brings it to the workers of a lab.
  return image === e.wanted.image ? 'npx tsx run.ts' : otherImage(e, name)
}
