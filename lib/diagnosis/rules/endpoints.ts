import { endpointsOf, type Evidence } from '../../evidence/evidence.ts'
import { dnsOf, kubectlAt } from '../../evidence/cluster-dns.ts'
import { isLost, type Path, pathLine, pathsOf } from '../../evidence/paths.ts'
import { corednsPods, podSubject, probes } from '../../evidence/pods.ts'
import {
  countsOf,
  allAnswer,
  type DeadEndpoint,
  deadEndpoints,
  isSilentWithin,
  workersWithEndpoint,
} from '../../evidence/service-ways.ts'
import { dnsService, dnsServiceName } from '../../evidence/serving.ts'
import { type Finding, inferred, permanent, rule, type Rule } from '../rule.ts'
import { starvedIn } from './processor.ts'

/** Of D whom the Service leads to, and whom it keeps from them. */
export const endpointRules: readonly Rule[] = [
  rule('D6', 'service', 'Endpoint where nobody answers', {
    symptom:
      'Of the lookups from every worker a part times out, about as many as the Service has endpoints that are dead.',
    proof:
      'An endpoint of the Service answers no worker; an EndpointSlice names it that no selector has made, or not even from within its pod an answer comes.',
    cure: 'Delete that EndpointSlice, or take the address out of it or of the Endpoints that it mirrors; delete a pod that hangs.',
    find: (e) =>
      deadEndpoints(e)
        .filter(({ wrong }) => wrong.length === 0)
        .map((one) => madeByHand(e, one) ?? hanging(e, one)),
    ruleOut: (e) => (allAnswer(e) ? `each server that ${dnsOf(e).service} leads to answers` : null),
  }),
  rule('D18', 'service', 'Service led to servers of its own worker alone', {
    symptom: 'Lookups time out from each worker that has no CoreDNS pod, and work from the others.',
    proof:
      'internalTrafficPolicy of the Service is Local, and a worker has no ready endpoint of it.',
    cure: 'Set internalTrafficPolicy to Cluster, or run a CoreDNS pod on every worker.',
    find: ledToNobody,
  }),
]

/** Whoever made the slice, the pods behind the selector are not concerned. */
function madeByHand(e: Evidence, one: DeadEndpoint): Finding | null {
  const { address } = one.target
  const service = dnsService(e)
  const slices = endpointsOf(e.endpoints, dnsServiceName(e))?.foreign ?? []
  const slice = slices.find(({ ready }) => ready.includes(address))
  if (service === undefined || slice === undefined || podAt(e, one) !== undefined) return null
  const dead = deadEndpoints(e).map(({ target }) => target.address)
  const allDead = slice.ready.every((each) => dead.includes(each))
  const [object, what] =
    slice.mirrored === true
      ? [`endpoints/${service.name}`, `Endpoints ${service.name}`]
      : [`endpointslice/${slice.name}`, `EndpointSlice ${slice.name}`]
  const verb = allDead && slice.mirrored !== true ? 'delete' : 'edit'
  const how = verb === 'delete' ? '' : `; take ${address} out of it`
  return permanent({
    cause: `the Service ${service.name} leads to ${address} as well, which ${what} names and where nobody answers`,
    evidence: `${object}: ${slice.ready.join(', ')}; ${countsOf(one)}`,
    subject: object,
    cure: `${kubectlAt(e)} ${verb} ${object}${how}`,
  })
}

/** It is ready until its probes have failed often enough. */
function hanging(e: Evidence, dead: DeadEndpoint): Finding | null {
  const pod = podAt(e, dead)
  if (pod === undefined || !pod.ready || !isSilentWithin(e, dead)) return null
  // Where none answers in time, all may only be slow: a busy machine, or a limit.
  if (!othersAnswer(e) || starvedIn(pod) !== undefined) return null
  return inferred({
    cause: `CoreDNS in pod ${pod.name} on ${pod.node ?? '?'} runs and answers nobody, not even from within its pod, and the Service ${dnsOf(e).service} leads to it: it hangs`,
    evidence: `pod ${pod.name} is Ready; ${countsOf(dead)}; from within: none`,
    subject: podSubject(pod),
    cure: `${kubectlAt(e)} delete pod ${pod.name}`,
  })
}

function othersAnswer(e: Evidence): boolean {
  return pathsOf(e).some(({ direct }) => direct.some(({ answered }) => answered > 0))
}

function podAt(e: Evidence, { target }: DeadEndpoint) {
  return corednsPods(e).find(({ ip }) => ip === target.address)
}

/** By what was measured; where nothing was, by where those who ask are. */
function ledToNobody(e: Evidence): readonly Finding[] {
  const service = dnsService(e)
  const own = workersWithEndpoint(e)
  if (service?.local !== true || own === null || own.size === 0) return []
  const state = `service ${service.name}: internalTrafficPolicy Local; endpoints on ${[...own].toSorted().join(', ')}`
  return lostWays(e)
    .filter(({ worker }) => !own.has(worker))
    .map(({ worker, path }) =>
      permanent({
        cause: `internalTrafficPolicy of service ${service.name} is Local, and it has no endpoint on ${worker}: pods there are led to nobody`,
        evidence: [state, ...(path === undefined ? [] : [pathLine(path)])].join('; '),
        subject: `service/${service.name}`,
        cure: `${kubectlAt(e)} patch service ${service.name} -p '{"spec":{"internalTrafficPolicy":"Cluster"}}'`,
      }),
    )
}

type Way = { readonly worker: string; readonly path?: Path }

function lostWays(e: Evidence): readonly Way[] {
  const measured = pathsOf(e)
  if (measured.length > 0) {
    return measured.flatMap(({ worker, service }) =>
      service.filter(isLost).map((path) => ({ worker, path })),
    )
  }
  const { touches } = e.failure
  if (!touches.includes('client') || !touches.includes('network')) return []
  const workers = probes(e).flatMap(({ node }) => node ?? [])
  return [...new Set(workers)].map((worker) => ({ worker }))
}
