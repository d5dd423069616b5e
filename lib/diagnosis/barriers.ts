import { type BarrierSeen, type Evidence, itemsOf } from '../evidence/evidence.ts'
import { cutOffDaemon, isLocal } from '../evidence/daemon-filters.ts'
import { corednsPods, warningsOf } from '../evidence/pods.ts'
import { type Finding, inferred, onHost, permanent } from './rule.ts'

/** How sure it is that a rule of a filter stops what is lost. */
type Guilt = 'counted' | 'possible'

/** Of the questions asked meanwhile, a rule that stops one kind of them counts at least so many. */
const SHARE = 0.5

/**
 * Counted: what rose by what was asked and lost; a policy for all that is forwarded, which counts nothing in nftables; and
 * on a host whose kubelet or other daemon is not reached, what has stopped its own packets, or names that daemon's port
 * and counts nothing. Possible: what has stopped packets while nobody could ask.
 */
function guiltOf(one: BarrierSeen, { asked, cutOff, lets }: Looked): Guilt | null {
  const { rule, stopped, rose } = one
  if (rose !== null && rose >= Math.max(1, asked * SHARE)) return 'counted'
  // The connections of others that are broken anyway.
  if (/\binvalid\b/i.test(rule)) return null
  if (stopped === null) return uncounted(one, cutOff, lets)
  if (stopped === 0) return null
  if (cutOff && isLocal(one)) return 'counted'
  return rose !== null && asked > 0 ? null : 'possible'
}

/** Of one that counts nothing. */
function uncounted(one: BarrierSeen, cutOff: boolean, lets: boolean): Guilt | null {
  if (cutOff) return cutOffDaemon(one) === null ? 'possible' : 'counted'
  if (!isPolicy(one.rule)) return isOfOtherPorts(one.rule) ? null : 'possible'
  if (!one.from.includes('FORWARD')) return 'possible'
  // Rules before it accept what pods send to pods.
  return lets ? null : 'counted'
}

/** It names ports, and none that DNS or a probe of CoreDNS has to do with. */
function isOfOtherPorts(rule: string): boolean {
  const [, ports] = /\b[ds]port (\d+|\{[\d, ]+\}) /.exec(rule) ?? []
  return ports !== undefined && !/\b(?:53|8080|8181|9153)\b/.test(ports)
}

type Looked = {
  readonly asked: number
  /** Nobody reaches what runs on the host. */
  readonly cutOff: boolean
  /** Pods of the host get answers of CoreDNS pods. */
  readonly lets: boolean
}

function isPolicy(rule: string): boolean {
  return /^-P |^policy /.test(rule)
}

/** The rules of a lab's filters that stop what is lost, where it is known that they do, else where they may. */
export function barriers(e: Evidence): readonly Finding[] {
  return guilty(e, (_, one) => cutOffDaemon(one) === null)
}

/** The same of those that keep the API servers from a kubelet, which has not told its configuration, and nobody from DNS. */
export function kubeletBarriers(e: Evidence): readonly Finding[] {
  const tells = (host: string): boolean =>
    itemsOf(e.kubelets).some(({ node, config }) => node === host && 'found' in config)
  return guilty(e, (host, one) => cutOffDaemon(one) === 'kubelet' && !tells(host))
}

/** The same of those that keep everybody from the API server of a host. `refused`: it is not silent, but refuses. */
export function serverBarriers(e: Evidence, host: string, refused: boolean): readonly Finding[] {
  const stopsAll = ({ from, rule }: BarrierSeen): boolean =>
    from.includes('INPUT') && !/\bports?\b|\b[ds]ports?\b/.test(rule)
  return guilty(
    e,
    (of, one) =>
      of === host &&
      /reject/i.test(one.rule) === refused &&
      (cutOffDaemon(one) === 'kube-apiserver' || stopsAll(one)),
    host,
  )
}

function guilty(
  e: Evidence,
  isOf: (host: string, one: BarrierSeen) => boolean,
  unreached?: string,
): readonly Finding[] {
  const all = itemsOf(e.filters).flatMap(({ host, asked, lets = false, barriers: found }) =>
    found
      .filter((one) => isOf(host, one))
      .flatMap((one) => {
        const cutOff = host === unreached || isUnprobed(e, host)
        const guilt = guiltOf(one, { asked, cutOff, lets })
        return guilt === null ? [] : [{ guilt, finding: findingOf(host, one, guilt, asked) }]
      }),
  )
  const counted = all.filter(({ guilt }) => guilt === 'counted')
  return (counted.length > 0 ? counted : all).map(({ finding }) => finding)
}

/** A host's kubelet gets no answer from its CoreDNS pod, or the API server none from it. */
function isUnprobed(e: Evidence, host: string): boolean {
  const unreached = itemsOf(e.kubelets).some(
    ({ node, config }) =>
      node === host && 'notLooked' in config && /:10250\b/.test(config.notLooked),
  )
  if (unreached) return true
  return corednsPods(e).some(
    (pod) =>
      pod.node === host &&
      !pod.ready &&
      warningsOf(e, pod).some(({ message }) =>
        /^(?:Liveness|Readiness) probe failed: /.test(message),
      ),
  )
}

/** What lists all rules of a host that stop packets, of every backend and table. */
export const LIST_FILTERS =
  "{ iptables-save -c; iptables-legacy-save -c; nft list ruleset; } | grep -iE '^[*]|table|chain|hook|^:.* DROP|drop|reject|queue|dnat|redirect'"

function findingOf(host: string, one: BarrierSeen, guilt: Guilt, asked: number): Finding {
  const { tool, table, chain, from, rule, undo, stopped, rose } = one
  const through = from.includes(chain) ? '' : `, which ${from.join(' and ')} leads to`
  const list = tool === 'nft' ? `nft list table ${table}` : `${tool}-save -c -t ${table}`
  const meanwhile = asked === 0 ? 'it was watched' : `each server was asked ${String(asked)} times`
  const counted = [
    ...(stopped === null ? [] : [`it has stopped ${String(stopped)} packets`]),
    ...(rose === null ? [] : [`${String(rose)} of them while ${meanwhile}`]),
  ]
  return (guilt === 'counted' ? permanent : inferred)({
    cause: `the filter of ${host} ${doesWhat(rule)}: ${isPolicy(rule) ? 'the policy' : 'a rule'} of chain ${chain}${through}, in table ${table} of ${tool}`,
    evidence: [`${list} on ${host}: ${rule}`, ...counted].join('; '),
    ...onHost(host, undo),
  })
}

function doesWhat(rule: string): string {
  if (/\b(?:DNAT|REDIRECT|TPROXY)\b/i.test(rule)) return 'leads queries to another server'
  if (/ (?:-j NF)?QUEUE\b/i.test(rule)) return 'hands packets to a program, which drops them'
  return /reject/i.test(rule) ? 'refuses packets' : 'drops packets'
}

/**
 * Why no filter is to blame, where all tables of all backends were read on every worker of a lab; where one
 * could not be read, that is said too.
 */
export function noBarrier(e: Evidence): string | null {
  const seen = itemsOf(e.filters)
  const workers = e.wanted.workers.map(({ name }) => name)
  const all = workers.map((name) => seen.find(({ host }) => host === name))
  if (all.length === 0 || all.some((one) => one?.read.includes('iptables') !== true)) return null
  if (seen.some(({ barriers: found }) => found.length > 0)) return null
  const unread = (['iptables-legacy', 'nft'] as const).filter((tool) =>
    all.some((one) => one?.read.includes(tool) !== true),
  )
  if (unread.length === 0) return 'no filter of a worker drops packets, in any table'
  return `no table of iptables drops packets on a worker (those of ${unread.join(' and ')} could not be read)`
}
