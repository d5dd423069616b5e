import { ETCD_FULL, MAKE_ROOM, NO_ROOM } from '../../core/etcd-space.ts'
import { anyDead, deadOn, isYoung } from '../../evidence/hosts.ts'
import { type ApiServerSeen, type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import { serverBarriers } from '../barriers.ts'
import { type Finding, inferred, onHost, permanent, rule, type Rule, seen, start } from '../rule.ts'
import { allGood, serviceAddress } from './api.ts'
import { notRunning } from './hosts.ts'

/** An API server that is not there for those who ask it. */
export const silentServerRules: readonly Rule[] = [
  rule('B13', 'hosts', 'API server not running', {
    symptom: 'With several controllers some requests fail, seemingly at random; with one all do.',
    proof:
      'A controller lacks the process kube-apiserver, or nothing answers on its port; a filter there counts what it stops.',
    cure: 'Start it; its log says why it had ended. Where a filter keeps everybody off, take that off.',
    find: (e) => [notRunning(e, 'kube-apiserver', 'the API server', share(e)), silentServers(e)],
    ruleOut: (e) => {
      const { length } = itemsOf(e.apiServers)
      if (!allGood(e)) return null
      return length === 1 ? 'the API server answers' : `all ${String(length)} API servers answer`
    },
  }),
  rule('B14', 'hosts', 'etcd member not running', {
    symptom:
      'Nothing fails as long as most members run; with one more down nothing can be written.',
    proof: 'A controller lacks the process etcd.',
    cure: 'Start it; its log says why it had ended.',
    find: (e) =>
      notRunning(
        e,
        'etcd',
        'etcd',
        e.wanted.controllers.length > 2
          ? 'the members that are left must not lose another one'
          : 'no API server can read or write anything',
      ),
    ruleOut: (e) => anyDead(e, 'etcd', 'every etcd runs'),
  }),
  rule('B15', 'hosts', 'No room left in etcd', {
    symptom: 'Everything can be read, and nothing written: "mvcc: database space exceeded".',
    proof: 'etcd’s own words, in its health or in what the API server refuses.',
    cure: 'Compact etcd, defragment it and disarm its alarm; look for what writes so much, or raise its quota.',
    find: (e) => {
      const said = e.failure.seen.find((line) => ETCD_FULL.test(line))
      if (said === undefined) return null
      const ended = e.wanted.target === 'lab' ? '; npx tsx run.ts lab up' : ''
      const [controller] = e.wanted.controllers
      const on = controller?.name || 'a controller'
      return permanent({ cause: NO_ROOM, evidence: said, ...onHost(on, `${MAKE_ROOM}${ended}`) })
    },
  }),
]

/** What one of several that does not answer does to those that ask. */
function share(e: Evidence): string {
  const all = e.wanted.controllers.length
  return all > 1
    ? `about one in ${String(all)} requests of pods to ${serviceAddress(e)} fails`
    : 'nothing can ask the cluster'
}

/** It runs, for all that is known, and nobody answers. On a cluster elsewhere all may be out of reach from here. */
function silentServers(e: Evidence): readonly Finding[] {
  const servers = itemsOf(e.apiServers)
  const reached = servers
    .filter(({ tls }) => ['good', 'bad'].includes(valueOf(tls)?.status ?? ''))
    .map(({ name }) => name)
  if (e.wanted.target !== 'lab' && reached.length === 0) return []
  const dead = deadOn(e, 'kube-apiserver').map(({ host }) => host)
  const isOnlyOne = reached.length > 0 && reached.length === servers.length - 1
  return servers
    .filter(({ name }) => !dead.includes(name))
    .flatMap((server) => unanswered(e, server, isOnlyOne))
}

function unanswered(
  e: Evidence,
  { name, endpoint, tls }: ApiServerSeen,
  isOnlyOne: boolean,
): readonly Finding[] {
  const result = valueOf(tls)
  if (result?.status !== 'unreachable' && result?.status !== 'silent') return []
  const { status, reason } = result
  const refused = reason.startsWith('connect E')
  const filters = status === 'unreachable' ? serverBarriers(e, name, refused) : []
  if (filters.length > 0) {
    return filters.map((one) => asServers(one, name, `${endpoint}: ${reason}`))
  }
  // Silence may only be a machine that is busy, unless all others answer meanwhile, and it had time to start; a
  // refusal that of a restart.
  const silence = isOnlyOne && !isYoung(e, name, 'kube-apiserver') ? permanent : inferred
  const cureOf = refused ? startIt : status === 'silent' ? restartIt : lookAtFilters
  const finding = (refused ? seen : silence)({
    cause: `the API server on ${name} does not answer, so ${share(e)}`,
    evidence: `${endpoint}: ${reason}`,
    subject: name,
    ...cureOf(e, name),
  })
  return [finding]
}

/** What a filter does to an API server that runs. */
function asServers(filter: Finding, name: string, reason: string): Finding {
  return {
    ...filter,
    cause: `nobody reaches the API server on ${name}: ${filter.cause}`,
    evidence: `${reason}; ${filter.evidence}`,
  }
}

type Cure = Pick<Finding, 'cure' | 'on'>

function startIt(e: Evidence, name: string): Cure {
  const cure = start(e, 'kube-apiserver')
  return e.wanted.target === 'lab' ? { cure } : { cure, on: name }
}

/** It is there and hangs. */
function restartIt(e: Evidence, name: string): Cure {
  return e.wanted.target === 'lab'
    ? { cure: `npx tsx run.ts lab restart ${name} kube-apiserver` }
    : { cure: 'systemctl restart kube-apiserver', on: name }
}

/** Not even its host's kernel answers: to restart it would be no use. */
function lookAtFilters(e: Evidence, name: string): Cure {
  return e.wanted.target === 'lab'
    ? { cure: `npx tsx run.ts lab shell ${name} nft list ruleset` }
    : { cure: 'iptables -nvL INPUT; nft list ruleset', on: name }
}
