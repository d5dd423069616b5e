import { endpointsOf, type Evidence, itemsOf, type ServiceSeen } from '../../evidence/evidence.ts'
import { refusalInWords } from '../../core/look-data.ts'
import { labelsText, selects } from '../../dns/roles.ts'
import { applyAgain, dnsOf, isChapters, kubectlAt } from '../../evidence/cluster-dns.ts'
import { SETTINGS } from '../../evidence/gather-hosts.ts'
import { anyDead, deadOn, networks, settingOn } from '../../evidence/hosts.ts'
import { corednsPods, strangerAt } from '../../evidence/pods.ts'
import { pathLine, type Paths } from '../../evidence/paths.ts'
import { type Finding, inferred, onHost, permanent, rule, type Rule, seen } from '../rule.ts'
import { notRunning } from './hosts.ts'
import { losesItsOwn, pastTheService } from './matrix.ts'
import {
  dnsService,
  dnsServiceName,
  hasAddress,
  portsText,
  servesNow,
} from '../../evidence/serving.ts'
import { addressHeld, fieldFixed } from './what-stands.ts'

/** D. The Service before CoreDNS. */
export const serviceRules: readonly Rule[] = [
  rule('D1', 'objects', 'Service address taken', {
    symptom: 'The Service kube-dns is refused: "provided IP is already allocated".',
    proof: 'Another Service has the address that kube-dns is to have.',
    cure: 'Free the address if it serves nobody; otherwise give kube-dns another one.',
    find: (e) => {
      const dns = dnsService(e)
      const refused = (e.failure.refusals ?? []).find(({ message }) => ALLOCATED.test(message))
      const holder = itemsOf(e.services).find(
        (one) =>
          one.clusterIP === e.wanted.dnsAddress &&
          (one !== dns || (refused !== undefined && refused.object !== `service/${one.name}`)),
      )
      return holder === undefined ? null : addressHeld(e, holder)
    },
    ruleOut: (e) =>
      dnsService(e)?.clusterIP === e.wanted.dnsAddress
        ? `${dnsOf(e).service} has ${e.wanted.dnsAddress}`
        : null,
  }),
  rule('D2', 'objects', 'Service address out of range', {
    symptom: 'The Service kube-dns is refused: "provided IP is not in the valid range".',
    proof: 'The API server’s refusal, which names the valid range.',
    cure: 'Choose an address of that range, in the manifest and in clusterDNS of every kubelet.',
    find: (e) =>
      (e.failure.refusals ?? []).flatMap((refusal) => {
        const range = RANGE.exec(refusal.message)?.[1]
        if (range === undefined || !refusal.object.startsWith('service/')) return []
        return permanent({
          cause: `${e.wanted.dnsAddress} is none of this cluster's Service addresses, which are ${range}`,
          evidence: refusalInWords(refusal),
          subject: refusal.object,
          cure: `name an address of ${range} in the manifest, and in clusterDNS of every kubelet`,
        })
      }),
  }),
  rule('D3', 'objects', 'Immutable field differs', {
    symptom: 'An object is refused: "field is immutable" or "may not change once set".',
    proof: 'The API server’s refusal, which names the object and the field.',
    cure: 'Change the manifest to the value that is there; recreate the object only if it serves nobody.',
    find: (e) =>
      (e.failure.refusals ?? []).flatMap((refusal) => {
        const { object, field, message } = refusal
        if (field === undefined || !IMMUTABLE.test(message)) return []
        return permanent({
          cause: `${object} is there with another .${field}, which can never be changed`,
          evidence: refusalInWords(refusal),
          subject: object,
          cure: fieldFixed(e, object, field),
        })
      }),
  }),
  rule('D4', 'service', 'Selector without match', {
    symptom: 'Lookups are refused or time out: kube-dns has no endpoints, though CoreDNS is ready.',
    proof: 'No CoreDNS pod has the labels that the Service selects.',
    cure: 'Let the Service select the labels of the CoreDNS pods.',
    find: (e) => {
      const service = dnsService(e)
      const pods = corednsPods(e)
      if (service === undefined || pods.length === 0) return null
      if (pods.some(({ labels }) => selects(service.selector, labels))) return null
      // Led to other pods, which serve: by whoever made it so, and nothing to write over.
      if (servesNow(e, service) !== 'nothing') return null
      const selector = labelsText(service.selector) || 'nothing'
      return permanent({
        cause: `service ${service.name} selects ${selector}, and no CoreDNS pod has these labels`,
        evidence: `service ${service.name}: selector ${selector}; pods: ${labelsText(dnsOf(e).labels) || 'nothing'}; endpoints: ${dnsReady(e).join(', ') || 'none'}`,
        subject: `service/${service.name}`,
        // Whoever has changed it owns the field, and to apply the manifest would be refused.
        cure: `${kubectlAt(e)} patch service ${service.name} --type=json -p '${JSON.stringify([{ op: 'replace', path: '/spec/selector', value: dnsOf(e).labels }])}'`,
      })
    },
    ruleOut: (e) => {
      const service = dnsService(e)
      if (service === undefined || !hasAddress(service)) return null
      const own = dnsReady(e).filter((address) => strangerAt(e, address) === undefined)
      return own.length > 0 ? `${service.name} leads to ${own.join(' and ')}` : null
    },
  }),
  rule('D5', 'service', 'Port 53 missing', {
    symptom: 'Lookups fail by UDP or by TCP, from everywhere.',
    proof: 'The Service kube-dns has no port 53 for one of the protocols.',
    cure: 'Apply the manifest’s Service again.',
    find: (e) => {
      const service = dnsService(e)
      if (service === undefined) return null
      const missing = ['UDP', 'TCP'].filter((protocol) =>
        service.ports.every((one) => one.port !== 53 || one.protocol !== protocol),
      )
      if (missing.length === 0) return null
      return permanent({
        cause: `service ${service.name} has no port 53 for ${missing.join(' and ')}`,
        evidence: `service ${service.name}: ports ${portsText(service)}`,
        ...serviceCure(e, service, `let its ports have 53 for ${missing.join(' and ')}`),
      })
    },
  }),
  rule('D20', 'objects', 'Service without address', {
    symptom: 'Lookups time out from everywhere, while the CoreDNS pods are ready.',
    proof: 'The Service kube-dns has no ClusterIP: it is headless, or of type ExternalName.',
    cure: 'Make the Service again, with the address that pods ask.',
    find: (e) => {
      const service = dnsService(e)
      if (service === undefined || hasAddress(service)) return null
      const { name } = service
      const again = isChapters(e)
        ? 'npx tsx run.ts --only apply-manifest'
        : `make it again with clusterIP ${e.wanted.dnsAddress}`
      return permanent({
        cause: `service ${name} has no address of its own, and pods ask ${e.wanted.dnsAddress}`,
        evidence: `service ${name}: clusterIP ${service.clusterIP || 'none'}`,
        subject: `service/${name}`,
        // It leads nobody anywhere, and what it is cannot be changed in place.
        cure: `${kubectlAt(e)} delete service ${name}; ${again}`,
      })
    },
  }),
  rule('D7', 'hosts', 'kube-proxy not running', {
    symptom: 'Pods of a worker reach each CoreDNS pod at its own address, but not the Service.',
    proof: 'The host lacks the process kube-proxy; or only the Service’s answers are lost there.',
    cure: 'Start kube-proxy; its log says why it had ended.',
    find: (e) => [
      notRunning(e, 'kube-proxy', 'kube-proxy', 'Services lead where they led when it ended'),
      pastTheService(e).map((paths) => {
        const dead = deadOn(e, 'kube-proxy').some(({ host }) => host === paths.worker)
        if (losesItsOwn(paths) || dead || leadsNowhere(e)) return null
        return inferred({
          layer: 'service',
          cause: `pods on ${paths.worker} reach every CoreDNS pod by its own address and not the Service: kube-proxy there ${'found' in e.hosts ? '' : 'does not run, or '}cannot keep its rules`,
          evidence: paths.service.map(pathLine).join('; '),
          ...restarted(e, paths.worker),
        })
      }),
    ],
    ruleOut: (e) => anyDead(e, 'kube-proxy', 'kube-proxy runs on every worker'),
  }),
  rule('D9', 'service', 'br_netfilter not loaded', {
    symptom: 'Lookups time out now and then from workers that run a CoreDNS pod themselves.',
    proof:
      'bridge-nf-call-iptables is not 1; or only answers of the worker’s own CoreDNS pod are lost.',
    cure: 'Load br_netfilter and set net.bridge.bridge-nf-call-iptables to 1, also in /etc.',
    find: (e) => [
      bridgeOff(e),
      pastTheService(e).map((paths) => (losesItsOwn(paths) ? bypassing(e, paths) : null)),
    ],
    ruleOut: (e) => (networks(e, 'worker').length > 0 ? 'bridged packets pass kube-proxy' : null),
  }),
]

/** The API server's own words. */
const RANGE = /provided IP is not in the valid range\. The range of valid IPs is (\d\S+\/\d+)$/
const ALLOCATED = /provided IP is already allocated/
const IMMUTABLE = /(?:field is immutable|may not change once set|cannot change roleRef)$/

/** It may hang, and writes all its rules when it starts. */
function restarted(e: Evidence, worker: string): Pick<Finding, 'subject' | 'on' | 'cure'> {
  return e.wanted.target === 'lab'
    ? { subject: worker, cure: `npx tsx run.ts lab restart ${worker} kube-proxy` }
    : onHost(worker, 'journalctl -u kube-proxy -n 20; systemctl restart kube-proxy')
}

/** There is nothing behind its Service that a kube-proxy could lead to. */
function leadsNowhere(e: Evidence): boolean {
  return 'found' in e.endpoints && dnsReady(e).length === 0
}

/** What the Service of cluster DNS leads to. */
function dnsReady(e: Evidence): readonly string[] {
  return endpointsOf(e.endpoints, dnsServiceName(e))?.ready ?? []
}

function serviceCure(e: Evidence, { namespace, name }: ServiceSeen, how: string) {
  const edit = `kubectl -n ${namespace} edit service ${name}; ${how}`
  return { subject: `service/${name}`, cure: applyAgain(e, edit) }
}

/** The setting is there only once the module is loaded. */
function filterBridges(value: string | null | undefined): string {
  const set = `sysctl -w ${SETTINGS.bridge}=1`
  return value == null ? `modprobe br_netfilter; ${set}` : set
}

function bridgeLine(worker: string, value: string | null | undefined): string {
  return `${worker}: ${SETTINGS.bridge} = ${value ?? 'absent: br_netfilter is not loaded'}`
}

function bridgeOff(e: Evidence): readonly Finding[] {
  return networks(e, 'worker').flatMap(({ host, network }) => {
    const value = network.settings[SETTINGS.bridge]
    if (value === '1') return []
    return permanent({
      cause: `on ${host} answers from a pod of the same worker bypass kube-proxy, and come from an address that was not asked`,
      evidence: bridgeLine(host, value),
      ...onHost(host, filterBridges(value)),
    })
  })
}

/** What the worker's kernel says of it goes before what is lost; it may say that it is not this. */
function bypassing(e: Evidence, { worker, service }: Paths): Finding | null {
  const value = settingOn(e, worker, SETTINGS.bridge)
  // A lab's hosts tell the thing itself.
  if (value === '1' || networks(e, 'worker').some(({ host }) => host === worker)) return null
  const known = value === undefined ? [] : [bridgeLine(worker, value)]
  return (known.length > 0 ? seen : inferred)({
    cause: `pods on ${worker} lose the Service's answers from a CoreDNS pod of the same worker: those bypass kube-proxy, and come from an address that was not asked`,
    evidence: [...known, ...service.map(pathLine)].join('; '),
    ...onHost(worker, filterBridges(value)),
  })
}
