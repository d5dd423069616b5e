import { formatAddress } from './address.ts'
import { type Draft, type DraftHost, type Given, named, toMend } from './draft.ts'
import { pathText, type ProblemAt } from './problem.ts'

/**
 * Names that the lab's own folders, certificates and cgroups have: a host called `ca` would have its
 * certificate written over the authority's.
 */
const TAKEN: ReadonlySet<string> = new Set([
  ...[
    'admin',
    'ca',
    'encryption-config',
    'kube-controller-manager',
    'kube-proxy',
    'kube-scheduler',
  ],
  ...['kubernetes', 'localhost', 'mnt', 'service-account', 'system'],
])

/** Host names and addresses: in their network, not taken, each once, and as many as etcd can use. */
export function* checkHosts(draft: Draft): Generator<ProblemAt> {
  const { target, machine, controllers, workers } = draft
  const hosts = [...controllers, ...workers]
  const addresses = [machine, ...hosts.map(({ address }) => address)]
  if (target === 'lab') for (const host of hosts) yield* takenName(host, draft)
  yield* twice(hosts.map(({ name }) => name))
  for (const address of addresses) yield* outside(address, draft, addresses)
  yield* twice(addresses)
  if (target === 'lab') yield* quorum(controllers.length)
}

function* takenName({ name }: DraftHost, { labName }: Draft): Generator<ProblemAt> {
  // `NAME-lan` is the namespace of the bridge.
  if (name === null || (!TAKEN.has(name.value) && name.value !== `${labName?.value ?? ''}-lan`)) {
    return
  }
  const problem = `${named(name)} is a name that the lab uses itself`
  yield { path: name.path, problem, remedy: 'give the host another name' }
}

function* twice(values: readonly (Given<unknown> | null)[]): Generator<ProblemAt> {
  const first = new Map<unknown, Given<unknown>>()
  for (const one of values) {
    if (one === null) continue
    const earlier = first.get(one.value)
    if (earlier === undefined) {
      first.set(one.value, one)
      continue
    }
    const [mend, left] = toMend(one, earlier)
    const where = `${pathText(left.path)}${left.inFile ? '' : ' (the default)'}`
    const problem = `${named(mend)} is that of ${where} too`
    yield { path: mend.path, problem, remedy: 'give each host its own' }
  }
}

type Address = Given<number> | null

function* outside(
  address: Address,
  { network }: Draft,
  used: readonly Address[],
): Generator<ProblemAt> {
  if (address === null || network === null) return
  const { first, last } = network.value
  const wrong =
    address.value < first || address.value > last
      ? 'lies outside'
      : address.value === first
        ? 'is the network address of'
        : address.value === last && 'is the broadcast address of'
  if (wrong === false) return
  const problem = `${named(address)} ${wrong} ${named(network)}`
  const taken = new Set(used.map((one) => one?.value))
  let free = first + 1
  while (taken.has(free)) free++
  const such = free < last ? `, such as ${formatAddress(free)}` : ''
  yield { path: address.path, problem, remedy: `take a free address of it${such}` }
}

/** None, and more than five, is said by the schema. */
function* quorum(count: number): Generator<ProblemAt> {
  if (count !== 2 && count !== 4) return
  yield {
    path: ['lab', 'controllers'],
    problem: `lab.controllers has ${count} entries`,
    cause: `etcd decides by majority: ${count} members survive no more losses than ${count - 1}`,
    remedy: 'write 1, 3 or 5',
  }
}
