import assert from 'node:assert/strict'
import type { ExecResult, PodContainer } from '../../lib/ports/cluster.ts'
import { type FakeCluster, fakeCluster, type FakeOptions } from './cluster.ts'
import { answerOf, lookupsOf, noProber, proberOf } from './dns-answers.ts'

/** What the chapter's CoreDNS knows of names. */
export const NAMES = {
  domain: 'cluster.local',
  dnsAddress: '10.32.0.10',
  serviceCIDR: '10.32.0.0/24',
  podCIDR: '10.200.0.0/16',
}

/** What a command in a probe gives. */
export type Exec = (of: PodContainer, argv: readonly string[]) => ExecResult

/** Of a healthy cluster, in a probe without the prober. */
export const byNslookup: Exec = (_of, argv) => lookupsOf(argv, NAMES) ?? noProber(argv)

/** The same in one that has it. */
export const byProber: Exec = (_of, argv) => proberOf(argv, NAMES) ?? assert.fail(argv.join(' '))

/** A healthy cluster with probes, but for what is given otherwise. */
export function probedCluster(otherwise: FakeOptions = {}): FakeCluster {
  return fakeCluster({
    exec: byNslookup,
    ask: (_of, _port, bytes) => answerOf(bytes, NAMES),
    ...otherwise,
  })
}
