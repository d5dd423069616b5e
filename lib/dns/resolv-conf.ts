import { isIP } from 'node:net'

/** What a resolver reads from its resolv.conf. */
export type ResolvConf = {
  readonly nameservers: readonly string[]
  /** Domains without a final dot; the root domain is `.`. */
  readonly search: readonly string[]
  /** A name with at least so many dots is tried as it stands first. 1 where the file is silent. */
  readonly ndots: number
  /** All options by name, ndots too; '' for those without a value. */
  readonly options: ReadonlyMap<string, string>
}

const MAX_LENGTH = 64 * 1024
const DEFAULT_NDOTS = 1
const MAX_NDOTS = 15
/** What the kubelet (1.28 and later) and the API server allow. */
const MAX_NAMESERVERS = 3
const MAX_DOMAINS = 32
const MAX_SEARCH_LENGTH = 2048

/**
 * Reads a resolv.conf by resolv.conf(5): the last `search` or `domain` line wins, options add up,
 * lines that are wrong, unknown or indented are passed over. Never throws; looks at the first 64 KiB.
 */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = []
  const options = new Map<string, string>()
  let search: readonly string[] = []
  for (const line of text.slice(0, MAX_LENGTH).split('\n')) {
    // An indented keyword is none: the C libraries want it at the start of the line.
    const [keyword, ...words] = line.trimEnd().split(/\s+/)
    const [first] = words
    if (first === undefined) continue
    if (keyword === 'nameserver' && isIP(first) !== 0) nameservers.push(first)
    if (keyword === 'search') search = words.map(bare)
    if (keyword === 'domain') search = [bare(first)]
    if (keyword === 'options') {
      for (const word of words) {
        const [name = '', ...value] = word.split(':')
        options.set(name, value.join(':'))
      }
    }
  }
  return { nameservers, search, ndots: ndotsOf(options), options }
}

/**
 * What the kubelet writes for a pod with dnsPolicy ClusterFirst and no dnsConfig. `hostSearch` is the
 * search list of the resolv.conf that the kubelet itself is given; it is appended.
 */
export function expectedResolvConf(pod: {
  readonly namespace: string
  readonly clusterDomain: string
  readonly clusterDNS: readonly string[]
  readonly hostSearch?: readonly string[]
}): ResolvConf {
  const domain = bare(pod.clusterDomain)
  const own = domain === '' ? [] : [`${pod.namespace}.svc.${domain}`, `svc.${domain}`, domain]
  const search = fitting([...new Set([...own, ...(pod.hostSearch ?? []).map(bare)])])
  const nameservers = pod.clusterDNS.slice(0, MAX_NAMESERVERS)
  return { nameservers, search, ndots: 5, options: new Map([['ndots', '5']]) }
}

/**
 * The absolute names, without their final dots, that a resolver such as glibc's asks for in turn
 * until one has an answer: with fewer than `ndots` dots the search list goes first, else the name
 * itself. A name with a final dot is asked as it stands only. Other resolvers differ: musl leaves the
 * search list out where there are enough dots, busybox' own nslookup and uClibc ignore ndots.
 */
export function searchOrder(
  name: string,
  { search, ndots }: Pick<ResolvConf, 'search' | 'ndots'>,
): readonly string[] {
  if (name.endsWith('.')) return [bare(name)]
  const searched = search.map((domain) => (domain === '.' ? name : `${name}.${bare(domain)}`))
  const dots = name.split('.').length - 1
  return [...new Set(dots < ndots ? [...searched, name] : [name, ...searched])]
}

function bare(domain: string): string {
  return domain.length > 1 && domain.endsWith('.') ? domain.slice(0, -1) : domain
}

function ndotsOf(options: ReadonlyMap<string, string>): number {
  const value = options.get('ndots') ?? ''
  return /^\d{1,9}$/.test(value) ? Math.min(Number(value), MAX_NDOTS) : DEFAULT_NDOTS
}

/** As many domains from the front as the kubelet keeps. */
function fitting(search: readonly string[]): readonly string[] {
  const kept = search.slice(0, MAX_DOMAINS)
  while (kept.join(' ').length > MAX_SEARCH_LENGTH) kept.pop()
  return kept
}

/**
 * In what a pod's resolv.conf differs from the computed one, a line each. The search list may go on
 * after the cluster's domains: the kubelet appends the host's own.
 */
export function compareResolvConf(found: ResolvConf, expected: ResolvConf): string[] {
  const faults: string[] = []
  if (found.nameservers.join() !== expected.nameservers.join()) {
    faults.push(
      `nameserver ${found.nameservers.join(', ') || 'none'}, expected ${expected.nameservers.join(', ')}`,
    )
  }
  const start = found.search.slice(0, expected.search.length)
  if (start.join() !== expected.search.join()) {
    faults.push(
      `search ${found.search.join(' ') || 'nothing'}, expected ${expected.search.join(' ')}`,
    )
  }
  if (found.ndots !== expected.ndots) {
    faults.push(`ndots ${String(found.ndots)}, expected ${String(expected.ndots)}`)
  }
  return faults
}
