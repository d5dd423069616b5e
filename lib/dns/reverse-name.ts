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

/** The name of the reverse lookup of an IPv4 address, with its final dot. */
export function reverseNameOf(address: string): string {
  return `${address.split('.').toReversed().join('.')}.in-addr.arpa.`
}

/** 32 hex digits as an address is commonly written: `fd00::a`. */
function shortIpv6(digits: string): string {
  const groups = digits.match(/.{4}/g) ?? []
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
