import { dnsOf } from './cluster-dns.ts'
import { endpointsOf, type Evidence, itemsOf, type ServiceSeen, valueOf } from './evidence.ts'

/** What a Service does for others; `unknown` where its endpoints were not looked at. */
export type Serves =
  { readonly ready: readonly string[]; readonly dns: boolean } | 'nothing' | 'unknown'

/** By its ready endpoints: what has none answers nobody. */
export function servesNow(e: Evidence, service: ServiceSeen): Serves {
  if (!('found' in e.endpoints)) return 'unknown'
  const ready = endpointsOf(e.endpoints, `${service.namespace}/${service.name}`)?.ready ?? []
  if (ready.length === 0) return 'nothing'
  return { ready, dns: service.ports.some(({ port }) => port === 53) }
}

/** Whether an object beside CoreDNS, as `service/kube-dns`, is what somebody is served by now, as far as is known. */
export function mayServe(e: Evidence, object: string): boolean {
  const [kind = '', name] = object.split('/')
  const { namespace } = dnsOf(e)
  if (/^service$/i.test(kind)) {
    const service = serviceNamed(e, name)
    return service === undefined || servesNow(e, service) !== 'nothing'
  }
  if (/^(?:deployment|daemonset|replicaset|pod)\b/i.test(kind)) {
    const pods = valueOf(e.pods)
    return (
      pods?.some(
        (pod) =>
          pod.namespace === namespace && pod.ready && `${pod.name}-`.startsWith(`${name ?? ''}-`),
      ) ?? true
    )
  }
  return false
}

/** Not headless, and no name for something outside. */
export function hasAddress({ clusterIP }: ServiceSeen): boolean {
  return !['', 'None'].includes(clusterIP)
}

/** The Service of cluster DNS. */
export function dnsService(e: Evidence): ServiceSeen | undefined {
  return serviceNamed(e, dnsOf(e).service)
}

/** `kube-system/kube-dns` */
export function dnsServiceName(e: Evidence): string {
  const { namespace, service } = dnsOf(e)
  return `${namespace}/${service}`
}

function serviceNamed(e: Evidence, name: string | undefined): ServiceSeen | undefined {
  const { namespace } = dnsOf(e)
  return itemsOf(e.services).find((one) => one.namespace === namespace && one.name === name)
}

/** `53/UDP, 53/TCP` */
export function portsText({ ports }: ServiceSeen): string {
  return ports.map(({ port, protocol }) => `${String(port)}/${protocol}`).join(', ') || 'none'
}
