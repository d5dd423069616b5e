import type { Prove } from '../lib/dns/prove.ts'
import type { Step } from '../lib/ports/step.ts'
import { dnsFromEverywhere } from './prove/dns-from-everywhere.ts'
import { dnsServers } from './prove/dns-servers.ts'
import { dnsService } from './prove/dns-service.ts'
import { proveProbes } from './prove/prove-probes.ts'

/** The proof of any cluster's DNS, whoever has deployed it. */
export function proveSteps(prove: Prove): readonly Step[] {
  return [
    dnsService(prove), // whom pods ask, and who answers there
    dnsServers(prove), // no use in asking servers that are down
    ...(prove.withProbes ? [proveProbes(prove)] : []), // somebody to ask on every node; taken away at the end
    dnsFromEverywhere(prove),
  ]
}
