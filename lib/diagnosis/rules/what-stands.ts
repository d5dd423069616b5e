import type { Evidence, ServiceSeen } from '../../evidence/evidence.ts'
import { dnsOf, kubectlAt } from '../../evidence/cluster-dns.ts'
import { type Finding, permanent, seen } from '../rule.ts'
import { mayServe, portsText, servesNow } from '../../evidence/serving.ts'

/** Another Service has the address that kube-dns is to have. What serves is never to be deleted. */
export function addressHeld(e: Evidence, holder: ServiceSeen): Finding {
  const { namespace, name, clusterIP, owner, balanced } = holder
  const whose = `service ${namespace}/${name}${owner === undefined ? '' : ` (${owner})`}`
  const serves = servesNow(e, holder)
  const found = typeof serves === 'string' ? [] : serves.ready
  const endpoints =
    serves === 'unknown'
      ? 'endpoints not looked at'
      : `ready endpoints ${found.join(', ') || 'none'}`
  const look = `kubectl -n ${namespace} describe service ${name}`
  const common = {
    evidence: `service ${namespace}/${name}: clusterIP ${clusterIP}, port ${portsText(holder)}, ${endpoints}`,
    subject: `service/${name}`,
  }
  const cannot = `the address ${clusterIP} belongs to ${whose}, which has no ready endpoint, so kube-dns cannot have it`
  // Whoever made it makes it again; a load balancer outside leads to it.
  if (serves === 'nothing' && (owner !== undefined || balanced === true)) {
    return permanent({
      ...common,
      cause: cannot,
      cure: `${look}; have whoever it belongs to make it again without this clusterIP; then npx tsx run.ts`,
    })
  }
  if (serves === 'nothing') {
    return permanent({
      ...common,
      cause: cannot,
      cure: `${movedAway(namespace, name)} && npx tsx run.ts --only apply-manifest && kubectl create -f ${name}.yaml`,
    })
  }
  const elsewhere =
    'give kube-dns another address, in the manifest and in clusterDNS of every kubelet'
  if (serves !== 'unknown' && serves.dns) {
    return seen({
      ...common,
      cause: `DNS is served at ${clusterIP} already, by ${whose}, so kube-dns cannot have that address`,
      cure: `${look}; leave DNS to it, as it works without the chapter's, or ${elsewhere}`,
    })
  }
  const does =
    serves === 'unknown' ? 'which may serve somebody' : `which serves ${portsText(holder)}`
  return permanent({
    ...common,
    cause: `the address ${clusterIP} belongs to ${whose}, ${does}, so kube-dns cannot have it`,
    cure: `${look}; have whoever it belongs to move it, or ${elsewhere}`,
  })
}

/** The fields of an address, and those that the server writes itself. */
const ADDRESS = '/^  clusterIP: /d;/^  clusterIPs:$/,/^  - /d;/^  resourceVersion: /d;/^  uid: /d'

/** Deleted with a copy at hand that leaves its next address to the API server. */
function movedAway(namespace: string, service: string): string {
  const kubectl = `kubectl -n ${namespace}`
  return `${kubectl} get service ${service} -o yaml | sed '${ADDRESS}' > ${service}.yaml && ${kubectl} delete service ${service}`
}

/** Deleted only with a copy at hand. */
function kept(namespace: string, object: string): string {
  const kubectl = `kubectl -n ${namespace}`
  const file = `${object.replace(/^.* /, '')}.yaml`
  return `${kubectl} get ${object} -o yaml > ${file} && ${kubectl} delete ${object}`
}

/** An immutable field: the manifest can have what is there; what serves nobody can also be made again. */
export function fieldFixed(e: Evidence, object: string, field: string): string {
  const what = object.replace('/', ' ')
  return mayServe(e, object)
    ? `${kubectlAt(e)} get ${what} -o yaml; let the manifest have the .${field} that is there: ${object} may serve, and to make it again is an outage`
    : `${kept(dnsOf(e).namespace, what)}; npx tsx run.ts`
}
