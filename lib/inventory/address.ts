/** An IPv4 network, as numbers. */
export type Cidr = {
  /** The network address. */
  readonly first: number
  /** The broadcast address. */
  readonly last: number
  readonly prefix: number
}

/** The number of a dotted IPv4 address; null for anything else, leading zeros included. */
export function parseAddress(text: string): number | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(isOctet)) return null
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0)
}

/** Leading zeros are refused: some programs read them as octal. */
function isOctet(text: string): boolean {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255
}

/** The dotted form of a number of 32 bits. */
export function formatAddress(address: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join('.')
}

/** The network that `10.200.0.7/16` lies in, host bits or not; null for what is not an IPv4 network. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/')
  const address = parseAddress(text.slice(0, Math.max(slash, 0)))
  const prefix = text.slice(slash + 1)
  if (address === null || !/^(\d|[12]\d|3[0-2])$/.test(prefix)) return null
  const size = 2 ** (32 - Number(prefix))
  const first = Math.floor(address / size) * size
  return { first, last: first + size - 1, prefix: Number(prefix) }
}

/** `10.200.0.0/16` */
export function formatCidr({ first, prefix }: Cidr): string {
  return `${formatAddress(first)}/${prefix}`
}

/** Whether one network lies within another, or is the same. */
export function isWithin(inner: Cidr, outer: Cidr): boolean {
  return inner.first >= outer.first && inner.last <= outer.last
}

/** Whether two networks have an address in common. */
export function meet(a: Cidr, b: Cidr): boolean {
  return a.first <= b.last && b.first <= a.last
}

/** Whether an address lies in a network; false where either is no IPv4. */
export function contains(cidr: string, address: string): boolean {
  return parseCidr(cidr) !== null && parseAddress(address) !== null && overlaps(cidr, address)
}

/**
 * Whether two networks share addresses. A bare address is a network of one, as `ip route` writes
 * it; false for what is neither, such as `default`.
 */
export function overlaps(a: string, b: string): boolean {
  const one = parseCidr(a.includes('/') ? a : `${a}/32`)
  const other = parseCidr(b.includes('/') ? b : `${b}/32`)
  return one !== null && other !== null && meet(one, other)
}

/**
 * The address `n` places after the network address; it may lie beyond the network.
 * Throws RangeError where `cidr` is not an IPv4 network: the inventory has been checked before.
 */
export function nthAddress(cidr: string, n: number): string {
  return formatAddress(networkOf(cidr).first + n)
}

/** The first address for hosts. Of the Services' network it is that of the Service kubernetes. */
export function firstAddress(cidr: string): string {
  return nthAddress(cidr, 1)
}

/** 24 of `192.168.199.0/24`. */
export function prefixOf(cidr: string): number {
  return networkOf(cidr).prefix
}

function networkOf(cidr: string): Cidr {
  const network = parseCidr(cidr)
  if (network === null) throw new RangeError(`not an IPv4 network: ${JSON.stringify(cidr)}`)
  return network
}
