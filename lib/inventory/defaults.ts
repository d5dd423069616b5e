import { at, isObject, type Json, type JsonObject } from '../core/json.ts'
import { prefixOf } from './address.ts'
import { CHAPTER, dnsAddressIn, hostsOn } from './chapter.ts'
import type { Draft } from './draft.ts'
import type { ProblemAt } from './problem.ts'
import { hostNetwork, podNetwork, serviceNetwork } from './schema.ts'

/** The longest prefix that has room for the chapter's numbers of hosts. */
const HOSTS_FIT = 24
/** The longest prefix that has room for a /24 for each of the chapter's workers. */
const PODS_FIT = 22

/**
 * The file's data with everything filled in that it leaves out. A section without any value, as
 * when all its lines are comments, counts as left out. The hosts follow the networks that the file
 * has, as far as these are fine by themselves; hosts that have no room there stay left out.
 */
export function fillDefaults(data: Json): Json {
  if (!isObject(data)) return data
  const network = hostNetwork.catch(CHAPTER.lab.network).parse(at(data, 'lab', 'network'))
  const pods = podNetwork.catch(CHAPTER.cluster.podCIDR).parse(at(data, 'cluster', 'podCIDR'))
  const services = serviceNetwork
    .catch(CHAPTER.cluster.serviceCIDR)
    .parse(at(data, 'cluster', 'serviceCIDR'))
  const { machine, controllers, workers } = hostsOn(network, pods)
  const hostsFit = prefixOf(network) <= HOSTS_FIT
  const workersFit = hostsFit && prefixOf(pods) <= PODS_FIT
  return withDefaults(data, {
    ...CHAPTER,
    lab: {
      ...CHAPTER.lab,
      machine,
      ...(hostsFit ? { controllers } : {}),
      ...(workersFit ? { workers } : {}),
    },
    cluster: { ...CHAPTER.cluster, dnsAddress: dnsAddressIn(services) },
  })
}

function withDefaults(given: JsonObject, defaults: JsonObject): JsonObject {
  const filled: Record<string, Json> = { ...given }
  for (const [key, value] of Object.entries(defaults)) {
    const own = at(given, key)
    if (own === undefined || (own === null && isObject(value))) filled[key] = value
    else if (isObject(own) && isObject(value)) filled[key] = withDefaults(own, value)
  }
  return filled
}

/** What may not be left out, as its default does not go with what `given` says instead. */
export function* checkDefaults(given: Json, draft: Draft): Generator<ProblemAt> {
  yield* sumOfOtherManifest(given)
  yield* hostsThatDoNotFit(given, draft)
}

function* sumOfOtherManifest(given: Json): Generator<ProblemAt> {
  const url = at(given, 'manifest', 'url')
  if (typeof url !== 'string' || url === CHAPTER.manifest.url) return
  if (at(given, 'manifest', 'sha256') !== undefined) return
  yield {
    path: ['manifest', 'url'],
    problem: 'manifest.sha256 is missing, and a different url has a different sum',
    remedy: 'read that manifest, then add sha256: with what sha256sum prints of it',
  }
}

function* hostsThatDoNotFit(given: Json, draft: Draft): Generator<ProblemAt> {
  const { target, network, podCIDR } = draft
  if (target !== 'lab' || network === null || podCIDR === null) return
  const filled = fillDefaults(given)
  const lacks = ['controllers', 'workers'].filter((key) => at(filled, 'lab', key) === undefined)
  if (lacks.length === 0) return
  const missing = lacks.map((key) => `lab.${key}`).join(' and ')
  const narrow = network.value.prefix > HOSTS_FIT ? network : podCIDR
  yield {
    path: narrow.path,
    problem: `${missing} ${lacks.length === 1 ? 'is' : 'are'} missing, and ${narrow.text} is too small for the default`,
    remedy: `list ${missing}, or take a larger network`,
  }
}
