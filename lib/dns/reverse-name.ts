import { isIP } from 'node:net'

/** The address that a name of a reverse lookup stands for, or undefined where it is no such name. */
export function addressOfReverseName(name: string): string | undefined {
  const labels = name.toLowerCase().replace(/\.$/, '').split('.').reverse()
  const [root, zone, ...parts] = labels
  if (root !== 'arpa') return undefined
  if (zone === 'in-addr') {
    const address = parts.join('.')
    return isIP(address) === 4 ? address : undefined
  }
  if (zone !== 'ip6' || parts.length !== 32 || !parts.every((part) => /^[0-9a-f]$/.test(part))) {
    return undefined
  }
  return shortIpv6(parts.join(''))
}

/** The name of the reverse lookup of an address, with its final dot. */
export function reverseNameOf(address: string): string {
  return isIP(address) === 6
    ? `${Array.from(ipv6Digits(address)).toReversed().join('.')}.ip6.arpa.`
    : `${address.split('.').toReversed().join('.')}.in-addr.arpa.`
}

/** All 32 of them: `fd00::a` is short for zeros where the two colons are. */
function ipv6Digits(address: string): string {
  // As an address of a URL it has its last 32 bits in hex, too: `::ffff:10.0.0.1`.
  const short = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
  const [left = [], right = []] = short.split('::').map((part) => part.split(':').filter(Boolean))
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('')
}

/** 32 hex digits as an address is commonly written: `fd00::a`. */
function shortIpv6(digits: string): string {
  const groups = digits.match(/.{4}/g) ?? []
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
