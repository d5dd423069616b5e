import { formatAddress } from './address.ts'
import { type Draft, type DraftHost, type Given, named, toMend } from './draft.ts'
import { pathText, type ProblemAt } from './problem.ts'

/**
 * Names that the lab's own folders, certificates and cgroups have: a host called `ca` would have its
 * certificate written over the authority's.
 */
const TAKEN = new Set([
  'admin',
  'ca',
  'encryption-config',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubernetes',
  'localhost',
  'mnt',
  'service-account',
  'system',
])

/** Host names and addresses: in their network, not taken, each once, and as many as etcd can use. */
export function checkHosts(draft: Draft): readonly ProblemAt[] {
  const hosts = [...draft.controllers, ...draft.workers]
  const lab = draft.target === 'lab'
  return [
    ...(lab ? hosts.flatMap((host) => takenName(host, draft)) : []),
    ...twice(hosts.map(({ name }) => name)),
    ...[draft.machine, ...hosts.map(({ address }) => address)].flatMap((one) =>
      outside(one, draft),
    ),
    ...twice([draft.machine, ...hosts.map(({ address }) => address)]),
    ...(lab ? quorum(draft) : []),
  ]
}

function takenName({ name }: DraftHost, { labName }: Draft): readonly ProblemAt[] {
  // `NAME-lan` is the namespace of the bridge.
  if (name === null || (!TAKEN.has(name.value) && name.value !== `${labName?.value ?? ''}-lan`)) {
    return []
  }
  return [
    {
      path: name.path,
      problem: `${named(name)} is a name that the lab uses itself`,
      remedy: 'give the host another name',
    },
  ]
}

function twice(values: readonly (Given<unknown> | null)[]): readonly ProblemAt[] {
  const first = new Map<unknown, Given<unknown>>()
  return values.flatMap((one) => {
    if (one === null) return []
    const earlier = first.get(one.value)
    if (earlier === undefined) {
      first.set(one.value, one)
      return []
    }
    const [mend, left] = toMend(one, earlier)
    return [
      {
        path: mend.path,
        problem: `${named(mend)} is that of ${pathText(left.path)}${left.inFile ? '' : ' (the default)'} too`,
        remedy: 'give each host its own',
      },
    ]
  })
}

function outside(address: Given<number> | null, draft: Draft): readonly ProblemAt[] {
  if (address === null || draft.network === null) return []
  const { first, last } = draft.network.value
  const network = named(draft.network)
  const problem = (what: string) => [
    {
      path: address.path,
      problem: `${named(address)} ${what} ${network}`,
      remedy: `take a free address of it${freeAddress(draft)}`,
    },
  ]
  if (address.value < first || address.value > last) return problem('lies outside')
  if (address.value === first) return problem('is the network address of')
  return address.value === last ? problem('is the broadcast address of') : []
}

function freeAddress({ network, machine, controllers, workers }: Draft): string {
  if (network === null) return ''
  const used = new Set(
    [machine, ...[...controllers, ...workers].map(({ address }) => address)].map(
      (one) => one?.value,
    ),
  )
  for (let address = network.value.first + 1; address < network.value.last; address++) {
    if (!used.has(address)) return `, such as ${formatAddress(address)}`
  }
  return ''
}

function quorum({ controllers }: Draft): readonly ProblemAt[] {
  const count = controllers.length
  // None, and more than five, is said by the schema.
  if (count !== 2 && count !== 4) return []
  return [
    {
      path: ['lab', 'controllers'],
      problem: `lab.controllers has ${count} entries`,
      cause: `etcd decides by majority: ${count} members survive no more losses than ${count - 1}`,
      remedy: 'write 1, 3 or 5',
    },
  ]
}
