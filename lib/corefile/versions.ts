/**
 * What of a Corefile is known to which CoreDNS, from 1.6.2 (the chapter's) to 1.14.6. Each row has its source: `notes` are
 * CoreDNS's release notes (notes/ in its module), `code` is the setup.go of each plugin in 1.6.2 and of 1.14.6 compared, and
 * `migration` is the module github.com/coredns/corefile-migration v1.0.36, by which kubeadm upgrades.
 */
type Source = `notes ${string}` | 'code' | 'migration'

/** `1.7.0`: with that version; `>1.6.2`: with one after it that no release notes name. */
type When = string

type Row = readonly [plugin: string, option: string | null, when: When, source: Source]

/** The plugins of 1.6.2 (plugin.cfg of its module). */
const OF_1_6_2 = new Set(
  (
    'any auto autopath azure bind cache cancel chaos debug dnssec dnstap erratic errors etcd federation file forward grpc ' +
    'health hosts import k8s_external kubernetes loadbalance log loop metadata nsid on pprof prometheus ready reload ' +
    'rewrite root route53 secondary template tls trace whoami'
  ).split(' '),
)

/** What came. */
export const CAME: readonly Row[] = [
  ['acl', null, '1.6.4', 'notes 1.6.4'],
  ['bufsize', null, '1.6.6', 'notes 1.6.6'],
  ['clouddns', null, '1.6.3', 'notes 1.6.3'],
  ['dns64', null, '1.7.0', 'notes 1.7.0'],
  ['geoip', null, '1.8.5', 'notes 1.8.5'],
  ['grpc_server', null, '>1.6.2', 'code'],
  ['header', null, '1.8.5', 'notes 1.8.5'],
  ['https', null, '>1.6.2', 'code'],
  ['https3', null, '>1.6.2', 'code'],
  ['local', null, '>1.6.2', 'code'],
  ['minimal', null, '1.8.4', 'notes 1.8.4'],
  ['multisocket', null, '>1.6.2', 'code'],
  ['nomad', null, '>1.6.2', 'code'],
  ['proxyproto', null, '>1.6.2', 'code'],
  ['quic', null, '>1.6.2', 'code'],
  ['sign', null, '1.6.3', 'notes 1.6.3'],
  ['timeouts', null, '1.10.1', 'notes 1.10.1'],
  ['transfer', null, '1.6.5', 'notes 1.6.5'],
  ['tsig', null, '1.9.4', 'notes 1.9.4'],
  ['view', null, '1.10.0', 'notes 1.10.0'],
  ['azure', 'access', '>1.6.2', 'code'],
  ['cache', 'disable', '1.9.4', 'migration'],
  ['cache', 'keepttl', '1.10.1', 'notes 1.10.1'],
  ['cache', 'serve_stale', '1.6.6', 'notes 1.6.6'],
  ['cache', 'servfail', '1.9.4', 'migration'],
  ['dnssec', 'aws_secretsmanager', '1.11.4', 'notes 1.11.4'],
  ['dnstap', 'extra', '>1.6.2', 'code'],
  ['dnstap', 'identity', '1.9.4', 'notes 1.9.4'],
  ['dnstap', 'version', '1.9.4', 'notes 1.9.4'],
  ['errors', 'stacktrace', '1.9.3', 'notes 1.9.3'],
  ['file', 'fallthrough', '1.12.2', 'notes 1.12.2'],
  ['file', 'reload_by_mtime', '>1.6.2', 'code'],
  ['forward', 'doh_method', '>1.6.2', 'code'],
  ['forward', 'failfast_all_unhealthy_upstreams', '1.12.1', 'notes 1.12.1'],
  ['forward', 'failover', '>1.6.2', 'code'],
  ['forward', 'max_age', '1.14.3', 'notes 1.14.3'],
  ['forward', 'max_concurrent', '1.6.8', 'notes 1.6.8'],
  ['forward', 'max_connect_attempts', '>1.6.2', 'code'],
  ['forward', 'max_idle_conns', '>1.6.2', 'code'],
  ['forward', 'next', '1.11.4', 'notes 1.11.4'],
  ['forward', 'next_on_nodata', '>1.6.2', 'code'],
  ['forward', 'read_timeout', '>1.6.2', 'code'],
  ['forward', 'resolver', '>1.6.2', 'code'],
  ['forward', 'source_address', '1.14.6', 'notes 1.14.6'],
  ['grpc', 'fallthrough', '>1.6.2', 'code'],
  ['k8s_external', 'fallthrough', '1.11.0', 'notes 1.11.0'],
  ['k8s_external', 'headless', '1.9.4', 'notes 1.9.4'],
  ['kubernetes', 'apiserver_burst', '>1.6.2', 'code'],
  ['kubernetes', 'apiserver_max_inflight', '>1.6.2', 'code'],
  ['kubernetes', 'apiserver_qps', '>1.6.2', 'code'],
  ['kubernetes', 'multicluster', '1.12.2', 'notes 1.12.2'],
  ['kubernetes', 'startup_timeout', '1.12.3', 'notes 1.12.3'],
  ['loadbalance', 'prefer', '1.12.4', 'notes 1.12.4'],
  ['prometheus', 'runtime_metrics', '>1.6.2', 'code'],
  ['prometheus', 'tls', '>1.6.2', 'code'],
  ['ready', 'monitor', '>1.6.2', 'code'],
  ['route53', 'aws_endpoint', '>1.6.2', 'code'],
  ['secondary', 'catalog', '1.14.5', 'notes 1.14.5'],
  ['secondary', 'fallthrough', '>1.6.2', 'code'],
  ['template', 'ederror', '>1.6.2', 'code'],
  ['tls', 'keylog', '1.14.3', 'notes 1.14.3'],
  ['trace', 'datadog_analytics_rate', '>1.6.2', 'code'],
]

/** What went, with what becomes of it. */
export const WENT: readonly (readonly [...row: Row, becomes: Becomes])[] = [
  ['federation', null, '1.7.0', 'notes 1.7.0', 'nothing'],
  ['proxy', null, '1.5.0', 'notes 1.5.0', 'forward'],
  // No effect for years before: CoreDNS asks itself for the targets of CNAMEs.
  ['kubernetes', 'upstream', '1.7.0', 'notes 1.7.0', 'left out'],
  // 1.6.2 takes it without its value, which nobody gave it without.
  ['kubernetes', 'resyncperiod', '1.6.0', 'notes 1.6.0', 'left out'],
  ['secondary', 'upstream', '>1.6.2', 'code', 'left out'],
  ['auto', 'transfer', '1.8.0', 'notes 1.8.0', 'transfer'],
  ['file', 'transfer', '1.8.0', 'notes 1.8.0', 'transfer'],
  ['kubernetes', 'transfer', '1.8.0', 'notes 1.8.0', 'transfer'],
  // `transfer from` stays.
  ['secondary', 'transfer', '1.8.0', 'notes 1.8.0', 'transfer'],
]

/** `nothing`: it cannot be had any more; `left out`: it had no effect any more. */
type Becomes = 'nothing' | 'left out' | 'forward' | 'transfer'

/** Several `forward` in a server block, which 1.6.2 refuses (release notes 1.9.4, plugin/forward). */
export const SEVERAL_FORWARDS = '1.9.4'

/** Whether CoreDNS of that version is after the change. */
export function isAfter(version: string, when: When): boolean {
  if (when.startsWith('>')) return compare(version, when.slice(1)) > 0
  return compare(version, when) >= 0
}

/** Whether the table can tell of it: it says nothing of what CoreDNS before 1.6.2 refuses, or a later one than 1.14.6. */
export function isInTable(version: string): boolean {
  return compare(version, '1.6.2') >= 0 && compare(version, '1.14.6') <= 0
}

/** Whether CoreDNS has, or had, such a plugin. */
export function isPlugin(name: string): boolean {
  const of = ([plugin, option]: readonly [string, string | null, ...unknown[]]) =>
    plugin === name && option === null
  return OF_1_6_2.has(name) || CAME.some(of) || WENT.some(of)
}

/** As it is told: `since CoreDNS 1.7.0 (its release notes)`. */
export function whenInWords(when: When, source: Source): string {
  const version = when.startsWith('>') ? `a CoreDNS after ${when.slice(1)}` : `CoreDNS ${when}`
  const from: string = {
    notes: `its release notes`,
    code: 'the code of 1.6.2 and 1.14.6',
    migration: 'corefile-migration v1.0.36',
  }[source.startsWith('notes') ? 'notes' : source === 'code' ? 'code' : 'migration']
  return `since ${version} (${from})`
}

function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split('.').map(Number))
  const place = [0, 1, 2].find((i) => a?.[i] !== b?.[i])
  return place === undefined ? 0 : (a?.[place] ?? 0) - (b?.[place] ?? 0)
}
